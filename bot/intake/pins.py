"""The reaction that proposes a message for a timeline: whoever reacted is asked, and only the answer puts it there."""

from __future__ import annotations

from bot.clock import Clock
from bot.command import Listing, Reply
from bot.errors import ErrorCode, UserError
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.intake.reactions import Reactions
from bot.lanes import TryLater
from bot.model.incoming import Incoming
from bot.model.person import Actor
from bot.model.told import Told
from bot.services import Services
from bot.services.incident import PINNED_BY as COMMAND
from bot.services.incident import Name, Proposal
from bot.services.question import Asking
from bot.store import Store


class Pins:
    """Asks about what reactions propose. A reaction comes in clear, so nothing is entered because of it alone."""

    def __init__(self, store: Store, services: Services, ledger: Ledger, reactions: Reactions, clock: Clock) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._reactions = reactions
        self._clock = clock

    async def propose(self, reaction: Incoming, of: str) -> None:
        """Ask who reacted to the message *of* on which timeline it is to stand, and close the reaction."""
        actor = await self._reactions.member(reaction)
        if actor is None:
            return
        if not self._reactions.allows(reaction):
            return await self._ledger.close(reaction.event_id, reaction.room_id, ErrorCode.RATE_LIMITED.value)
        try:
            await self._ask(reaction, of, actor)
        except UserError as error:
            await self._refuse(reaction, of, error)
        except TryLater:
            raise
        # The edge of one reaction: its fault must not stop the room.
        except Exception:
            self._reactions.failed("pin.failed", reaction)
            await self._ledger.close(reaction.event_id, reaction.room_id, "fault")

    async def _ask(self, reaction: Incoming, of: str, actor: Actor) -> None:
        now, room_id = self._clock.now(), reaction.room_id
        told = Told(room_id, reaction.event_id, reaction.sent_at, reaction.received_at, now)
        async with self._store.transaction():
            if not await self._reactions.counts(reaction):
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
