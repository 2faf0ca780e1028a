"""The rooms' lanes: each event of a room in its turn, what is said now before what was missed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.command import Reply
from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _
from bot.intake.answer import reply_payload
from bot.intake.cards import Cards
from bot.intake.choose import (
    Announce,
    Answer,
    Expand,
    Follow,
    Ignore,
    Invitation,
    Invoke,
    Joined,
    Known,
    Levels,
    Mark,
    Membership,
    Propose,
    Refusal,
    Refuse,
    Relay,
    Request,
    Withdraw,
    choose,
)
from bot.intake.commands import Commands
from bot.intake.compass import Compasses
from bot.intake.descriptions import Descriptions
from bot.intake.handovers import Handovers
from bot.intake.labels import Labels
from bot.intake.ledger import LOOK, Ledger
from bot.intake.limits import Limits
from bot.intake.memberships import Memberships
from bot.intake.messages import Messages, Queue
from bot.intake.pins import Pins
from bot.intake.reading import Reader, Waiting
from bot.intake.redactions import Redactions
from bot.intake.reports import Reports
from bot.intake.wishes import Wishes
from bot.lanes import Lanes, TryLater
from bot.model.handling import mark_of
from bot.model.identity import PinnedIdentity
from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.router import Addressee, Line, Router
from bot.router.addressing import hailed
from bot.services import Services
from bot.services.identity import confirmation
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.inbox import InboxRow

log = structlog.get_logger(__name__)

PAGE = 100
PATIENCE = timedelta(minutes=5)
"""How long a message waits for its key before its sender is told; and what was left lying so long is late."""
CHECK_SECONDS = 15.0

STRANDED = _("I could not read this message: its key did not reach me. Please send it again.")
REFUSED = {
    Refusal.PLAINTEXT: _(
        "This message came unencrypted into an encrypted room. Anybody on the way could have written it, so I neither"
        " acted on it nor translated it."
    ),
    Refusal.EDIT: _("I act on no edited commands. Please send it as a new message."),
    Refusal.KEPT: _(
        "The record keeps what you wrote first, your edit changes nothing there. To correct it, send what is right as a"
        " new message: the same command, or a reply to the card."
    ),
    Refusal.CAPTION: _(
        "A report to the rights monitors is a message of text alone, in a direct room with me. I kept nothing of this"
        " one and passed nothing on."
    ),
}


class Intake:
    """Works through the inbox."""

    def __init__(
        self,
        config: Current,
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
        self._limits = limits = Limits(config, lambda: clock.now().timestamp())
        self._ledger = Ledger(store, services, clock, pulse)
        self._commands = Commands(store, reader, router, services, self._ledger, limits, clock, pulse)
        self._labels = Labels(store, router, services, self._ledger, clock)
        self._messages = Messages(store, router, services, self._ledger, self._labels, limits, clock, pulse)
        self._wishes = Wishes(store, router, services, self._ledger, limits, clock, pulse)
        self._reports = Reports(store, services, self._ledger, limits, clock)
        self._cards = Cards(store, router, services, self._ledger, limits, clock, pulse)
        self._handovers = Handovers(store, router, services, self._ledger, limits, clock)
        self._compasses = Compasses(store, router, services, self._ledger, limits, clock, pulse)
        self._pins = Pins(store, services, self._ledger, limits, clock, pulse)
        self._redactions = Redactions(store, services, self._ledger, clock)
        self._descriptions = Descriptions(config, store, router, services)
        self._memberships = Memberships(config, store, services, self._descriptions, self._ledger, clock)
        services.original.withholds = self._sealed
        self._lanes = Lanes("intake", self._live)
        self._late = Lanes("late", self._missed)

    @property
    def on_done(self) -> Callable[[str], None]:
        """Told the room of an event that is done: there may be something to send, and more to mark as read."""
        return self._ledger.on_done

    @on_done.setter
    def on_done(self, told: Callable[[str], None]) -> None:
        self._ledger.on_done = told

    async def run(self) -> None:
        """Work until cancelled, what was left over from before first."""
        async with self._store.transaction():
            await self._store.inbox.grow_late(self._clock.now() - PATIENCE)
            await self._store.inbox.retry_waiting()
            told = await self._descriptions.tell_all(self._clock.now())
        for room_id in told:
            self._ledger.on_done(room_id)
        inbox = self._store.inbox
        async with asyncio.TaskGroup() as tasks:
            rooms = {*await inbox.list_rooms(), *await self._messages.behind.start()}
            tasks.create_task(self._lanes.run(rooms), name="intake")
            tasks.create_task(self._late.run(await inbox.list_rooms(late=True)), name="late")
            tasks.create_task(self._tell_of_stranded(), name="stranded")
            tasks.create_task(self._memberships.newcomers.run(), name="newcomers")

    def wake(self, rooms: set[str], late: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Say that there are new events in *rooms*, and *late* ones in others."""
        for room_id in rooms:
            self._lanes.wake(room_id)
        for room_id in late:
            self._late.wake(room_id)

    async def keys_arrived(self, sessions: set[str]) -> None:
        """Take up again what waited for the room keys *sessions*."""
        rooms: set[str] = set()
        async with self._store.transaction():
            for session_id in sessions:
                rooms.update(await self._store.inbox.key_arrived(session_id))
        self.wake(rooms, rooms)

    async def identities_seen(self, masters: Mapping[UserId, str]) -> None:
        """Compare the present master keys, by user id, with those that were pinned; say which have changed."""
        if not await self._services.identity.unknown(masters):
            return
        rooms: set[str] = set()
        async with self._store.transaction():
            for identity in await self._services.identity.learn(masters, self._clock.now()):
                log.warning("identity.changed", user=identity.user_id)
                self._pulse.count("identity_changed")
                rooms.update(await self._say_changed(identity))
        for room_id in rooms:
            self._ledger.on_done(room_id)

    async def _say_changed(self, identity: PinnedIdentity) -> list[str]:
        """Tell every room of a person whose identity has changed; return the rooms."""
        user_id = identity.user_id
        rooms = [room_id for room_id in self._services.room.of(user_id) if not self._services.room.silent(room_id)]
        for room_id in rooms:
            caution = _(
                "Caution: the encryption identity of {name} ({user}) has changed. It may be a new phone, or somebody"
                " else. I take no commands from {name} until a colleague has compared the keys in person and written"
                " {command}.",
                name=Verbatim(self._services.room.name_of(room_id, user_id)),
                user=Verbatim(user_id),
                command=confirmation(user_id),
            )
            # With the moment: a key that is shown, taken back and shown again is said each time.
            cause = f"{room_id} {user_id} {identity.changed_to} {identity.changed_at}"
            await self._services.notice.alert(
                room_id, "identity", cause, [caution], LOOK, self._clock.now(), about=user_id
            )
        return rooms

    # One room

    async def _live(self, room_id: str) -> None:
        await self._work(room_id, self._messages.queue(late=False), late=False)
        await self._messages.behind.over(room_id, f"{room_id} {self._clock.now().isoformat()}")

    async def _missed(self, room_id: str) -> None:
        # Edits of what was missed are left the first time: they follow what is summed up.
        for _time in range(2):
            await self._work(room_id, self._messages.queue(late=True), late=True)

    async def _work(self, room_id: str, queue: Queue, *, late: bool) -> None:
        """Take every new event of the room, in order. Translations run ahead; all else waits its turn."""
        position = 0
        try:
            while True:
                rows = await self._store.inbox.list_open(room_id, position, PAGE, late=late)
                position = rows[-1].position if rows else position
                # What is redacted is gone before anything is made of it.
                for row in sorted(rows, key=lambda row: row.raw.get("type") != "m.room.redaction"):
                    await self._take_safely(row, queue, late=late)
                await queue.revise()
                if late and not rows:
                    await queue.finish()
                elif queue and not late and len(rows) < PAGE and not await queue.ripen():
                    # One only, then look again: what came meanwhile can be translated beside the rest, or be redacted.
                    await queue.take_one()
                if not rows and not queue:
                    return
        finally:
            queue.cancel()

    async def _take_safely(self, row: InboxRow, queue: Queue, *, late: bool) -> None:
        try:
            await self._take(row, queue, late=late)
        except TryLater:
            raise
        # The edge of one event: a fault in it must neither stop its room nor come back at every start.
        except Exception:
            await self._fault(row)

    async def _fault(self, row: InboxRow) -> None:
        """Log the error that is being handled, and close the event."""
        log.exception("event.failed", event_id=row.event_id, room=row.room_id)
        self._pulse.count("fault")
        await self._ledger.close(row.event_id, row.room_id, "fault")

    async def _take(self, row: InboxRow, queue: Queue, *, late: bool) -> None:
        if row.event_id in queue.gone:
            return
        incoming = await self._read(row)
        if incoming is None or await self._waits(incoming, queue, late=late):
            return
        action = choose(incoming, await self._known(incoming))
        match action:
            case Relay():
                return await queue.add(incoming)
            case Follow(original):
                return await queue.follow(incoming, original.event_id)
            case Request(of):
                followed = await self._reports.follow(incoming, of) or await self._cards.follow(incoming, of)
                if not (followed or await self._handovers.follow(incoming, of)):
                    await self._wishes.follow(incoming, of)
                return
            case Expand(of):
                return await self._compasses.follow(incoming, of)
            case Propose(of):
                return await self._pins.propose(incoming, of)
            case Withdraw(event_id):
                queue.drop(event_id)
                return await self._redactions.follow(incoming, event_id)
        # A command may change what the messages after it need, and must not overtake those before it.
        await queue.give_way()
        match action:
            case Invoke(line, beside):
                await self._messages.sirens.beside(incoming, lambda: self._commands.invoke(incoming, line, beside))
            case Mark(label):
                if not await self._commands.leaves(incoming):
                    await self._labels.mark(incoming, label)
            case Answer():
                await self._commands.answer(incoming, action)
            case Announce():
                await self._messages.announce(incoming, late=late)
            case Refuse():
                await self._refuse(incoming, action)
            case Invitation():
                await self._memberships.invited(incoming, action)
            case Joined():
                await self._memberships.joined(incoming)
            case Levels():
                await self._memberships.levels_changed(incoming)
            case Membership(user_id):
                await self._memberships.changed(incoming, user_id)
            case Ignore(reason):
                await self._ledger.close(row.event_id, row.room_id, reason)

    async def _read(self, row: InboxRow) -> Incoming | None:
        """Return the event of *row*; None when it waits for its key or is closed as unreadable."""
        read = self._reader.read(row)
        if isinstance(read, Incoming) and read.encrypted and not read.trusted:
            # Its device may be new, or just verified.
            await self._reader.refresh(read.sender)
            read = self._reader.read(row)
        if isinstance(read, Incoming):
            return read
        if isinstance(read, Waiting):
            async with self._store.transaction():
                await self._store.inbox.wait_for_key(row.event_id, read.session_id)
            return None
        log.info("event.unreadable", event_id=row.event_id, room=row.room_id, reason=read.reason)
        self._pulse.count(read.reason)
        await self._ledger.close(row.event_id, row.room_id, read.reason)
        return None

    async def _waits(self, incoming: Incoming, queue: Queue, *, late: bool) -> bool:
        """Return whether an edit, a wish or a mark waits because its message is not done: missed, or keyless."""
        of = _about(incoming)
        if of is None:
            return False
        edits = self._messages.edits
        message = await edits.message(incoming, of)
        if message and not late:
            # It may be under way here.
            await queue.finish()
            message = await edits.message(incoming, of)
        if message is None:
            return False
        await edits.wait(incoming, message)
        if not late:
            self._late.wake(incoming.room_id)
        return True

    def _addressee(self, room_id: str) -> Addressee:
        me = self._config.now.matrix.user_id
        return Addressee(me, self._services.room.own_name(room_id, me))

    def _sealed(self, incoming: Incoming) -> bool:
        """Return whether *incoming*, or what an edit makes of it, is a command of which nothing may be kept."""
        said = (incoming, incoming.revised()) if incoming.replaces else (incoming,)
        lines = [self._addressed(incoming, one.words, one.html) for one in said]
        return any(line is not None and self._router.seals(line) for line in lines)

    def _addressed(self, incoming: Incoming, body: str, html: str | None) -> Line | None:
        """Return the command line that *incoming* is with these words; “Sir”, called out among others, begins none."""
        if hailed(body) and not self._services.direct.holds(incoming.room_id, incoming.sender):
            return None
        return self._router.addressed(body, html, self._addressee(incoming.room_id))

    async def _known(self, incoming: Incoming) -> Known:
        answered, edited = incoming.replies_to, incoming.replaces
        return Known(
            self._config.now.matrix.user_id,
            self._config.now.serves(incoming.sender),
            lambda body, html: self._addressed(incoming, body, html),
            await self._store.question.find_post(incoming.room_id, answered) if answered else None,
            self._filled_in,
            self._services.room.silent(incoming.room_id),
            await self._store.original.find(incoming.room_id, edited) if edited else None,
            await self._store.note.has(edited, incoming.sender) if edited else False,
            await self._about_incident(incoming, answered),
            self._sealed,
        )

    async def _about_incident(self, incoming: Incoming, answered: str | None) -> Reference | None:
        """Return the incident about which a shared place is, if it answers something that was posted about one."""
        if not answered or not incoming.geo:
            return None
        return await self._store.incident.find_posted(incoming.room_id, answered)

    def _filled_in(self, content: Mapping[str, Any]) -> Line | None:
        config = self._config.now
        return self._router.filled_in(content, config.matrix.user_id) if config.access.describe_commands else None

    async def _refuse(self, incoming: Incoming, action: Refuse) -> None:
        """Tell those concerned why an event is not acted upon, at most once an hour for each person and room.

        Of what a record keeps, for each message.
        """
        refusal = action.refusal
        log.warning("event.refused", event_id=incoming.event_id, room=incoming.room_id, refusal=refusal.value)
        self._pulse.count(refusal.value)
        made = await self._messages.sirens.remade(incoming) if action.of else None
        async with self._store.transaction():
            # What is forged must not take the place of the true message, which may still come.
            if refusal not in (Refusal.EDIT, Refusal.KEPT, Refusal.CAPTION) or await self._ledger.first(incoming):
                await self._say_refused(incoming, refusal)
                if action.of:
                    await self._services.relay.revise(incoming, made, self._clock.now())
        self._ledger.on_done(incoming.room_id)

    async def _say_refused(self, incoming: Incoming, refusal: Refusal) -> None:
        """Say why and close the event, in the open transaction."""
        of = incoming.replaces if refusal is Refusal.KEPT else None
        due = await self._ledger.due(incoming, f"{refusal.value} {of}" if of else refusal.value)
        if due and refusal is Refusal.FORGED:
            caution = _(
                "Caution: a message that was delivered as one of {sender} came from somebody else's device. I"
                " ignored it.",
                sender=Verbatim(self._services.room.name_of(incoming.room_id, incoming.sender)),
            )
            await self._services.notice.alert(
                incoming.room_id,
                "forged",
                incoming.event_id,
                [caution],
                LOOK,
                self._clock.now(),
                about=incoming.sender,
            )
        elif due:
            error = UserError(ErrorCode.NOT_ALLOWED, REFUSED[refusal])
            await self._ledger.answer(incoming, self._router.refused(error), None, error.code)
        await self._store.inbox.done(incoming.event_id, refusal.value)

    async def _tell_of_stranded(self) -> None:
        """Tell the senders of messages whose key never came, once each."""
        seen: set[str] = set()
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            now = self._clock.now()
            before, seen = seen, set()
            for row in await self._store.inbox.list_stranded(now - PATIENCE):
                seen.add(row.event_id)
                if row.event_id not in before:
                    # The clock may have jumped, or the machine slept: its key may be on the way.
                    continue
                try:
                    await self._look_at_stranded(row, now)
                except TryLater as error:
                    log.error("stranded.waits", error=str(error))
                # The edge of one event, as in `_take_safely`.
                except Exception:
                    await self._fault(row)

    async def _look_at_stranded(self, row: InboxRow, now: datetime) -> None:
        """Give up an event whose key never came, unless it has come since the rows were listed."""
        if not isinstance(self._reader.read(row), Waiting):
            return await self._come_after_all(row)
        sender = UserId(str(row.raw.get("sender")))
        async with self._store.transaction():
            if not await self._store.inbox.give_up(row.event_id, "undecryptable"):
                return
            told = self._config.now.serves(sender) and not self._services.room.silent(row.room_id)
            if told and self._limits.tells_stranded(sender):
                payload = reply_payload(Reply(STRANDED), sender, None, ErrorCode.UNAVAILABLE)
                await self._store.outbox.add(row.room_id, "reply", row.event_id, payload, now)
        log.warning("event.stranded", event_id=row.event_id, room=row.room_id)
        self._pulse.count("undecryptable")
        self._ledger.on_done(row.room_id)

    async def _come_after_all(self, row: InboxRow) -> None:
        """Take up an event whose key is here although nobody told us."""
        async with self._store.transaction():
            await self._store.inbox.key_arrived(str(row.raw["content"].get("session_id")))
            await self._store.inbox.take_up(row.event_id)
        self.wake({row.room_id}, {row.room_id})


def _about(incoming: Incoming) -> str | None:
    """Return the message that *incoming* edits, asks for, pins or marks, or None."""
    marks = incoming.replies_to if incoming.replies_to and mark_of(incoming.said) else None
    return incoming.replaces or incoming.wishes or incoming.pins or incoming.expands or marks
