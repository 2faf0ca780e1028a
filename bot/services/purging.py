"""What a purge does: all of it in one transaction; one that a crash has stopped is done at the next look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.config import Current
from bot.i18n import Code, Message, _
from bot.model.due import Woken
from bot.model.person import Actor, UserId
from bot.model.purge import COMMAND, DUE, PURGED, Purged, Record, digest
from bot.model.reference import Reference
from bot.model.room import Use
from bot.model.sequel import Sequel, SequelKind
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.beyond import Beyond, BeyondService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.pulse import Pulse
from bot.services.room import RoomService
from bot.services.sequel import SequelService
from bot.services.trace import Traces, TraceService
from bot.store import Store
from bot.store.outbox import OutboxRow

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What a purge will empty of the log as it was at *size*, found before the transaction: it reads all of it."""

    size: int
    entries: tuple[tuple[int, str | None], ...]
    emptied: frozenset[str] = frozenset()
    """The entries about it that have no content any more."""
    posts: tuple[OutboxRow, ...] = ()
    """What was posted about it, whatever that is listed to hold."""
    traces: Traces = field(default_factory=Traces)
    """What tells of it elsewhere."""


class PurgingService:
    """Purges the records whose moment has come, one a due row."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, person: PersonService, room: RoomService,
        notice: NoticeService, sequel: SequelService, pulse: Pulse,
        trace: TraceService, beyond: BeyondService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._person = person
        self._room = room
        self._notice = notice
        self._sequel = sequel
        self._pulse = pulse
        self._trace = trace
        self._beyond = beyond

    async def prepare(self, woken: Woken) -> Found:
        """Return what the log has of the record now, outside any transaction."""
        ref = Reference(woken.due.ref)
        size = await self._store.audit.size()
        refs, events = await self._store.purge.parts(ref), await self._store.purge.messages(ref)
        emptied = frozenset(map(str, await self._store.purge.emptied(refs)))
        posts = tuple(await self._store.outbox.list_about(refs))
        traces = await self._trace.find(refs)
        return Found(size, tuple(await self._store.purge.logged(refs, events)), emptied, posts, traces)

    async def act(self, woken: Woken) -> None:
        """Purge the record, in the open transaction, if that is still right: it is there, not held, and still due.

        What two persons have decided is due whatever the rules say; what a rule says, only by a clock that is believed.
        """
        ref, said = Reference(woken.due.ref), woken.due.payload
        record = await self._store.purge.find(ref)
        if record is None or await self._kept(record, woken):
            return
        found = woken.prepared if isinstance(woken.prepared, Found) else Found(0, ())
        refs = await self._store.purge.parts(ref)
        events = await self._store.purge.messages(ref)
        entries = [*found.entries, *await self._store.purge.logged(refs, events, found.size)]
        positions = _telling(entries, found.emptied)
        leaves = digest(await self._store.purge.leaves(positions))
        purged = Purged(record.kind, ref, woken.now, leaves, tuple(positions))
        await self._record(purged, woken)
        cause = f"{COMMAND} {ref} {woken.due.number}"
        await self._trace.take_back(found.traces, cause, woken.now, but=str(said.get("answer")))
        events = [*dict.fromkeys([*events, *found.traces.messages])]
        beyond = await self._out_of_reach([*refs, *events], found.posts)
        await self._store.purge.delete(purged, refs, events)
        await self._take_back(ref, [*refs, *events], found.posts, woken)
        if not said.get("again"):
            await self._tell(purged, bool(said.get("by")), beyond)
            await self._sequel.tell(SequelKind.PURGED, {"ref": str(ref)}, f"{COMMAND} {ref}", woken.now)
        log.info("record.purged", ref=str(ref), kind=purged.kind, entries=len(positions))

    async def purge_again(self, sequel: Sequel, now: datetime) -> bool:
        """Plan the end of what was purged after the backup, if the backup has it; return whether it has."""
        ref = Reference(sequel.values["ref"])
        if await self._store.purge.find(ref) is None:
            return False
        await self._store.due.plan(DUE, str(ref), now, {"again": True})
        return True

    async def _kept(self, record: Record, woken: Woken) -> bool:
        """Return whether the record stays: it is under hold, which the audit rooms are told, or not due any more."""
        if record.held:
            said = _(
                "{ref} is under hold. Nothing of it is deleted until the hold is lifted.", ref=Code(str(record.ref))
            )
            await self._say(said, f"held {record.ref} {woken.due.number}", record.ref, woken)
            return True
        if woken.due.payload.get("again"):
            return False
        if woken.due.payload.get("by"):
            if record.ended_at is not None:
                return False
            # Opened again between the word and the deed: what goes on is not what the two have decided about.
            await self._say(not_over(record.ref), f"open {record.ref} {woken.due.number}", record.ref, woken)
            return True
        days = self._config.now.retention.days(record.kind, record.agency)
        return not record.due(days, woken.now) or not self._pulse.believes(woken.now)

    async def _out_of_reach(self, held: Sequence[str], about: Sequence[OutboxRow]) -> Beyond:
        posts = [post for source in held for post in await self._store.outbox.list_holding(source)]
        return await self._beyond.find(held, [*posts, *about], self._config.now.matrix.user_id)

    async def _take_back(self, ref: Reference, held: Sequence[str], about: Sequence[OutboxRow], woken: Woken) -> None:
        """Take back the bot's own posts that say something of it, but the answer that it is purged."""
        cause = f"{COMMAND} {ref} {woken.due.number}"
        for source in held:
            for post in await self._store.outbox.list_holding(source):
                await self._store.file.forget(post.id)
            await self._notice.unsay(source, ref, cause, woken.now)
        for post in about:
            if post.cause != woken.due.payload.get("answer"):
                await self._store.file.forget(post.id)
                await self._store.outbox.add(post.room_id, "redact", f"{cause} {post.id}", {"post": post.id}, woken.now)

    async def _record(self, purged: Purged, woken: Woken) -> None:
        said = woken.due.payload
        actor = await self._actor(said.get("by"), said.get("room"))
        content = {
            "class": str(purged.kind), "digest": purged.digest, "entries": list(purged.leaves),
            "reason": said.get("reason") or said.get("rule") or "", "agreed": said.get("agreed"),
        }  # fmt: skip
        index = await self._audit.append(PURGED, actor, str(purged.ref), content, woken.now)
        if said.get("by"):
            told = Told(said["room"], said["said"], woken.now, woken.now, woken.now)
            self._audit.said(index, told, {**content, "reason": ""})
        for position in purged.leaves:
            await self._audit.forget(position, {PURGED: index}, woken.now)

    async def _actor(self, user_id: str | None, room_id: str | None) -> Actor | None:
        return await self._person.actor(UserId(user_id), room_id or "") if user_id else None

    async def _tell(self, purged: Purged, by_people: bool, beyond: Beyond) -> None:
        """Tell each audit room, also for programs, and what cannot be taken back."""
        if by_people:
            said = _(
                "{ref} was purged, as two people have decided: its words are deleted for good.",
                ref=Code(str(purged.ref)),
            )
        else:
            said = _(
                "{ref} was purged, because its retention period is over: its words are deleted for good.",
                ref=Code(str(purged.ref)),
            )
        for room_id in await self.audit_rooms():
            cause = f"purged {purged.ref} {purged.digest} {room_id}"
            blocks = [said, *self._beyond.words(beyond, purged, room_id)]
            record = {**purged.notice, **beyond.record}
            await self._notice.give(room_id, COMMAND, cause, blocks, purged.at, ref=str(purged.ref), record=record)

    async def _say(self, said: Message, cause: str, ref: Reference, woken: Woken) -> None:
        for room_id in await self.audit_rooms():
            await self._notice.give(room_id, COMMAND, f"{cause} {room_id}", [said], woken.now, ref=str(ref))

    async def audit_rooms(self) -> list[str]:
        """Return the audit rooms that the bot is in."""
        bot = self._config.now.matrix.user_id
        rooms = await self._store.room.list_used_for(Use.AUDIT)
        return [room_id for room_id in rooms if bot in self._room.members(room_id)]


def not_over(ref: Reference) -> Message:
    """Return that a record cannot be purged because something can still come of it."""
    return _("{ref} is not over yet, so it cannot be purged.", ref=Code(str(ref)))


def _telling(entries: Sequence[tuple[int, str | None]], emptied: Collection[str]) -> list[int]:
    """Return the entries that still tell of the records: also those that say what was left of one of them."""
    told, found = set(emptied), []
    for position, of in entries:
        if of is None or of in told:
            found.append(position)
            told.add(str(position))
    return found
