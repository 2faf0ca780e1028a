"""Legal holds: placed, lifted, listed; what was taken back meanwhile is shown to auditors, each reading logged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.handling import Purpose
from bot.model.hold import COMMAND, LIFT, Hold, Kept, keeping
from bot.model.incident import Entry, EntryKind, Incident
from bot.model.names import one_line
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.report import Report, Value
from bot.model.room import Use
from bot.model.sequel import Sequel, SequelKind
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.incident import IncidentService
from bot.services.labelled import recordable
from bot.services.notice import NoticeService
from bot.services.room import RoomService
from bot.services.sequel import SequelService
from bot.store import Store

ELSEWHERE = _("I show that only in an audit room, or in your direct room with me.")


class HoldService:
    """Places and lifts holds, and shows what they keep; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, room: RoomService,
        direct: DirectService, notice: NoticeService, sequel: SequelService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._room = room
        self._direct = direct
        self._notice = notice
        self._sequel = sequel

    # Placing and lifting

    async def placeable(self, room_id: str, ref: Reference, reason: str) -> Incident:
        """Return the incident, which is under no hold.

        Raises UserError if it is, if the room knows of no such incident, or no record may keep the *reason*.
        """
        incident = (await self._incident.find(room_id, ref)).content
        recordable(reason)
        if await self._store.hold.find(ref):
            raise UserError(ErrorCode.CONFLICT, _("{ref} is under hold already.", ref=Code(str(ref))))
        return incident

    async def liftable(self, room_id: str, ref: Reference, reason: str) -> Incident:
        """Return the incident, which is under hold; raise UserError if it is not, or else as `placeable` does."""
        incident = (await self._incident.find(room_id, ref)).content
        recordable(reason)
        await self._under(ref)
        return incident

    async def _under(self, ref: Reference) -> None:
        """Raise UserError unless the incident is under hold."""
        if await self._store.hold.find(ref) is None:
            raise UserError(ErrorCode.CONFLICT, _("{ref} is not under hold.", ref=Code(str(ref))))

    async def place(self, actor: Actor, told: Told, ref: Reference, reason: str) -> None:
        """Put an incident under hold, and tell the audit rooms; raise UserError as `placeable` does."""
        await self.placeable(told.room_id, ref, reason)
        hold = Hold(ref, actor.user_id, actor.agency, told.now, one_line(reason), told.room_id, told.said)
        await self._store.hold.add(hold)
        await self._record(SequelKind.HOLD_PLACED, actor, told, ref, hold.reason)
        # The reason stays out of it: that is taken back with its message, and what others hold cannot be.
        values = {"by": hold.by, "agency": hold.agency, "room": hold.room_id, "said": hold.said}
        await self._sequel.tell(SequelKind.HOLD_PLACED, {"ref": str(ref), **values}, told.event_id, told.now)
        said = _("{name} has put {ref} under hold.", name=_named(actor), ref=Code(str(ref)))
        await self._tell(COMMAND, said, told, ref)

    async def lift(self, actor: Actor, told: Told, ref: Reference, reason: str) -> None:
        """End the hold on an incident, and tell the audit rooms; what was taken back meanwhile goes now.

        Raises UserError as `liftable` does.
        """
        await self.liftable(told.room_id, ref, reason)
        await self._record(SequelKind.HOLD_LIFTED, actor, told, ref, one_line(reason))
        await self._end(ref, told.event_id, told.now)
        await self._sequel.tell(SequelKind.HOLD_LIFTED, {"ref": str(ref)}, told.event_id, told.now)
        said = _("{name} has lifted the hold on {ref}.", name=_named(actor), ref=Code(str(ref)))
        await self._tell(LIFT, said, told, ref)

    async def _end(self, ref: Reference, cause: str, now: datetime) -> None:
        """Let go what the hold kept."""
        await self._store.hold.remove(ref)
        for position, left in await self._store.hold.take(ref):
            await self._audit.forget(position, left, now)
        await self._drop_copies(ref)
        await self._take_back(keeping(ref), cause, now)

    async def place_again(self, sequel: Sequel, now: datetime) -> bool:
        """Put under hold again what was after the backup, if the backup has it; return whether that is new.

        Nobody is told: the rooms were, and nothing has changed for them.
        """
        said, ref = sequel.values, Reference(sequel.values["ref"])
        known = await self._store.incident.find(ref)
        if known is None or await self._store.hold.find(ref):
            return False
        hold = Hold(ref, UserId(said["by"]), said["agency"], sequel.at, "", said["room"], said["said"])
        await self._store.hold.add(hold)
        await self._audit.append(sequel.kind, None, str(ref), {"room": hold.room_id, "event": hold.said}, now)
        return True

    async def lift_again(self, sequel: Sequel, now: datetime) -> bool:
        """Lift again the hold that was lifted after the backup; return whether there is one."""
        ref = Reference(sequel.values["ref"])
        if await self._store.hold.find(ref) is None:
            return False
        await self._audit.append(sequel.kind, None, str(ref), {}, now)
        await self._end(ref, sequel.id, now)
        return True

    async def _take_back(self, source: str, cause: str, now: datetime) -> None:
        for post in await self._store.outbox.list_holding(source):
            await self._store.outbox.let_go(source, post.id)
            await self._store.outbox.add(post.room_id, "redact", f"{cause} {post.id}", {"post": post.id}, now)

    async def _drop_copies(self, ref: Reference) -> None:
        """Delete the copies of what was marked meanwhile so that none may be kept."""
        marks = (await self._store.part.list_of([ref])).get(ref, {})
        unkept = {number: mark for number, mark in marks.items() if mark.unkept}
        if unkept:
            await self._store.copy.forget(ref, await self._store.part.spread(ref, unkept))

    async def _record(self, kind: str, actor: Actor, told: Told, ref: Reference, reason: str) -> None:
        """Enter into the log what was done, and why: that goes with the message that said it."""
        content = {"room": told.room_id, "event": told.event_id}
        logged = await self._audit.append(kind, actor, str(ref), content | {"reason": reason}, told.now)
        self._audit.said(logged, told, content)

    async def _tell(self, of: str, said: Message, told: Told, ref: Reference) -> None:
        """Tell each audit room in which everyone may know of the incident."""
        bot = self._config.now.matrix.user_id
        for room_id in await self._store.room.list_used_for(Use.AUDIT):
            if bot in self._room.members(room_id):
                cause = f"{told.event_id} {room_id}"
                await self._notice.give(room_id, of, cause, [said], told.now, ref=str(ref), shows=ref)

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Forget the reason that the message *event_id* has given, and take back what says it; the hold stays.

        Return whether it has given one.
        """
        given = await self._store.hold.unsay(room_id, event_id)
        if given:
            await self._take_back(event_id, cause, now)
        return given

    # Showing

    async def admit(self, actor: Actor, room_id: str) -> None:
        """Raise UserError unless holds, and what they keep, may be shown in the room."""
        if (await self._room.settings(room_id)).use is not Use.AUDIT and not self._direct.holds(room_id, actor.user_id):
            raise UserError(ErrorCode.NOT_ALLOWED, ELSEWHERE)

    async def list_seen(self, room_id: str) -> list[Hold]:
        """Return the holds on incidents that the room may know of, the oldest first."""
        holds = await self._store.hold.list_all()
        seen = {one.content.ref for one in await self._incident.seen(room_id, [hold.ref for hold in holds])}
        return [hold for hold in holds if hold.ref in seen]

    async def kept(self, room_id: str, ref: Reference) -> list[Kept]:
        """Return what was taken back of an incident under hold, as far as the room may read it.

        In the order of the timeline. Raises UserError if the room may not read the incident, or it is under no hold.
        """
        incident = await self._incident.read(room_id, ref)
        await self._under(ref)
        hidden = (await self._incident.withheld(room_id, [incident], Purpose.READING)).get(ref, {})
        found = []
        for record, number, position in await self._store.hold.list_kept(ref):
            said = await self._said(position)
            kept = await (self._entry(ref, number, said) if record == ref else self._report(record, number, said))
            if kept and kept.entry.number not in hidden:
                found.append(kept)
        return sorted(found, key=lambda one: one.entry.number)

    async def _said(self, position: int) -> Mapping[str, Any]:
        entry = await self._store.audit.find(position)
        return json.loads(entry.content.data) if entry and entry.content else {}

    async def _entry(self, ref: Reference, number: int, said: Mapping[str, Any]) -> Kept | None:
        [entry] = await self._store.incident.list_numbered(ref, [number])
        return Kept(replace(entry, text=said["text"])) if said.get("text") else None

    async def _report(self, ref: Reference, revision: int, said: Mapping[str, Any]) -> Kept | None:
        """Return a revision of a report with those of its texts that are gone from it."""
        report = await self._store.report.find(ref, revision)
        entry = await self._given(report) if report else None
        if report is None or entry is None:
            return None
        values = {code: _value(one) for code, one in said.get("values", {}).items()}
        gone = {code: one for code, one in values.items() if one.language and report.values[code].meant != one.meant}
        return Kept(entry, replace(report, values=gone)) if gone else None

    async def _given(self, report: Report) -> Entry | None:
        """Return the entry that tells that the revision was given."""
        entries = await self._store.note.list_of(report.event_id, EntryKind.REPORT)
        key = (str(report.ref), report.revision)
        return next((one for one in entries if (one.values["report"], one.values["revision"]) == key), None)

    async def showing(self, actor: Actor, told: Told, ref: Reference, shown: Sequence[Kept]) -> None:
        """Enter into the log that somebody is shown *shown*, and which agencies are there: one entry an output."""
        there = self._room.audience(told.room_id)
        agencies = {found.code for user in there if (found := self._config.now.agency(user))}
        content = {
            "entries": [*dict.fromkeys(kept.entry.number for kept in shown)],
            "room": told.room_id,
            "event": told.event_id,
            "agencies": sorted(agencies),
        }
        await self._audit.append("hold.shown", actor, str(ref), content, told.now)


def _named(actor: Actor) -> Verbatim:
    return Verbatim(f"{actor.name} ({actor.agency})" if actor.agency else actor.name)


def _value(one: Mapping[str, Any]) -> Value:
    language = LanguageCode(one["language"]) if one["language"] else None
    return Value(one["typed"], one["meant"], language, one.get("event", ""))
