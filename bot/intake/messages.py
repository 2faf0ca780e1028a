"""Messages between people: translated in order as they are said, and what was missed as one summary a language."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.intake.advice import Advice
from bot.intake.behind import Behind
from bot.intake.edits import Edits
from bot.intake.labels import Labels
from bot.intake.learning import Learning
from bot.intake.ledger import Ledger
from bot.intake.limits import Excess, Limits
from bot.intake.notes import Notes
from bot.intake.sirens import Sirens
from bot.lanes import TryLater
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode
from bot.router import Router
from bot.services import Services
from bot.services.pulse import Pulse
from bot.services.relay import Relayed
from bot.store import Store

log = structlog.get_logger(__name__)

READ_AHEAD = 8
"""How many messages of a room are translated at once; their results are recorded in order."""
MOST_SUMMED_UP = 500
"""How many missed messages go into one summary."""
TOO_MANY = _("You are writing more than I can translate. For about a minute I leave out what you write.")
TOO_MANY_HERE = _(
    "More is written here than I can translate. For about a minute I leave out what is written: please read the"
    " originals."
)


@dataclass(frozen=True, slots=True)
class _Pending:
    """A message whose translation is under way."""

    incoming: Incoming
    work: asyncio.Task[Relayed | None]

    @property
    def needless(self) -> bool:
        """Whether it is known by now that nobody needs it translated."""
        return self.work.done() and not self.work.cancelled() and not self.work.exception() and not self.work.result()


_Made = tuple[Incoming, Relayed | None]
"""A message and what it came to; None if nobody needs a translation."""


class Messages:
    """Translates the messages of one room: some ahead, each recorded in its turn."""

    def __init__(
        self,
        store: Store,
        router: Router,
        services: Services,
        ledger: Ledger,
        labels: Labels,
        limits: Limits,
        clock: Clock,
        pulse: Pulse,
    ) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._ledger = ledger
        self._labels = labels
        self._limits = limits
        self._clock = clock
        self._pulse = pulse
        self._advice = Advice(store, router, services, ledger)
        self._learning = Learning(store, services, pulse)
        self._notes = notes = Notes(store, router, services, clock)
        self.behind = Behind(store, services, ledger, clock, pulse)
        self.edits = Edits(store, services, ledger, labels, notes, limits, clock, pulse, self._translated)
        self.sirens = Sirens(store, services, ledger, limits, clock, pulse, self._translated)

    def queue(self, *, late: bool) -> Queue:
        """Return a new queue for a room's messages; *late* ones are summed up."""
        return Queue(self, self._clock, summed_up=late)

    def begin(self, incoming: Incoming) -> _Pending:
        """Begin to translate a message."""
        work = asyncio.create_task(self._translated(incoming), name=f"translate {incoming.event_id}")
        return _Pending(incoming, work)

    async def left_out(self, incoming: Incoming, *, late: bool) -> bool:
        """Return whether the sender or the room writes too much; then the message is closed, once with a word."""
        sender, room_id, trusted = incoming.sender, incoming.room_id, incoming.trusted
        wordless = not incoming.words.strip() and not incoming.voice and not incoming.geo
        excess = None if wordless else self._limits.exceeded(sender, room_id, trusted=trusted, late=late)
        if excess is None:
            return False
        self._pulse.count("rate_limited")
        if not self._limits.tell_message(excess, sender, room_id, trusted=trusted, late=late):
            await self._ledger.close(incoming.event_id, room_id, "rate_limited")
            return True
        async with self._store.transaction():
            if await self._ledger.first(incoming):
                await self._say_left_out(incoming, excess)
        self._ledger.on_done(room_id)
        return True

    async def _say_left_out(self, incoming: Incoming, excess: Excess) -> None:
        """Tell the sender, or the room, that too much is written, and close the message."""
        if excess is Excess.PERSON:
            reply = self._router.refused(UserError(ErrorCode.RATE_LIMITED, TOO_MANY))
            return await self._ledger.answer(incoming, reply, None, ErrorCode.RATE_LIMITED)
        notice, now = self._services.notice, self._clock.now()
        await notice.give(incoming.room_id, "rate_limited", incoming.event_id, [TOO_MANY_HERE], now)
        await self._store.inbox.done(incoming.event_id, "rate_limited")

    async def announce(self, incoming: Incoming, *, late: bool) -> None:
        """Record a voice message, and say that there is one to those who need it; not long after it was sent."""
        if await self.left_out(incoming, late=late):
            return
        async with self._store.transaction():
            if await self._ledger.first(incoming):
                outcome = await self._services.relay.announce(incoming, self._clock.now(), quiet=late)
                await self._store.inbox.done(incoming.event_id, outcome)
        self._ledger.on_done(incoming.room_id)

    async def relay(self, pending: _Pending) -> None:
        """Record the translation of one message and what is to be posted."""
        try:
            made = await pending.work
            await self._record([(pending.incoming, made)], late=False)
        except TryLater:
            raise
        # The edge of one message: its fault must not stop the room.
        except Exception:
            await self._failed(pending.incoming, late=False)

    async def pass_over(self, pendings: Sequence[_Pending]) -> None:
        """Record, together, that nobody needs these messages translated."""
        incomings = [pending.incoming for pending in pendings]
        try:
            async with self._store.transaction():
                for incoming in await self._ledger.first_of(incomings):
                    await self._keep(incoming, None, self._clock.now())
                    await self._store.inbox.done(incoming.event_id, "no need")
        except TryLater:
            raise
        # The edge of these messages: one may be at fault, not all.
        except Exception:
            for pending in pendings:
                await self.relay(pending)
        self._ledger.on_done(incomings[0].room_id)

    async def sum_up(self, pendings: Sequence[_Pending]) -> None:
        """Record the translations of what was missed, to be posted as one summary a language."""
        missed = []
        for pending in pendings:
            try:
                missed.append((pending.incoming, await pending.work))
            except TryLater:
                raise
            # The edge of one message: its fault must not take the others with it.
            except Exception:
                await self._failed(pending.incoming, late=True)
        await self._sum_up(missed)

    async def _sum_up(self, missed: Sequence[_Made]) -> None:
        """Record one summary; if that fails, what each of them comes to by itself: one may be at fault, not all."""
        try:
            await self._record(missed, late=True)
        except TryLater:
            raise
        # The edge of one summary: its fault must not end the bot, and again at each start.
        except Exception:
            if len(missed) == 1:
                return await self._failed(missed[0][0], late=True)
            for one in missed:
                await self._sum_up([one])

    async def _translated(self, incoming: Incoming, wished: Sequence[LanguageCode] = ()) -> Relayed | None:
        """Return what a message comes to; where its translation fails, that there is none."""
        began = self._clock.now()
        try:
            relayed = await self._services.relay.prepare(incoming, wished)
            if relayed and relayed.translations:
                self._pulse.took("translate", began, self._clock.now())
            return relayed
        except TryLater:
            raise
        # The edge of one translation: who needs it is told, in the message's turn.
        except Exception:
            self._fault(incoming)
            return await self._services.relay.unavailable(incoming, wished)

    async def _record(self, made: Sequence[_Made], *, late: bool) -> None:
        """Record what messages of a room came to, and close them, in one transaction."""
        relay, now = self._services.relay, self._clock.now()
        async with self._store.transaction():
            first = {incoming.event_id for incoming in await self._ledger.first_of([one for one, _ in made])}
            if late:
                # What was redacted meanwhile, in its turn before these.
                first -= await self._store.inbox.list_done(list(first))
            fresh = [(incoming, relayed) for incoming, relayed in made if incoming.event_id in first]
            needed = [(incoming, relayed) for incoming, relayed in fresh if relayed and relayed.read]
            if late:
                await relay.sum_up(needed, now)
            else:
                for incoming, relayed in needed:
                    await relay.record(incoming, relayed, now)
            for incoming, relayed in needed:
                await self._services.hint.give(incoming, relayed, now)
            for incoming, done in fresh:
                await self._keep(incoming, done, now)
                if done and done.heard:
                    await self._learning.hear(incoming, done.heard, now)
                await self._store.inbox.done(incoming.event_id, _outcome(late) if done and done.read else "no need")
        for incoming, relayed in needed:
            self._note("catchup" if late else "relay", incoming, relayed)
        for incoming, _relayed in made[:1]:
            self._ledger.on_done(incoming.room_id)

    async def _keep(self, incoming: Incoming, relayed: Relayed | None, now: datetime) -> None:
        await self._services.relay.keep(incoming, now)
        await self._services.place.answer(incoming, now)
        await self._labels.explain(incoming, incoming.event_id, now)
        await self._advice.give(incoming, now)
        await self._notes.take(incoming, relayed)

    def _note(self, work: str, incoming: Incoming, relayed: Relayed) -> None:
        self._pulse.count("relayed")
        self._pulse.took(work, incoming.received_at, self._clock.now())
        for translation in relayed.translations:
            self._pulse.flag(translation.flags)

    async def _failed(self, incoming: Incoming, *, late: bool) -> None:
        """Say that a message has no translation, instead of what failed; if that fails too, only close it."""
        self._fault(incoming)
        try:
            await self._record([(incoming, await self._services.relay.unavailable(incoming))], late=late)
        except TryLater:
            raise
        # The edge of the edge: the message must not come back at every start.
        except Exception:
            log.exception("relay.failed", event_id=incoming.event_id, length=len(incoming.body))
            await self._ledger.close(incoming.event_id, incoming.room_id, "fault")

    def _fault(self, incoming: Incoming) -> None:
        """Log the error that is being handled."""
        log.exception("relay.failed", event_id=incoming.event_id, length=len(incoming.body))
        self._pulse.count("fault")


