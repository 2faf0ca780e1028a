"""The reaction that proposes a message for a timeline: whoever reacted is asked, and only the answer puts it there."""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.command import Listing, Reply
from bot.errors import ErrorCode, UserError
from bot.intake.ledger import Ledger
from bot.intake.limits import Limits
from bot.intake.payload import reply_payload
from bot.lanes import TryLater
from bot.model.incoming import Incoming
from bot.model.person import Actor, Role
from bot.model.told import Told
from bot.services import Services
from bot.services.incident import PINNED_BY as COMMAND
from bot.services.incident import Name, Proposal
from bot.services.pulse import Pulse
from bot.services.question import Asking
from bot.store import Store

log = structlog.get_logger(__name__)


class Pins:
    """Asks about what reactions propose. A reaction comes in clear, so nothing is entered because of it alone."""

    def __init__(
        self, store: Store, services: Services, ledger: Ledger, limits: Limits, clock: Clock, pulse: Pulse
    ) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._limits = limits
        self._clock = clock
        self._pulse = pulse

    async def propose(self, reaction: Incoming, of: str) -> None:
        """Ask who reacted to the message *of* on which timeline it is to stand, and close the reaction."""
        actor = await self._services.person.actor(reaction.sender, reaction.room_id)
        if reaction.sender not in self._services.room.members(reaction.room_id) or not actor.may(Role.OFFICER):
            return await self._ledger.close(reaction.event_id, reaction.room_id, "not a member")
        if not self._limits.allows_wish(reaction.sender):
            self._pulse.count("rate_limited")
            return await self._ledger.close(reaction.event_id, reaction.room_id, ErrorCode.RATE_LIMITED.value)
        try:
            await self._ask(reaction, of, actor)
        except UserError as error:
            await self._refuse(reaction, of, error)
        except TryLater:
            raise
        # The edge of one reaction: its fault must not stop the room.
        except Exception:
            log.exception("pin.failed", event_id=reaction.event_id, room=reaction.room_id)
            self._pulse.count("fault")
            await self._ledger.close(reaction.event_id, reaction.room_id, "fault")

    async def _ask(self, reaction: Incoming, of: str, actor: Actor) -> None:
        now, room_id = self._clock.now(), reaction.room_id
        told = Told(room_id, reaction.event_id, reaction.sent_at, reaction.received_at, now)
        async with self._store.transaction():
            if await self._store.inbox.list_done([reaction.event_id]) or not await self._ledger.first(reaction):
                return
            proposal = await self._services.pinning.proposal(actor, told, of, self._name_of(room_id))
            if not await self._waits(actor, room_id, proposal):
                await self._put(reaction, proposal, told)
            await self._store.inbox.done(reaction.event_id, "proposed")
        self._ledger.on_done(room_id)

    async def _put(self, reaction: Incoming, proposal: Proposal, told: Told) -> None:
        """Say what may be meant below the message, and ask below that."""
        payload = reply_payload(Reply(proposal.heading, Listing(proposal.lines)), reaction.sender, COMMAND, None)
        payload |= {"about": proposal.source, **await self._services.incident.built(told.room_id, proposal.shows)}
        after = await self._store.outbox.add(
            told.room_id, "reply", reaction.event_id, payload, told.now, holds=proposal.shows
        )
        asking = Asking(COMMAND, proposal.choices, proposal.data, proposal.question, shows=proposal.shows)
        await self._services.question.ask(told.room_id, reaction.sender, asking, reaction.event_id, after, told.now)

    async def _refuse(self, reaction: Incoming, of: str, error: UserError) -> None:
        """Close the reaction, with a word if the message may not be pinned, or stands on a timeline already.

        Where none can be, most who react so mean something else by it.
        """
        async with self._store.transaction():
            if error.code in (ErrorCode.HANDLING, ErrorCode.CONFLICT):
                payload = reply_payload(Reply(*error.messages), reaction.sender, COMMAND, error.code) | {"about": of}
                await self._store.outbox.add(reaction.room_id, "reply", reaction.event_id, payload, self._clock.now())
            await self._store.inbox.done(reaction.event_id, error.code.value)
        self._ledger.on_done(reaction.room_id)

    async def _waits(self, actor: Actor, room_id: str, proposal: Proposal) -> bool:
        """Return whether that person was asked about that message already, and has not answered yet."""
        waiting = await self._store.question.list_open(actor.user_id)
        return any(
            (one.room_id, one.subject, one.data.get("event")) == (room_id, COMMAND, proposal.source) for one in waiting
        )

    def _name_of(self, room_id: str) -> Name:
        return lambda user_id: self._services.room.name_of(room_id, user_id)
