"""Incidents that have to do with one another: linked, or one of them the duplicate of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, _
from bot.model.handling import Cleared, Purpose
from bot.model.incident import Entry, EntryKind, Incident, Reason, Related, Status, Tie, covered, named
from bot.model.person import Actor, LanguageCode
from bot.model.reference import Reference
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.incident.contests import Change
from bot.services.incident.seeing import CLOSED_TO
from bot.services.incident.service import IncidentService
from bot.store import Store


class RelatingService:
    """Links incidents and closes duplicates in the open transaction; tells what is related."""

    def __init__(self, store: Store, incident: IncidentService) -> None:
        self._store = store
        self._incident = incident

    async def link(self, actor: Actor, told: Told, ref: Reference, other: Reference) -> None:
        """Enter into both timelines that the incidents have to do with one another."""
        await self._both(told.room_id, ref, other)
        if not await self._store.incident.link(ref, other):
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} and {other} are linked already.", ref=Code(str(ref)), other=Code(str(other))),
            )
        await self._incident.change(actor, told, ref, Change(EntryKind.LINKED, {"ref": str(other)}))
        await self._incident.change(actor, told, other, Change(EntryKind.LINKED, {"ref": str(ref)}))

    async def part(self, actor: Actor, told: Told, ref: Reference, of: Reference) -> None:
        """Enter into both timelines that an incident is a part of *of*, and of no other any more.

        What the room may not read of is no reason to refuse: an older tie that would close a circle ends instead.
        """
        await self._both(told.room_id, ref, of)
        above = await self._store.parent.list_above(ref)
        if above[:1] == [of]:
            raise UserError(ErrorCode.CONFLICT, _already(ref, of))
        if ref in (over := [of, *await self._store.parent.list_above(of)]):
            await self._open_circle(actor, told, over[: over.index(ref) + 1])
        if above:
            await self._separate(actor, told, ref, above[0])
        await self._store.parent.save(ref, of)
        await self._incident.change(actor, told, ref, _tie(EntryKind.LINKED, of, Tie.PARENT))
        await self._incident.change(actor, told, of, _tie(EntryKind.LINKED, ref, Tie.PART))

    async def part_of_none(self, actor: Actor, told: Told, ref: Reference) -> Reference:
        """Enter into both timelines that an incident is not a part of another any more; return of which it was."""
        incident = await self._incident.read(told.room_id, ref)
        parent = (await self.of(told.room_id, incident)).parent
        if parent is None:
            raise UserError(ErrorCode.CONFLICT, _("{ref} is a part of no other incident.", ref=Code(str(ref))))
        await self._separate(actor, told, ref, parent)
        return parent

    async def _open_circle(self, actor: Actor, told: Told, line: Sequence[Reference]) -> None:
        """End the first tie of *line*, each a part of the next, that the room may not read of; raise if it may all."""
        seen = {one.content.ref for one in await self._incident.seen(told.room_id, line)}
        for one, parent in pairwise(line):
            if parent not in seen:
                return await self._separate(actor, told, one, parent)
        raise UserError(ErrorCode.CONFLICT, _already(line[0], line[-1]))

    async def _separate(self, actor: Actor, told: Told, ref: Reference, parent: Reference) -> None:
        await self._store.parent.remove(ref)
        await self._incident.follow(actor, told, ref, _tie(EntryKind.SEPARATED, parent, Tie.PARENT))
        await self._incident.follow(actor, told, parent, _tie(EntryKind.SEPARATED, ref, Tie.PART))

    async def duplicate(self, actor: Actor, told: Told, ref: Reference, main: Reference) -> Incident:
        """Close an incident as a duplicate of *main*, and enter that into both timelines; return *main*.

        Into the timeline of a duplicate nothing is entered, so it has none, and there is no circle.
        """
        before, _main = await self._both(told.room_id, ref, main)
        if before.of:
            raise await self._incident.redirected(told.room_id, before)
        if before.ended:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} is closed. Open it again first, if it is a duplicate.", ref=Code(str(ref))),
            )
        values = {"status": Status.CLOSED, "reason": Reason.DUPLICATE, "of": str(main)}
        closed = Change(
            EntryKind.CLOSED,
            values,
            apply=lambda one: replace(one, status=Status.CLOSED, reason=Reason.DUPLICATE, of=main),
        )
        await self._incident.change(actor, told, ref, closed)
        duplicated = Change(EntryKind.DUPLICATED, {"ref": str(ref)})
        return (await self._incident.change(actor, told, main, duplicated)).content

    async def of(self, room_id: str, incident: Incident) -> Related:
        """Return what the incident is related to, among what the room may read."""
        duplicates = await self._store.incident.list_duplicates(incident.ref)
        linked = await self._store.incident.list_linked(incident.ref)
        parts = await self._store.parent.list_parts(incident.ref)
        parent = (await self._store.parent.list_above(incident.ref))[:1]
        others = [*([incident.of] if incident.of else []), *duplicates, *linked, *parts, *parent]
        if not others:
            return Related()
        seen = {one.content.ref for one in await self._incident.seen(room_id, others)}
        return Related(
            incident.of if incident.of in seen else None,
            tuple(ref for ref in duplicates if ref in seen),
            tuple(ref for ref in linked if ref in seen),
            next((ref for ref in parent if ref in seen), None),
            tuple(ref for ref in parts if ref in seen),
        )

    async def whole(self, room_id: str, incident: Incident) -> list[Incident]:
        """Return the incident, then its duplicates and theirs, among what the room may read."""
        found = [incident]
        for one in found:  # it grows
            seen = await self._incident.seen(room_id, await self._store.incident.list_duplicates(one.ref))
            found += [other.content for other in seen if other.full]
        return found

    async def timeline(self, room_id: str, cleared: Cleared[Incident]) -> list[Entry]:
        """Return the entries of the incident and of its duplicates in the order of what they tell.

        Of what is withheld, that it is there. Nothing of incidents that the room may not read of: that another was
        linked, or of which this is a duplicate. Raises UserError if the incident is cut.
        """
        if not cleared.full:
            raise UserError(ErrorCode.HANDLING, CLOSED_TO)
        incidents = await self.whole(room_id, cleared.content)
        hidden = await self._incident.withheld(room_id, incidents, Purpose.READING)
        entries = [entry for one in incidents for entry in await self._store.incident.entries(one.ref)]
        # What tells of another incident that the room may not read of is left out even if it is withheld as well.
        told = [
            covered(entry, marks[entry.number]) if entry.number in (marks := hidden.get(entry.ref, {})) else entry
            for entry in await self.told(room_id, entries)
        ]
        return sorted(told, key=lambda one: (one.happened_at or one.sent_at, one.entered_at, one.number))

    async def latest(self, room_id: str, incident: Incident, most: int) -> dict[Reference, set[int]]:
        """Return which are the last *most* entries with words, by their numbers, of what `timeline` returns."""
        refs = [one.ref for one in await self.whole(room_id, incident)]
        found: dict[Reference, set[int]] = {}
        for ref, number in await self._store.incident.latest_worded(refs, most):
            found.setdefault(ref, set()).add(number)
        return found

    async def told_of(self, room_id: str, incident: Incident, entry: Entry) -> Entry:
        """Return an entry of the incident as the room may read it: withheld, or without what it says of others."""
        hidden = (await self._incident.withheld(room_id, [incident], Purpose.READING)).get(incident.ref, {})
        if mark := hidden.get(entry.number):
            return covered(entry, mark)
        return next(iter(await self.told(room_id, [entry])), entry)

    async def told(self, room_id: str, entries: Sequence[Entry]) -> list[Entry]:
        """Return *entries* without what they say of incidents that the room may not read of."""
        others = [Reference(ref) for ref in sorted({ref for entry in entries for ref in named(entry)})]
        seen = {str(one.content.ref) for one in await self._incident.seen(room_id, others)}
        kept = [entry for entry in entries if entry.values.get("ref", "") in {"", *seen}]
        return [
            entry
            if entry.values.get("of", "") in {"", *seen}
            else replace(entry, values={name: value for name, value in entry.values.items() if name != "of"})
            for entry in kept
        ]

    async def texts_in(
        self, entries: Sequence[Entry], language: LanguageCode
    ) -> Mapping[tuple[Reference, int], Translation]:
        """Return what people wrote in *entries* in *language*, by the incident and number of each."""
        foreign = [(one.ref, one.number) for one in entries if one.language and one.language.base != language.base]
        return await self._store.wording.list_each(foreign, language.base)

    async def _both(self, room_id: str, ref: Reference, other: Reference) -> tuple[Incident, Incident]:
        """Return two incidents that the room may read; raise UserError if one is not there, or they are the same."""
        found = await self._incident.read(room_id, ref), await self._incident.read(room_id, other)
        if ref == other:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("That is the same reference twice. Say two incidents."))
        return found


def _already(ref: Reference, parent: Reference) -> Message:
    return _("{ref} is a part of {other} already.", ref=Code(str(ref)), other=Code(str(parent)))


def _tie(kind: EntryKind, other: Reference, tie: Tie) -> Change:
    return Change(kind, {"ref": str(other), "as": tie})