def _outcome(late: bool) -> str:
    return "summed up" if late else "relayed"


class Queue:
    """The messages of one room that are being translated."""

    def __init__(self, messages: Messages, clock: Clock, *, summed_up: bool) -> None:
        self._messages = messages
        self._clock = clock
        self._since = clock.now()
        self._summed_up = summed_up
        self._pending: deque[_Pending] = deque()
        self._ready: list[_Pending] = []
        self._edits: dict[str, Incoming] = {}
        self.gone: set[str] = set()
        """What was redacted since the queue was made."""

    def __bool__(self) -> bool:
        return bool(self._pending or self._ready)

    async def add(self, incoming: Incoming) -> None:
        """Begin to translate a message; when many are under way, the oldest is finished first."""
        if await self._messages.left_out(incoming, late=self._summed_up):
            return
        if not self._summed_up:
            # What waited for its key came into the queue later than it was received.
            await self._messages.behind.look(incoming, self._clock.now() - max(incoming.received_at, self._since))
        self._pending.append(self._messages.begin(incoming))
        if len(self._pending) >= READ_AHEAD:
            await self.take_one()

    async def follow(self, edit: Incoming, of: str) -> None:
        """Take up an edit of the message *of*; one that waits already is overtaken."""
        if earlier := self._edits.pop(of, None):
            await self._messages.edits.overtaken(earlier)
        self._edits[of] = edit

    def drop(self, event_id: str) -> None:
        """Give up what is redacted."""
        self.gone.add(event_id)
        for pending in [*self._pending]:
            if pending.incoming.event_id == event_id:
                pending.work.cancel()
                self._pending.remove(pending)

    async def revise(self) -> None:
        """Follow the edits that wait."""
        while self._edits:
            await self._messages.edits.follow(self._edits.pop(next(iter(self._edits))))

    async def ripen(self) -> bool:
        """Wait until the oldest message is translated; return False if it was already."""
        if not self._pending or self._pending[0].work.done():
            return False
        await asyncio.wait([self._pending[0].work])
        return True

    async def take_one(self) -> None:
        """Finish the oldest message, and with it those after it that are as soon done with."""
        pending = self._pending.popleft()
        await asyncio.wait([pending.work])
        if not self._summed_up:
            if not pending.needless:
                return await self._messages.relay(pending)
            needless = [pending]
            while self._pending and self._pending[0].needless:
                needless.append(self._pending.popleft())
            return await self._messages.pass_over(needless)
        self._ready.append(pending)
        if len(self._ready) >= MOST_SUMMED_UP:
            await self._sum_up()

    async def give_way(self) -> None:
        """Finish all before something else is done; what is summed up need not be: commands that late do nothing."""
        if not self._summed_up:
            await self.finish()

    async def finish(self) -> None:
        """Finish all of them."""
        while self._pending:
            await self.take_one()
        await self._sum_up()
        await self.revise()

    async def _sum_up(self) -> None:
        ready, self._ready = self._ready, []
        if ready:
            await self._messages.sum_up(ready)

    def cancel(self) -> None:
        """Give up what is under way: it stays in the inbox."""
        for pending in self._pending:
            pending.work.cancel()
