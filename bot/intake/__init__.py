"""From the inbox to the outbox: each event once, in order within its room, with its effects in one transaction."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.command import Context, Reply
from bot.config import Config
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.intake.answer import reply_payload
from bot.intake.choose import Ignore, Invitation, Invoke, Known, Relay, choose
from bot.lanes import Lanes
from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.router import Addressee, Line, Router
from bot.services import Services
from bot.services.pulse import Pulse
from bot.services.relay import Relayed
from bot.store import Store
from bot.store.inbox import InboxRow

__all__ = ["Intake", "Reader", "Unreadable", "Waiting"]

log = structlog.get_logger(__name__)

READ_AHEAD = 8
"""How many messages of a room are translated at once; their results are recorded in order."""
PAGE = 100
PATIENCE = timedelta(minutes=5)
"""How long a message waits for its key before its sender is told."""
CHECK_SECONDS = 15.0

UNTRUSTED = _(
    "I take commands only from devices that their owner has verified. Verify this device in your Matrix app"
    " (Settings, Sessions), then send the command again."
)
STRANDED = _("I could not read this message: its key did not reach me. Please send it again.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The event cannot be read before the room key `session_id` comes."""

    session_id: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The event can never be read; `reason` goes into the inbox row."""

    reason: str


class Reader(Protocol):
    """What turns a raw row into an event."""

    def read(self, row: InboxRow) -> Incoming | Waiting | Unreadable:
        """Return the event of *row*, or why there is none."""
        ...

    async def refresh(self, sender: UserId) -> None:
        """Learn the devices of *sender* anew, so that the next `read` may trust them."""
        ...


@dataclass(frozen=True, slots=True)
class _Pending:
    """A message whose translation is under way."""

    incoming: Incoming
    work: asyncio.Task[Relayed | None]


class Intake:
    """Works through the inbox."""

    def __init__(
        self,
        config: Config,
        store: Store,
        reader: Reader,
        router: Router,
        services: Services,
        clock: Clock,
        pulse: Pulse,
    ) -> None:
        self._config = config
        self._store = store
        self._reader = reader
        self._router = router
        self._services = services
        self._clock = clock
        self._pulse = pulse
        self._lanes = Lanes("intake", self._room)
        self.on_outbox: Callable[[str], None] = lambda room_id: None

    async def run(self) -> None:
        """Work until cancelled, what was left over from before first."""
        async with self._store.transaction():
            await self._store.inbox.retry_waiting()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._lanes.run(await self._store.inbox.list_rooms()), name="intake")
            tasks.create_task(self._tell_of_stranded(), name="stranded")

    def wake(self, rooms: set[str]) -> None:
        """Say that there are new events in *rooms*."""
        for room_id in rooms:
            self._lanes.wake(room_id)

    async def keys_arrived(self, sessions: set[str]) -> None:
        """Take up again what waited for the room keys *sessions*."""
        rooms: set[str] = set()
        async with self._store.transaction():
            for session_id in sessions:
                rooms.update(await self._store.inbox.key_arrived(session_id))
        self.wake(rooms)

    # One room

    async def _room(self, room_id: str) -> None:
        """Take every new event of the room, in order. Translations run ahead; all else waits its turn."""
        pending: deque[_Pending] = deque()
        position = 0
        try:
            while True:
                rows = await self._store.inbox.list_open(room_id, position, PAGE)
                for row in rows:
                    position = row.position
                    await self._take(row, pending)
                if pending and len(rows) < PAGE:
                    # One only, then look again: what came meanwhile can be translated beside the rest.
                    await self._relay(pending.popleft())
                elif not rows:
                    return
        finally:
            for left in pending:
                left.work.cancel()

    async def _take(self, row: InboxRow, pending: deque[_Pending]) -> None:
        read = self._reader.read(row)
        if isinstance(read, Waiting):
            async with self._store.transaction():
                await self._store.inbox.wait_for_key(row.event_id, read.session_id)
            return
        if isinstance(read, Unreadable):
            log.info("event.unreadable", event_id=row.event_id, room=row.room_id, reason=read.reason)
            self._pulse.count(read.reason)
            return await self._close(row.event_id, read.reason)
        action = choose(read, self._known(read))
        if isinstance(action, Relay):
            work = asyncio.create_task(self._services.relay.prepare(read), name=f"translate {row.event_id}")
            pending.append(_Pending(read, work))
            if len(pending) >= READ_AHEAD:
                await self._relay(pending.popleft())
            return
        # A command may change what the messages after it need, and must not overtake those before it.
        while pending:
            await self._relay(pending.popleft())
        match action:
            case Invoke(line):
                await self._invoke(await self._believed(row, read), line)
            case Invitation():
                await self._invited(read, action)
            case Ignore(reason):
                await self._close(row.event_id, reason)

    def _known(self, incoming: Incoming) -> Known:
        me = self._config.matrix.user_id
        bot = Addressee(me, self._services.room.name_of(incoming.room_id, me))
        return Known(
            bot.user_id,
            self._config.serves(incoming.sender),
            lambda body, html: self._router.addressed(body, html, bot),
        )

    async def _close(self, event_id: str, outcome: str) -> None:
        async with self._store.transaction():
            await self._store.inbox.done(event_id, outcome)

    # Messages

    async def _relay(self, pending: _Pending) -> None:
        incoming = pending.incoming
        try:
            relayed = await pending.work
            async with self._store.transaction():
                if await self._first(incoming):
                    if relayed:
                        await self._services.relay.record(incoming, relayed, self._clock.now())
                    await self._store.inbox.done(incoming.event_id, "relayed" if relayed else "no need")
        # The edge of one message: its fault must not stop the room.
        except Exception:
            log.exception("relay.failed", event_id=incoming.event_id, length=len(incoming.body))
            self._pulse.count("fault")
            return await self._close(incoming.event_id, "fault")
        if relayed:
            self._pulse.count("relayed")
            self.on_outbox(incoming.room_id)

    async def _first(self, incoming: Incoming) -> bool:
        """Return whether this ciphertext is seen for the first time; close the event if it is a replay."""
        key = incoming.megolm
        if key is None:
            return True
        if await self._store.inbox.claim(key.sender_key, key.session_id, key.index, incoming.event_id):
            return True
        log.warning("event.replayed", event_id=incoming.event_id, room=incoming.room_id)
        self._pulse.count("replayed")
        await self._store.inbox.done(incoming.event_id, "replay")
        return False

    # Commands

    async def _invoke(self, incoming: Incoming, line: Line) -> None:
        name: str | None = None
        try:
            context = await self._context(incoming)
            if not incoming.trusted:
                raise UserError(ErrorCode.NOT_ALLOWED, UNTRUSTED)
            invocation = self._router.resolve(line, context.actor)
            name = invocation.command.name
            prepared = await self._router.prepare(invocation, context)
            async with self._store.transaction():
                if not await self._first(incoming):
                    return
                # Read again inside: what was true before the slow work may not be any more.
                context = await self._context(incoming, prepared)
                invocation = self._router.resolve(line, context.actor)
                reply = await self._router.run(invocation, context)
                await self._answer(incoming, reply, name, None)
        except UserError as error:
            await self._refuse(incoming, error, error.command or name)
        # The edge of one command: a fault of ours has a reference that is also in the log.
        except Exception:
            reference = secrets.token_hex(3)
            log.exception("command.failed", reference=reference, event_id=incoming.event_id, command=name)
            self._pulse.count("fault")
            fault = UserError(
                ErrorCode.INTERNAL,
                _(
                    "Something went wrong on my side, and nothing was changed. Please try again; if it happens"
                    " again, give your administrator the reference {reference}.",
                    reference=Code(reference),
                ),
            )
            await self._refuse(incoming, fault, name)
        self.on_outbox(incoming.room_id)

    async def _believed(self, row: InboxRow, incoming: Incoming) -> Incoming:
        """Return the event, read once more if its device was not known: it may be new."""
        if incoming.trusted:
            return incoming
        await self._reader.refresh(incoming.sender)
        again = self._reader.read(row)
        return again if isinstance(again, Incoming) else incoming

    async def _refuse(self, incoming: Incoming, error: UserError, name: str | None) -> None:
        async with self._store.transaction():
            if await self._first(incoming):
                await self._answer(incoming, self._router.refused(error), name, error.code)

    async def _answer(self, incoming: Incoming, reply: Reply, name: str | None, error: ErrorCode | None) -> None:
        payload = reply_payload(reply, incoming.sender, name, error)
        now = self._clock.now()
        await self._store.outbox.add(incoming.room_id, "reply", incoming.event_id, payload, now)
        await self._store.inbox.done(incoming.event_id, error.value if error else "done")

    async def _context(self, incoming: Incoming, prepared: object = None) -> Context:
        actor = await self._services.person.actor(incoming.sender, incoming.room_id)
        return Context(
            actor=actor,
            room=incoming.room_id,
            event=incoming.event_id,
            now=self._clock.now(),
            services=self._services,
            help=self._router.help,
            prepared=prepared,
        )

    # Everything else

    async def _invited(self, incoming: Incoming, invitation: Invitation) -> None:
        accepted = self._services.room.accepts(
            invitation.inviter, direct=invitation.direct, encrypted=invitation.encrypted
        )
        kind = "join" if accepted else "leave"
        log.info("invitation", room=incoming.room_id, inviter=invitation.inviter, answer=kind)
        async with self._store.transaction():
            now = self._clock.now()
            await self._store.outbox.add(incoming.room_id, kind, incoming.event_id, {}, now)
            await self._store.inbox.done(incoming.event_id, kind)
        self.on_outbox(incoming.room_id)

    async def _tell_of_stranded(self) -> None:
        """Tell the senders of messages whose key never came, once each."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            now = self._clock.now()
            for row in await self._store.inbox.list_stranded(now - PATIENCE):
                sender = UserId(str(row.raw.get("sender")))
                log.warning("event.stranded", event_id=row.event_id, room=row.room_id)
                self._pulse.count("undecryptable")
                async with self._store.transaction():
                    if self._config.serves(sender):
                        payload = reply_payload(Reply(STRANDED), sender, None, ErrorCode.UNAVAILABLE)
                        await self._store.outbox.add(row.room_id, "reply", row.event_id, payload, now)
                    await self._store.inbox.done(row.event_id, "undecryptable")
                self.on_outbox(row.room_id)
