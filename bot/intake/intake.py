"""The rooms' lanes: each event of a room in its turn, what is said now before what was missed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.clock import Clock
from bot.config import Current
from bot.intake.actions import (
    Announce,
    Answer,
    Ballot,
    Expand,
    Follow,
    Ignore,
    Invitation,
    Invoke,
    Joined,
    Levels,
    Mark,
    Membership,
    Propose,
    Refuse,
    Relay,
    Request,
    Verify,
    Withdraw,
)
from bot.intake.cards import Cards
from bot.intake.choose import Known, choose
from bot.intake.commands import Commands
from bot.intake.compass import Compasses
from bot.intake.descriptions import Descriptions
from bot.intake.handovers import Handovers
from bot.intake.identities import Identities
from bot.intake.labels import Labels
from bot.intake.ledger import Ledger
from bot.intake.limits import Limits
from bot.intake.memberships import Memberships
from bot.intake.messages import Messages, Queue
from bot.intake.pins import Pins
from bot.intake.reactions import Reactions
from bot.intake.reading import Reader, Waiting
from bot.intake.redactions import Redactions
from bot.intake.refusals import Refusals
from bot.intake.reports import Reports
from bot.intake.stranded import PATIENCE, Stranded
from bot.intake.wishes import Wishes
from bot.lanes import Lanes, TryLater
from bot.model.content import RESPONSES
from bot.model.handling import mark_of
from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.router import Addressee, Line, Router
from bot.router.addressing import hailed
from bot.services import Services
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.inbox import InboxRow

log = structlog.get_logger(__name__)

PAGE = 100


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
        reactions = Reactions(store, services, self._ledger, limits, pulse)
        self._wishes = Wishes(store, router, services, self._ledger, reactions, clock, pulse)
        self._reports = Reports(store, services, self._ledger, reactions, clock)
        self._cards = Cards(store, router, services, self._ledger, reactions, clock)
        self._handovers = Handovers(store, router, services, self._ledger, reactions, clock)
        self._compasses = Compasses(store, router, services, self._ledger, reactions, clock)
        self._pins = Pins(store, services, self._ledger, reactions, clock)
        self._redactions = Redactions(store, services, self._ledger, clock)
        self._refusals = Refusals(store, router, services, self._ledger, self._messages.sirens, clock, pulse)
        self._stranded = Stranded(config, store, reader, services, self._ledger, limits, clock, pulse, self.wake)
        self._identities = Identities(store, services, self._ledger, clock, pulse)
        self._descriptions = Descriptions(config, store, router, services)
        self._memberships = Memberships(config, store, services, self._descriptions, self._ledger, clock)
        services.original.withholds = self._sealed
        self.on_verification: Callable[[Incoming], Awaitable[None]] = _nobody_verifies
        """Told each part of a verification that came in clear, or encrypted from a trusted device."""
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
            tasks.create_task(self._stranded.run(), name="stranded")
            tasks.create_task(self._memberships.newcomers.run(), name="newcomers")

    def wake(self, rooms: set[str], late: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Say that there are new events in *rooms*, and *late* ones in others."""
        for room_id in rooms:
            self._lanes.wake(room_id)
        for room_id in late:
            self._late.wake(room_id)

    async def rest(self) -> None:
        """Return once everything that has come is worked off."""
        await self._late.rest()
        await self._lanes.rest()

    async def keys_arrived(self, sessions: set[str]) -> None:
        """Take up again what waited for the room keys *sessions*."""
        rooms: set[str] = set()
        async with self._store.transaction():
            for session_id in sessions:
                rooms.update(await self._store.inbox.key_arrived(session_id))
        self.wake(rooms, rooms)

    async def identities_seen(self, masters: Mapping[UserId, str]) -> None:
        """Compare the present master keys, by user id, with those that were pinned; say which have changed."""
        await self._identities.seen(masters)

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
            await self._ledger.fault(row.event_id, row.room_id)

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
            case Ballot():
                await self._commands.ballot(incoming, action)
            case Verify():
                await self._verified(incoming)
            case Announce():
                await self._messages.announce(incoming, late=late)
            case Refuse():
                await self._refusals.refuse(incoming, action)
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

    async def _verified(self, incoming: Incoming) -> None:
        """Pass on part of a verification, once; what came encrypted, if its device is still trusted."""
        async with self._store.transaction():
            new = await self._ledger.first(incoming)
            if new:
                await self._store.inbox.done(incoming.event_id, "verification")
        self._ledger.on_done(incoming.room_id)
        if new and (not incoming.encrypted or self._reader.still_trusts(incoming)):
            await self.on_verification(incoming)

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
        others = not self._services.direct.holds(incoming.room_id, incoming.sender)
        if hailed(body) and others:
            return None
        # What nearly is a report to the rights monitors is carried to nobody, where somebody reads these.
        if others and self._config.now.monitors and (report := self._router.slipped(body)):
            return report
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
            await self._polled(incoming),
            lost=self._config.now.lost(incoming.sender),
            begun=await self._begun(incoming),
        )

    async def _polled(self, incoming: Incoming) -> Mapping[str, Any] | None:
        """Return what a vote needs in the poll who comes to a briefing, if *incoming* is a vote in one."""
        referred = incoming.refers_to if incoming.type in RESPONSES else None
        return await self._services.inviting.asks(incoming.room_id, referred) if referred else None

    async def _begun(self, incoming: Incoming) -> Line | None:
        """Return what begins as a command does and is none, if it stands below an incident's card."""
        words = self._router.almost(incoming.said)
        below = words is not None and await self._services.noting.meant(incoming)
        return Line(words, True, begun=True) if words and below else None

    async def _about_incident(self, incoming: Incoming, answered: str | None) -> Reference | None:
        """Return the incident about which a shared place is, if it answers something that was posted about one."""
        if not answered or not incoming.geo:
            return None
        return await self._store.incident.find_posted(incoming.room_id, answered)

    def _filled_in(self, content: Mapping[str, Any]) -> Line | None:
        config = self._config.now
        return self._router.filled_in(content, config.matrix.user_id) if config.access.describe_commands else None


def _about(incoming: Incoming) -> str | None:
    """Return the message that *incoming* edits, asks for, pins or marks, or None."""
    marks = incoming.replies_to if incoming.replies_to and mark_of(incoming.said) else None
    return incoming.replaces or incoming.wishes or incoming.pins or incoming.expands or marks


async def _nobody_verifies(incoming: Incoming) -> None:
    """Stand in for the verifications until they are wired."""
