"""Legal holds: placed, lifted, listed; what was taken back meanwhile is shown to auditors, each reading logged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.handling import Purpose
from bot.model.hold import COMMAND, LIFT, Hold, Kept, keeping, stays, why
from bot.model.incident import Entry, EntryKind, Incident, marked
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
from bot.services.labelled import recordable, shared
from bot.services.notice import NoticeService
from bot.services.room import RoomService
from bot.services.sequel import SequelService
from bot.store import Store
from bot.store.outbox import OutboxRow

ELSEWHERE = _("I show that only in an audit room, or in your direct room with me.")
HOLDS = (SequelKind.HOLD_PLACED, SequelKind.HOLD_LIFTED)
"""The kinds of entries in the log that say that a hold was placed or lifted."""
SAY = ("reply", "notice")
"""The kinds of posts that say why."""


@dataclass(frozen=True, slots=True)
class Liftable:
    """An incident, those of its holds that somebody may lift, and whether there are more."""

    incident: Incident
    holds: tuple[Hold, ...]
    more: bool

    @property
    def shown(self) -> Mapping[str, Any]:
        """What a question says of it: JSON."""
        return {"agencies": [hold.agency for hold in self.holds], "more": self.more}


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

    async def placeable(self, actor: Actor, room_id: str, ref: Reference, reason: str) -> Incident:
        """Return the incident, which the agency of *actor* does not hold yet.

        Raises UserError if it does, if the room knows of no such incident, or not everyone who sees the hold later may
        read the *reason*.
        """
        incident = (await self._incident.find(room_id, ref)).content
        shared(recordable(reason))
        if any(hold.agency == actor.agency for hold in await self._store.hold.list_of(ref)):
            raise UserError(ErrorCode.CONFLICT, _("{ref} is under hold already.", ref=Code(str(ref))))
        return incident

    async def liftable(self, actor: Actor, room_id: str, ref: Reference, reason: str) -> Liftable:
        """Return the incident, and which of its holds *actor* may lift.

        Raises UserError if it is under none, or none of those may be lifted by *actor*, or else as `placeable` does.
        """
        incident = (await self._incident.find(room_id, ref)).content
        shared(recordable(reason))
        holds = await self._under(ref)
        found = [hold for hold in holds if hold.agency == actor.agency] or [
            hold for hold in holds if self._nobodys(hold)
        ]
        if not found:
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("{ref} is held by another agency: only its own auditors and administrators can lift that.",
                  ref=Code(str(ref))),
            )  # fmt: skip
        return Liftable(incident, tuple(found), len(found) < len(holds))

    def _nobodys(self, hold: Hold) -> bool:
        """Return whether there is nobody of the agency that holds it: it has left, or there never was one."""
        return hold.agency not in {one.code for one in self._config.now.agencies}

    async def _under(self, ref: Reference) -> list[Hold]:
        """Return the holds on the incident; raise UserError if there are none."""
        holds = await self._store.hold.list_of(ref)
        if not holds:
            raise UserError(ErrorCode.CONFLICT, _("{ref} is not under hold.", ref=Code(str(ref))))
        return holds

    async def place(self, actor: Actor, told: Told, ref: Reference, reason: str) -> None:
        """Put an incident under hold, and tell the audit rooms; raise UserError as `placeable` does."""
        incident = await self.placeable(actor, told.room_id, ref, reason)
        hold = Hold(ref, actor.user_id, actor.agency, told.now, one_line(reason), told.room_id, told.said)
        await self._store.hold.add(hold)
        await self._record(SequelKind.HOLD_PLACED, actor, told, ref, hold.reason)
        # The reason stays out of it: that is taken back with its message, and what others hold cannot be.
        values = {"by": hold.by, "agency": hold.agency, "room": hold.room_id, "said": hold.said}
        await self._sequel.tell(SequelKind.HOLD_PLACED, {"ref": str(ref), **values}, told.event_id, told.now)
        said = _("{name} has put {ref} under hold.", name=_named(actor), ref=Code(str(ref)))
        await self._tell(COMMAND, [marked(incident, said), *why(hold.reason)], told, ref)

    async def lift(
        self, actor: Actor, told: Told, ref: Reference, reason: str, asked: Mapping[str, Any] | None = None
    ) -> bool:
        """End the hold of the actor's agency on an incident, and tell the audit rooms; return whether it was the last.

        With the last one goes what was taken back meanwhile. Raises UserError as `liftable` does, or if other holds
        would end, or stay, than was *asked* about.
        """
        liftable, reason = await self.liftable(actor, told.room_id, ref, reason), one_line(reason)
        if asked is not None and asked != liftable.shown:
            raise UserError(ErrorCode.CONFLICT, _("Something has changed meanwhile, so I did nothing. Begin again."))
        await self._record(SequelKind.HOLD_LIFTED, actor, told, ref, reason)
        await self._end(liftable.holds, told.event_id, told.now)
        agencies = [hold.agency for hold in liftable.holds]
        values = {"ref": str(ref), "agencies": agencies}
        await self._sequel.tell(SequelKind.HOLD_LIFTED, values, told.event_id, told.now)
        said = _("{name} has lifted the hold on {ref}.", name=_named(actor), ref=Code(str(ref)))
        said = marked(liftable.incident, said)
        await self._tell(LIFT, [said, *([stays(ref)] if liftable.more else []), *why(reason)], told, ref)
        return not liftable.more

    async def _end(self, holds: Sequence[Hold], cause: str, now: datetime) -> None:
        """End *holds* on one incident; with the last of all goes what they kept."""
        ref = holds[0].ref
        for hold in holds:
            await self._store.hold.remove(hold)
        if await self._store.hold.find(ref):
            return
        for position, left in await self._store.hold.take(ref):
            await self._audit.forget(position, left, now)
        await self._drop_copies(ref)
        shown = keeping(ref)
        await self._take_back(shown, await self._store.outbox.list_holding(shown), cause, now)

    async def place_again(self, sequel: Sequel, now: datetime) -> bool:
        """Put under hold again what was after the backup, if the backup has it; return whether that is new.

        Nobody is told: the rooms were, and nothing has changed for them.
        """
        said, ref = sequel.values, Reference(sequel.values["ref"])
        hold = Hold(ref, UserId(said["by"]), said["agency"], sequel.at, "", said["room"], said["said"])
        known = await self._store.incident.find(ref)
        if known is None or any(one.agency == hold.agency for one in await self._store.hold.list_of(ref)):
            return False
        await self._store.hold.add(hold)
        await self._audit.append(sequel.kind, None, str(ref), {"room": hold.room_id, "event": hold.said}, now)
        return True

    async def lift_again(self, sequel: Sequel, now: datetime) -> bool:
        """Lift again the holds that were lifted after the backup; return whether there are any."""
        ref, agencies = Reference(sequel.values["ref"]), sequel.values["agencies"]
        holds = [one for one in await self._store.hold.list_of(ref) if one.agency in agencies]
        if holds:
            await self._audit.append(sequel.kind, None, str(ref), {}, now)
            await self._end(holds, sequel.id, now)
        return bool(holds)

    async def _take_back(self, source: str, posts: Sequence[OutboxRow], cause: str, now: datetime) -> None:
        for post in posts:
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

    async def _tell(self, of: str, said: Sequence[Message], told: Told, ref: Reference) -> None:
        """Tell each audit room in which everyone may know of the incident; it goes with the message that says why."""
        bot = self._config.now.matrix.user_id
        for room_id in await self._store.room.list_used_for(Use.AUDIT):
            if bot in self._room.members(room_id):
                cause = f"{told.event_id} {room_id}"
                await self._notice.give(room_id, of, cause, said, told.now, ref=str(ref), shows=ref, holds=[told.said])

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Forget the reason that the message *event_id* has given, and take back what says it; the hold stays.

        Return whether it has given one.
        """
        given = await self._store.hold.unsay(room_id, event_id)
        # Of a hold that was lifted there is only what the log says of it.
        said = [await self._store.audit.find(at) for at, _left in await self._store.audit.said_by(room_id, event_id)]
        if given or any(json.loads(one.envelope)["kind"] in HOLDS for one in said if one):
            posts = await self._store.outbox.list_holding(event_id)
            await self._take_back(event_id, [one for one in posts if one.kind in SAY], cause, now)
        return given

    # Showing

    async def admit(self, actor: Actor, room_id: str) -> None:
        """Raise UserError unless holds, and what they keep, may be shown in the room."""
        if (await self._room.settings(room_id)).use is not Use.AUDIT and not self._direct.holds(room_id, actor.user_id):
            raise UserError(ErrorCode.NOT_ALLOWED, ELSEWHERE)

    async def list_seen(self, room_id: str) -> list[tuple[Hold, Incident]]:
        """Return the holds on incidents that the room may know of, with these, the oldest first."""
        holds = await self._store.hold.list_all()
        refs = [*dict.fromkeys(hold.ref for hold in holds)]
        seen = {one.content.ref: one.content for one in await self._incident.seen(room_id, refs)}
        return [(hold, seen[hold.ref]) for hold in holds if hold.ref in seen]

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
