"""The draft of a handover: it builds itself from what the room may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from bot.store.handover.rows import Passed

MOST_HANDED = 3
"""How often something may be handed on before it is critical, whatever it is."""


class Drafting:
    """Builds drafts; only reads."""

    def __init__(self, store: Store, incident: IncidentService, duty: DutyService, sheets: Sheets) -> None:
        self._store = store
        self._incident = incident
        self._duty = duty
        self._sheets = sheets

    async def newer(self, handover: Handover, post: DutyPost, since: datetime, now: datetime) -> list[Item]:
        """Return what is to be handed over at *now* and is not in the handover yet, or has become critical since."""
        known = {one.key: one for one in await self._store.handover.items(handover.ref)}
        number = max((one.number for one in known.values()), default=0)
        found = []
        for item in await self.items(handover, post, since, now):
            if item.key not in known:
                number += 1
                found.append(replace(item, number=number))
            elif item.critical and not known[item.key].critical:
                found.append(replace(known[item.key], critical=True, facts=item.facts, answered=None))
        return found

    async def items(self, handover: Handover, post: DutyPost, since: datetime, now: datetime) -> list[Item]:
        """Return what is to be handed over at *now*, numbered; pins are those that were set *since* then,
        or since the last handover that was accepted.

        Incidents by severity, then by how long nothing was heard of them; tasks, the first due first; pins; then what
        was written for earlier handovers and was not cleared, and whatever has stayed with somebody. What was said to
        them in earlier handovers goes with them.
        """
        incidents = await self._incident.list_open(post.room_id)
        heard = await self._store.note.last_entered(one.content.ref for one in incidents)
        found = [self._of_incident(one, heard.get(one.content.ref), now) for one in _worst_first(incidents, heard)]
        full = [one.content.ref for one in incidents if one.full]
        last = await self._store.handover.last_accepted(post.name)
        found += await self._tasks(full, now)
        # A watch that ended by a lead's word was not handed over: what was pinned in it is, now.
        found += await self._pins(full, min(since, last.ended_at if last and last.ended_at else post.added_at))
        held, said = await self._store.handover.handed(last.ref) if last else ({}, [])
        before = {one.key: one for one in said} | await self._since(post, last)
        found = [_with(one, before.get(one.key)) for one in found]
        found += await self._carried(post, before)
        return await self._dated(handover, await self._with_kept(post, handover, found), held, now)

    async def _since(self, post: DutyPost, last: Handover | None) -> dict[str, Item]:
        """Return the items that came after the last handover that was accepted, by their keys.

        What was added to its record afterwards, and those of the handovers that were refused since.
        """
        found: dict[str, Item] = {}
        if last is not None:
            for said in await self._store.handover.said(last.ref, "addendum"):
                key = f"note {said.ref} {said.number}"
                found[key] = Item(0, key, ItemKind.NOTE, words=(said.ref, said.number))
        for refused in await self._store.handover.list_refused(post.name, last.ended_at if last else None):
            found |= {one.key: one for one in await self._store.handover.items(refused.ref)}
        return found

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

    async def _carried(self, post: DutyPost, before: Mapping[str, Item]) -> list[Item]:
        """Return what was written for handovers *before* and was not cleared."""
        written = [_bare(one) for one in before.values() if one.kind.written]
        cleared = await self._store.handover.cleared(post.name, (one.key for one in written))
        return [one for one in written if one.key not in cleared]

    async def _with_kept(self, post: DutyPost, handover: Handover, found: Sequence[Item]) -> list[Item]:
        """Return *found* with what has stayed with somebody, which is said of it; what is over stays with nobody."""
        kept = {item.key: (person, item) for person, _ref, item in await self._store.handover.kept(post.name)}
        items = [replace(one, stays_with=kept[one.key][0]) if one.key in kept else one for one in found]
        missing = [replace(_bare(item), number=n) for n, (_p, item) in enumerate(kept.values()) if item.kind.written]
        gone = await self._sheets.gone(handover, missing)
        return items + [
            replace(one, number=0, stays_with=kept[one.key][0])
            for one in missing
            if gone.get(one.number) is not Gone.CLOSED and one.key not in {item.key for item in found}
        ]

    async def _dated(
        self, handover: Handover, items: Sequence[Item], held: Mapping[str, Passed], now: datetime
    ) -> list[Item]:
        """Return *items* with their numbers, since when they are handed on, and how often that was.

        What the last handover that was accepted *held* says so itself; of the rest, all earlier ones are asked.
        """
        fresh = [one.key for one in items if one.key not in held]
        before = await self._store.handover.passed(handover.post, fresh) if fresh else {}
        before |= held
        dated = []
        for number, item in enumerate(items, 1):
            first, since, passed = before.get(item.key, (handover.ref, now, -1))
            passed += 1
            critical = item.critical or passed >= MOST_HANDED
            # Not by `replace`, which takes as long again for each of hundreds.
            one = Item(
                number, item.key, item.kind, item.about, item.entry, item.words, item.notes, item.contingency,
                critical, item.facts, first, since, passed, item.stays_with, item.answered,
            )  # fmt: skip
            dated.append(one)
        return dated


def _bare(item: Item) -> Item:
    """Return an item as it comes into the next handover: what it was answered in the last one is over."""
    return replace(item, answered=None, facts={}, stays_with=None)


def _with(item: Item, before: Item | None) -> Item:
    """Return an item with what was said to it *before*."""
    if before is None or not (before.notes or before.contingency):
        return item
    return replace(item, notes=before.notes, contingency=before.contingency)


def _worst_first(incidents: Sequence[Cleared[Incident]], heard: dict[Reference, datetime]) -> list[Cleared[Incident]]:
    def rank(one: Cleared[Incident]) -> tuple[int, datetime]:
        incident = one.content
        severity = (incident.severity or Severity.HIGH).rank if one.full else len(Severity) + 1
        return severity, heard.get(incident.ref, incident.declared_at)

    return sorted(incidents, key=rank)
