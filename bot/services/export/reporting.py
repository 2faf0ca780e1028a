"""What reports say that an export tells of: each revision whose entry may be read, unless one of them may not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.model.audit import Entry as Logged
from bot.model.export import Line, Reported
from bot.model.incident import EntryKind
from bot.model.reference import Reference
from bot.store import Store


class Reporting:
    """Only reads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def reports(self, incident: Reference, lines: Sequence[Line], size: int) -> list[Reported]:
        """Return what may be read of the incident's reports, in the order of the timeline, from a log of *size*."""
        given = await self._store.incident.list_kind(incident, EntryKind.REPORT)
        numbers = {(entry.values["report"], entry.values["revision"]): entry.number for entry in given}
        shown = {one.entry.number for one in lines if not one.withheld}
        # A revision repeats what those before it say: of a report of which one is withheld, nothing is told.
        last = max((one.entry.number for one in lines), default=0)  # what is younger is not exported yet
        hidden = {ref for (ref, _revision), number in numbers.items() if number not in shown and number <= last}
        found: list[Reported] = []
        for report, logged in await self._store.report.list_given(incident):
            number = numbers.get((str(report.ref), report.revision))
            if number not in shown or number is None or str(report.ref) in hidden or logged >= size:
                continue
            before = found[-1].report if found and found[-1].report.ref == report.ref else None
            found.append(Reported(report, number, logged, before, await self._store.report.list_worded(report.ref)))
        return sorted(found, key=lambda one: one.number)

    async def logged(self, reports: Sequence[Reported]) -> list[Logged]:
        """Return the entries of the log that hold them; what a report has lost meanwhile, without its content."""
        said = {one.logged: one.report for one in reports}
        found = await self._store.export.proved(sorted(said))
        return [one if _same(one, said[one.index].content) else replace(one, content=None) for one in found]


def _same(logged: Logged, content: object) -> bool:
    """Return whether the log says what the report says now: under a hold it may hold more."""
    return logged.content is not None and json.loads(logged.content.data) == json.loads(json.dumps(content))
