"""Undo: one's own last change put back by an entry that corrects it, soon after it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _, _n
from bot.model.handling import Cleared, Purpose
from bot.model.incident import (
    WAS,
    WHOLE,
    Entry,
    EntryKind,
    Incident,
    PartMark,
    Reason,
    Status,
    Words,
    changed,
    put,
)
from bot.model.person import Actor, Role
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.incident.contests import Change
from bot.services.incident.pinning import PinningService
from bot.services.incident.relating import RelatingService
from bot.services.incident.service import IncidentService
from bot.services.room import RoomService
from bot.store import Store

MINUTES = 2
UNDONE = (EntryKind.DECLARED, EntryKind.NOTE, EntryKind.PIN)
"""What can be undone beside what changes fields."""
FOLLOWING = (EntryKind.NOTE, EntryKind.EDITED, EntryKind.REDACTED, EntryKind.COPIED, EntryKind.MARKED)
"""What is no change of its own where it cannot be undone: emptied notes, and what became of messages and entries."""
TASKS = (EntryKind.TASK, EntryKind.TASK_FOR, EntryKind.TASK_DUE, EntryKind.TASK_DONE)


class Tasks(Protocol):
    """Puts back what was changed of tasks."""

    async def undo(self, actor: Actor, told: Told, entry: Entry) -> Incident:
        """Put back what *entry* changed of a task, by an entry that corrects it; return the incident."""
        ...


class UndoingService:
    """Puts back, in the open transaction."""

    def __init__(
        self,
        store: Store,
        incident: IncidentService,
        pinning: PinningService,
        relating: RelatingService,
        room: RoomService,
        task: Tasks,
    ) -> None:
        self._store = store
        self._incident = incident
        self._task = task
        self._pinning = pinning
        self._relating = relating
        self._room = room

    async def undo(self, actor: Actor, told: Told, ref: Reference | None) -> tuple[Incident, Entry]:
        """Put back the person's last change, in the incident *ref* or in any of the room; return which that was.

        Raises UserError if there is none, or somebody else has changed the same since.
        """
        entry = await self._last(actor, told, ref)
        if entry is None:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _n(
                    "You have changed nothing here in the last minute that I could undo.",
                    "You have changed nothing here in the last {n} minutes that I could undo.",
                    MINUTES,
                ),
            )
        if entry.kind is EntryKind.PIN:
            return await self._pinning.withdraw(actor, told, entry), entry
        if entry.kind in TASKS:
            await self._look(actor, told, entry, set())
            return await self._task.undo(actor, told, entry), entry
        incident = await self._incident.read(told.room_id, entry.ref)
        after = _before(incident, entry)
        await self._look(actor, told, entry, {*changed(incident, after)})
        values = {"kind": entry.kind}
        change = Change(EntryKind.UNDONE, values, corrects=entry.number, apply=lambda one: _before(one, entry))
        return (await self._incident.change(actor, told, entry.ref, change)).content, entry

    async def insist(self, actor: Actor, told: Told, data: Mapping[str, Any], words: Words | None) -> Incident:
        """Make a change although somebody else has just changed the same: whoever makes it knows that now."""
        if data["lead"] and not actor.may(Role.LEAD):
            raise UserError(ErrorCode.NOT_ALLOWED)
        sets: Mapping[str, Any] = data["sets"]
        change = Change(
            EntryKind(data["kind"]), data["values"], words, apply=lambda one: put(one, sets), over=data["over"]
        )
        return (await self._incident.change(actor, told, Reference(data["ref"]), change)).content

    async def _last(self, actor: Actor, told: Told, ref: Reference | None) -> Entry | None:
        """Return the person's last entry that can be undone, and was not.

        Of the incident *ref*, wherever it is at home; else of those of which the room may read. Raises UserError if
        what they have changed last cannot be undone.
        """
        rooms = await self._incident.rooms_seen(told.room_id)
        entered = await self._store.note.list_by(actor.user_id, told.now - timedelta(minutes=MINUTES))
        undone = {(entry.ref, entry.corrects) for entry, _home in entered if _takes_back(entry)}
        settled = {one.event_id for one, _home in entered if (one.ref, one.number) in undone or _takes_back(one)}
        last: Entry | None = None
        for entry, home in entered:
            if (entry.ref != ref if ref else home not in rooms) or (entry.ref, entry.number) in undone:
                continue
            if _takes_back(entry) or entry.kind is EntryKind.WITHDRAWN:
                continue
            if last and entry.event_id != last.event_id:
                break  # what they have changed before that is not meant
            if _undoable(entry):
                return entry if await self._readable(told.room_id, entry.ref) else None
            if entry.event_id not in settled and entry.kind not in FOLLOWING:
                last = last or entry
        if last is None or not await self._readable(told.room_id, last.ref):
            return None
        raise UserError(
            ErrorCode.CONFLICT,
            _("Your last change in {ref} cannot be undone, so I have undone nothing.", ref=Code(str(last.ref))),
        )

    async def _readable(self, room_id: str, ref: Reference) -> bool:
        found = await self._incident.look(room_id, ref, Purpose.READING)
        return isinstance(found, Cleared) and found.full

    async def _withheld(self, room_id: str, ref: Reference) -> Mapping[int, PartMark]:
        incident = await self._store.incident.find(ref)
        hidden = await self._incident.withheld(room_id, [incident] if incident else [], Purpose.READING)
        return hidden.get(ref, {})

    async def _look(self, actor: Actor, told: Told, entry: Entry, fields: set[str]) -> None:
        """Raise UserError if somebody else has changed any of *fields* since *entry*; of a new incident, anything."""
        hidden = await self._withheld(told.room_id, entry.ref)
        entered = await self._store.note.list_since(entry.ref, entry.entered_at)
        # Nothing is told of other incidents that the room may not read of: what ties this one to them goes on.
        for later in await self._relating.told(told.room_id, entered):
            if 0 < later.number <= entry.number or later.author == actor.user_id:
                continue
            same = {*later.values.get(WAS, ())} & fields or _of_one_task(entry, later)
            # Whatever was entered since that is withheld here: which of it has changed the same is not to be told.
            if entry.kind is EntryKind.DECLARED or same or later.number in hidden:
                mark = hidden.get(later.number)
                name = Verbatim(mark.agency or "-" if mark else self._room.name_of(told.room_id, later.author))
                raise UserError(
                    ErrorCode.CONFLICT,
                    _("{name} has gone on from there, so I have undone nothing. Change it by a command.", name=name),
                )


def _of_one_task(entry: Entry, later: Entry) -> bool:
    """Return whether somebody has changed the task that *entry* changed as well, or sees to it."""
    answers = later.kind in (*TASKS, EntryKind.UNDONE, EntryKind.ACKNOWLEDGED)
    return entry.kind in TASKS and answers and later.values.get("task") == entry.values["task"]


def _takes_back(entry: Entry) -> bool:
    """Return whether another entry stands no more by this one; of what only lost its words, the change stands."""
    if entry.kind is EntryKind.WITHDRAWN:
        return "kind" not in entry.values
    return entry.kind in (EntryKind.UNDONE, EntryKind.UNPINNED)


def _undoable(entry: Entry) -> bool:
    if entry.kind in TASKS:
        return entry.kind in (EntryKind.TASK, EntryKind.TASK_DONE) or "before" in entry.values
    return WAS in entry.values or (
        WHOLE not in entry.values and entry.kind in UNDONE and bool(entry.text or entry.values)
    )


def _before(incident: Incident, entry: Entry) -> Incident:
    """Return *incident* as it was before *entry*: what was declared by mistake is cancelled."""
    if entry.kind is EntryKind.DECLARED:
        return replace(incident, status=Status.CLOSED, reason=Reason.CANCELLED)
    return put(incident, entry.values.get(WAS, {}))
