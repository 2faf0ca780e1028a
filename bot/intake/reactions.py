"""What holds for each reaction that asks for something: who may ask, how often, and what its fault leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.errors import ErrorCode
from bot.intake.ledger import Ledger
from bot.intake.limits import Limits
from bot.model.incoming import Incoming
from bot.model.person import Actor, Role
from bot.services import Services
from bot.services.pulse import Pulse
from bot.store import Store

log = structlog.get_logger(__name__)


class Reactions:
    """Says whether a reaction is acted upon. A reaction comes in clear: anyone on the path could have made it."""

    def __init__(self, store: Store, services: Services, ledger: Ledger, limits: Limits, pulse: Pulse) -> None:
        self._store = store
        self._services = services
        self._ledger = ledger
        self._limits = limits
        self._pulse = pulse

    async def member(self, reaction: Incoming) -> Actor | None:
        """Return who reacted; close the reaction and return None if it is nobody of the room who may use the bot."""
        actor = await self._services.person.actor(reaction.sender, reaction.room_id)
        if reaction.sender in self._services.room.members(reaction.room_id) and actor.may(Role.OFFICER):
            return actor
        await self._ledger.close(reaction.event_id, reaction.room_id, "not a member")
        return None

    async def reader(self, reaction: Incoming) -> Actor | None:
        """Return who reacted, as `member` does; close without a word also what is above the limit."""
        actor = await self.member(reaction)
        if actor is None or self._limits.allows_wish(reaction.sender):
            return actor
        await self._ledger.close(reaction.event_id, reaction.room_id, ErrorCode.RATE_LIMITED.value)
        return None

    def allows(self, reaction: Incoming) -> bool:
        """Take one reaction of the person; return whether there was one left."""
        if self._limits.allows_wish(reaction.sender):
            return True
        self._pulse.count("rate_limited")
        return False

    async def leave(self, reaction: Incoming, say: Callable[[], Awaitable[None]]) -> None:
        """Leave a reaction above the limit: for the first of them *say* so, quietly those that follow."""
        async with self._store.transaction():
            if self._limits.tell_wish(reaction.sender):
                await say()
            await self._store.inbox.done(reaction.event_id, ErrorCode.RATE_LIMITED.value)
        self._ledger.on_done(reaction.room_id)

    async def counts(self, reaction: Incoming) -> bool:
        """Return whether it still counts: not taken back meanwhile, and no replay.

        Joins the open transaction.
        """
        return not await self._store.inbox.list_done([reaction.event_id]) and await self._ledger.first(reaction)

    def failed(self, event: str, reaction: Incoming) -> None:
        """Log the error that is being handled as *event*; the room goes on."""
        log.exception(event, event_id=reaction.event_id, room=reaction.room_id)
        self._pulse.count("fault")
