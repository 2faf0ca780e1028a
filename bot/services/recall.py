"""Tells people of what has changed since they received it, asks them to acknowledge that, and says who has."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c, _n
from bot.model.due import Woken
from bot.model.handling import Purpose
from bot.model.incident import Entry, EntryKind, Words
from bot.model.incoming import Incoming
from bot.model.person import Actor, UserId
from bot.model.recall import ACKNOWLEDGE, COMMAND, GATHER, MOST_LINES, NUDGE, About, Line, Recall, State
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.duty import SUBJECT
from bot.services.incident import IncidentService
from bot.services.notice import LOOK, NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.received import Received
from bot.services.room import Rooms, RoomService
from bot.store import Store

CHASE = "recall chase"
"""The kind of the due rows by which whoever has not acknowledged is asked again: one a message."""
CHOICES = ((ACKNOWLEDGE, _c("choice", "Yes, I have received it")),)
SETTLED = _("You have acknowledged that.")
Found = Mapping[Reference, Mapping[int, Words]]


class RecallService:
    """Sends, chases and records; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
        room: RoomService, rooms: Rooms, direct: DirectService, notice: NoticeService, question: QuestionService,
        received: Received,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._person = person
        self._room = room
        self._rooms = rooms
        self._direct = direct
        self._notice = notice
        self._question = question
        self.posted = received.posted
        self.exported = received.exported
        self._received = received

    # Telling

    async def prepare(self, woken: Woken) -> Found:
        """Return the translations that are missing of what somebody is to be told. Slow, outside any transaction."""
        user = UserId(woken.due.ref)
        room_id = await self._direct.find(user)
        if room_id is None:
            return {}
        language = (await self._person.actor(user, room_id)).language
        wanted: dict[Reference, set[int]] = {}
        for one in await self._store.recall.list_waiting(user):
            if one.change.about is About.ENTRY:
                wanted.setdefault(one.change.ref, set()).update(await self._numbers(one))
        made = [self._incident.complete(ref, room_id, language, woken.now, of) for ref, of in wanted.items()]
        return dict(zip(wanted, await asyncio.gather(*made), strict=True))

    async def _numbers(self, recall: Recall) -> set[int]:
        change = recall.change
        entries = await self._store.incident.list_numbered(change.ref, [change.number])
        return {change.number, *(one.corrects for one in entries if one.corrects)}

    async def send(self, woken: Woken) -> None:
        """Tell somebody of all that has changed, in one message, and ask them to acknowledge it."""
        user = UserId(woken.due.ref)
        for ref, found in (woken.prepared or {}).items():
            await self._incident.keep(ref, found)
        waiting = await self._judged(user, await self._store.recall.list_waiting(user), woken.now)
        room_id = await self._reach(user, woken.now)
        if waiting and room_id is None:
            await self._store.recall.end(waiting, State.UNREACHED, woken.now)
            return await self._log("recall.unreached", user, waiting, woken.now)
        if not waiting or room_id is None:
            return
        if len(waiting) > MOST_LINES:
            await self._store.due.plan(COMMAND, user, woken.now + GATHER, {})
        told = waiting[:MOST_LINES]
        batch = str(told[0].id)
        await self._store.recall.told(told, batch, woken.now)
        await self._open(user, room_id, woken)
        await self._say(user, room_id, told, batch, woken)
        await self._store.due.plan(CHASE, batch, woken.now + NUDGE, {})
        await self._log("recall.told", user, told, woken.now)

    async def _judged(self, user: UserId, waiting: Sequence[Recall], now: datetime) -> list[Recall]:
        """Return what is to be told of *waiting*, each as what they may know of it; the rest is ended."""
        told: list[Recall] = []
        gone: set[Reference] = set()
        for one in waiting:
            lets = await self.lets(user, one)
            access = one.change.about is About.ACCESS
            again = not lets and (
                one.change.ref in gone or await self._store.recall.withdrawn_before(user, one.change.ref)
            )
            if (lets and access) or again:
                await self._store.recall.end([one], State.DROPPED, now)
                continue
            if not lets:
                gone.add(one.change.ref)
            told.append(replace(one, withdrawn=not lets))
        return told

    async def batch(self, batch: str) -> list[Recall]:
        """Return what one message has told."""
        return await self._store.recall.list_batch(batch)

    async def said_by(self, room_id: str, event_id: str) -> list[Line]:
        """Return what a message of the room has said in minutes, handovers and reports, and still does."""
        return await self._store.received.said_by(room_id, event_id)

    async def lets(self, user: UserId, recall: Recall) -> bool:
        """Return whether somebody may still read what a recall is about: of what has a room, who is in that."""
        if recall.change.about is not About.LINE:
            return await self._lets(user, recall.change.ref)
        home = await self._store.received.home_of(recall.change.ref)
        return home is not None and user in self._rooms.audience(home)

    async def taken_back(self, lines: Sequence[Line], redaction: Incoming, event_id: str, now: datetime) -> None:
        """Follow that the message *event_id*, which had said *lines*, is taken back: who has received them is told."""
        left = {(one.ref, one.number) for one in await self.said_by(redaction.room_id, event_id)}
        actor = await self._person.actor(redaction.sender, redaction.room_id)
        reports = {ref for ref in {one.ref for one in lines} if await self._store.report.find(ref)}
        for line in lines:
            if line.ref in reports or (line.ref, line.number) not in left:
                await self._received.line_changed(line, actor, now)

    async def _lets(self, user: UserId, ref: Reference) -> bool:
        incident = await self._store.incident.find(ref)
        return incident is not None and await self._incident.lets(user, incident)

    async def _reach(self, user: UserId, now: datetime) -> str | None:
        """Return where to tell somebody; None if they have left, or cannot be reached."""
        if not self._config.now.serves(user) or not self._rooms.of(user):
            return None
        return await self._direct.reach(user, now)

    async def _open(self, user: UserId, room_id: str, woken: Woken) -> None:
        if room_id == user and not await self._store.outbox.next(user):
            await self._store.outbox.add(user, "open", woken.cause, {}, woken.now)

    async def _say(self, user: UserId, room_id: str, told: Sequence[Recall], batch: str, woken: Woken) -> None:
        """Put the message into the outbox: what it says is read and decided when it is sent."""
        refs = [*dict.fromkeys(str(one.change.ref) for one in told if not one.withdrawn)]
        await self._incident.showing(None, room_id, refs, Purpose.READING, woken.cause, woken.now)
        payload = {"reader": user, "batch": batch}
        post = await self._store.outbox.add(room_id, "recall", woken.cause, payload, woken.now, holds=refs)
        asked = _("What you have received was changed or withdrawn: please read the message above.")
        await self._ask(user, room_id, batch, asked, post, woken)

    async def _ask(self, user: UserId, room_id: str, batch: str, asked: Message, post: str, woken: Woken) -> None:
        asking = Asking(SUBJECT, CHOICES, {"kind": COMMAND, "batch": batch}, asked)
        await self._question.ask(room_id, user, asking, woken.cause, post, woken.now)

    # Chasing

    async def chase(self, woken: Woken) -> None:
        """Ask somebody once more who has not acknowledged; after as long again tell the leads of their agency."""
        batch = woken.due.ref
        left = [one for one in await self._store.recall.list_batch(batch) if one.state is State.TOLD]
        if not left:
            return
        user = left[0].user_id
        await self._store.recall.nudged(batch)
        if left[0].nudged:
            await self._raise(user, left, woken)
            return
        if room_id := await self._reach(user, woken.now):
            payload = {"reader": user, "batch": batch}
            refs = [*dict.fromkeys(str(one.change.ref) for one in left if not one.withdrawn)]
            post = await self._store.outbox.add(room_id, "recall", woken.cause, payload, woken.now, holds=refs)
            asked = _("You have not acknowledged this yet: please read the message above.")
            await self._ask(user, room_id, batch, asked, post, woken)
        await self._store.due.plan(CHASE, batch, woken.now + NUDGE, {})

    async def _raise(self, user: UserId, left: Sequence[Recall], woken: Woken) -> None:
        """Tell each lead of somebody's agency who can be reached; of references those that the lead may read."""
        config = self._config.now
        agency = config.agency(user)
        leads = [one for one in map(UserId, config.roles.lead) if agency and config.agency(one) == agency]
        named = [one for one in leads or map(UserId, config.roles.coordinator) if one != user]
        for lead in named:
            room_id = await self._reach(lead, woken.now)
            if room_id is None:
                continue
            await self._open(lead, room_id, woken)
            refs = [ref for ref in dict.fromkeys(one.change.ref for one in left) if await self._lets(lead, ref)]
            name = Verbatim(self._room.known_as(user, room_id))
            said = _n(
                "{name} has not acknowledged a change of something that they had received. Please see that they do.",
                "{name} has not acknowledged {n} changes of what they had received. Please see that they do.",
                len(left),
                name=name,
            )
            about = [tuple(_("{text}", text=Code(str(ref))) for ref in refs)] if refs else []
            cause = f"{woken.cause} {lead}"
            notice = await self._notice.give(room_id, COMMAND, cause, [said, *about], woken.now, reader=lead)
            await self._notice.ring(room_id, COMMAND, cause, [lead], LOOK, notice, woken.now, reader=lead)
        await self._log("recall.raised", user, left, woken.now)

    # Acknowledging

    async def asked(self, room_id: str, event_id: str | None) -> str | None:
        """Return the message of changes that our question *event_id* asks to acknowledge; None if it asks no such."""
        question = await self._store.question.find_post(room_id, event_id) if event_id else None
        if question is None or question.data.get("kind") != COMMAND:
            return None
        return str(question.data["batch"])

    async def acknowledge(self, actor: Actor, told: Told, batch: str) -> list[Recall]:
        """Record that somebody has received what one message told them; raise UserError if there is nothing left."""
        found = await self._store.recall.list_batch(batch)
        left = [one for one in found if one.state is State.TOLD and one.user_id == actor.user_id]
        if not left:
            raise UserError(ErrorCode.CONFLICT, _("That is settled already. Nothing was changed."))
        await self._store.recall.end(left, State.ACKNOWLEDGED, told.now)
        await self._question.settle(SUBJECT, {"kind": COMMAND, "batch": batch}, SETTLED, told.event_id, told.now)
        await self._store.due.drop(CHASE, batch)
        await self._log("recall.acknowledged", actor.user_id, left, told.now, actor)
        return left

    async def _log(
        self, kind: str, user: UserId, recalls: Sequence[Recall], now: datetime, actor: Actor | None = None
    ) -> None:
        """Enter into the audit log what has become of changes for somebody: references and numbers."""
        changes = [{"record": one.change.record, "number": one.change.number} for one in recalls]
        refs = {str(one.change.ref) for one in recalls}
        ref = refs.pop() if len(refs) == 1 else None
        await self._audit.append(kind, actor, ref, {"person": user, "changes": changes}, now)

    # Looking

    async def of(self, ref: Reference) -> tuple[int, list[Recall]]:
        """Return how many have received something of a record, and all that was to be told of it."""
        received = {one.user_id for one in await self._store.received.list_of(str(ref))}
        found = [one for one in await self._store.recall.list_of(ref) if one.state is not State.DROPPED]
        return len(received), found

    async def exercise(self, ref: Reference) -> bool:
        """Return whether a record is of an exercise."""
        incident = await self._store.incident.find(ref)
        return incident is not None and incident.exercise

    async def versions(self, recall: Recall) -> tuple[Entry | None, Entry | None]:
        """Return the entry that changes something, and what it changes as that read when it was received last."""
        change = recall.change
        entry = next(iter(await self._store.incident.list_numbered(change.ref, [change.number])), None)
        if entry is None or entry.corrects is None:
            return entry, None
        before = next(iter(await self._store.incident.list_numbered(change.ref, [entry.corrects])), None)
        if before is None or entry.kind not in (EntryKind.NOTE, EntryKind.DECISION):
            return entry, before
        earlier = [one for one in await self._store.note.versions(before, entry.kind) if one.number < entry.number]
        received = [one for one in earlier if one.entered_at <= recall.received_at and one.text]
        return entry, (received or [before])[-1]
