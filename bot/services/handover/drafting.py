"""The draft of a handover: it builds itself from what the room may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model.handling import Cleared
from bot.model.handover import Gone, Handover, Item, ItemKind
from bot.model.incident import Incident, Severity
from bot.model.reference import Reference
from bot.model.shift import DutyPost
from bot.services.duty import DutyService
from bot.services.handover.sheets import Sheets
from bot.services.incident import IncidentService
from bot.store import Store

MOST_HANDED = 3
"""How often something may be handed on before it is critical, whatever it is."""


class Drafting:
    """Builds drafts; only reads."""

    def __init__(self, store: Store, incident: IncidentService, duty: DutyService, sheets: Sheets) -> None:
        self._store = store
        self._incident = incident
        self._duty = duty
        self._sheets = sheets

    async def items(self, handover: Handover, post: DutyPost, since: datetime) -> list[Item]:
        """Return what is to be handed over, numbered; pins are those that were set *since* then.

        Incidents by severity, then by how long nothing was heard of them; tasks, the first due first; pins; then what
        was written for earlier handovers and was not cleared, and whatever has stayed with somebody.
        """
        now = handover.started_at
        incidents = await self._incident.list_open(post.room_id)
        heard = await self._store.note.last_entered(one.content.ref for one in incidents)
        found = [self._of_incident(one, heard.get(one.content.ref), now) for one in _worst_first(incidents, heard)]
        full = [one.content.ref for one in incidents if one.full]
        found += await self._tasks(full, now)
        found += await self._pins(full, since)
        found += await self._carried(post)
        return await self._dated(handover, await self._with_kept(post, handover, found))

    def _of_incident(self, cleared: Cleared[Incident], heard: datetime | None, now: datetime) -> Item:
        incident = cleared.content
        facts: dict[str, Any] = {"incident": str(incident.ref), "status": incident.status}
        severity = incident.severity if cleared.full else None
        if severity:
            facts["severity"] = severity
        if cleared.full and heard:
            facts["heard"] = heard.isoformat()
            facts["overdue"] = heard + self._duty.cadence(incident.severity) <= now
        critical = severity in (Severity.HIGH, Severity.VERY_HIGH) or (cleared.full and severity is None)
        return Item(0, f"incident {incident.ref}", ItemKind.INCIDENT, incident.ref, critical=critical, facts=facts)

    async def _tasks(self, incidents: Iterable[Reference], now: datetime) -> list[Item]:
        tasks = await self._store.task.list_open(incidents)
        tasks.sort(key=lambda one: (one.due is None, one.due or one.added_at))
        return [
            Item(
                0,
                f"task {one.ref}",
                ItemKind.TASK,
                one.ref,
                facts={"incident": str(one.incident), "overdue": one.overdue(now)},
            )
            for one in tasks
        ]

    async def _pins(self, incidents: Iterable[Reference], since: datetime) -> list[Item]:
        pins = await self._store.pin.list_of_each(incidents, since)
        return [
            Item(0, f"pin {one.ref} {one.number}", ItemKind.PIN, one.ref, one.number, facts={"incident": str(one.ref)})
            for one in pins
        ]

    async def _carried(self, post: DutyPost) -> list[Item]:
        """Return what was written for the last handover, or added to it afterwards, and was not cleared."""
        last = await self._store.handover.last_accepted(post.name)
        if last is None:
            return []
        kept = {item.key for _person, item in await self._store.handover.kept(post.name)}
        sheet = await self._sheets.sheet(last)
        old = [_bare(one) for one in sheet.items if one.kind.written and one.key not in kept]
        new = [
            Item(0, f"note {said.ref} {said.number}", ItemKind.NOTE, words=(said.ref, said.number))
            for said in await self._store.handover.said(last.ref, "addendum")
        ]
        return await self._uncleared(post, [*old, *new])

    async def _uncleared(self, post: DutyPost, items: Sequence[Item]) -> list[Item]:
        cleared = await self._store.handover.cleared(post.name, (one.key for one in items))
        return [one for one in items if one.key not in cleared]

    async def _with_kept(self, post: DutyPost, handover: Handover, found: Sequence[Item]) -> list[Item]:
        """Return *found* with what has stayed with somebody, which is said of it; what is over stays with nobody."""
        kept = {item.key: (person, item) for person, item in await self._store.handover.kept(post.name)}
        items = [replace(one, stays_with=kept[one.key][0] if one.key in kept else None) for one in found]
        missing = [replace(_bare(item), number=n) for n, (_p, item) in enumerate(kept.values()) if item.kind.written]
        gone = await self._sheets.gone(handover, missing)
        return items + [
            replace(one, number=0, stays_with=kept[one.key][0])
            for one in missing
            if gone.get(one.number) is not Gone.CLOSED and one.key not in {item.key for item in found}
        ]

    async def _dated(self, handover: Handover, items: Sequence[Item]) -> list[Item]:
        """Return *items* with their numbers, since when they are handed on, and how often that was."""
        before = await self._store.handover.passed(handover.post, (one.key for one in items))
        dated = []
        for number, item in enumerate(items, 1):
            first, since, passed = before.get(item.key, (handover.ref, handover.started_at, -1))
            passed += 1
            critical = item.critical or passed >= MOST_HANDED
            dated.append(replace(item, number=number, first=first, since=since, passed=passed, critical=critical))
        return dated


def _bare(item: Item) -> Item:
    """Return an item as it comes into the next handover: what was said to it in the last one is over."""
    return replace(item, notes=(), answered=None, facts={}, stays_with=None)


def _worst_first(incidents: Sequence[Cleared[Incident]], heard: dict[Reference, datetime]) -> list[Cleared[Incident]]:
    def rank(one: Cleared[Incident]) -> tuple[int, datetime]:
        incident = one.content
        severity = (incident.severity or Severity.HIGH).rank if one.full else len(Severity) + 1
        return severity, heard.get(incident.ref, incident.declared_at)

    return sorted(incidents, key=rank)
