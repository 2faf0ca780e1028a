"""The reaction that asks for a handover in one's own language."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.clock import Clock
from bot.command import Context, Reply
from bot.errors import UserError
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.intake.reactions import Reactions
from bot.model.handling import Purpose
from bot.model.incoming import Incoming
from bot.router import Line, Router
from bot.services import Services
from bot.store import Store

COMMAND = "handover show"


class Handovers:
    """Shows a handover to who reacts to a post about it, as the command does: once a person and revision."""

    def __init__(
        self, store: Store, router: Router, services: Services, ledger: Ledger, reactions: Reactions, clock: Clock
    ) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._ledger = ledger
        self._reactions = reactions
        self._clock = clock

    async def follow(self, reaction: Incoming, of: str) -> bool:
        """Answer the reaction if it is to a handover; return whether it is."""
        room_id, sender, now = reaction.room_id, reaction.sender, self._clock.now()
        handover = await self._services.handover.posted(room_id, of)
        if handover is None:
            return False
        reader = await self._reactions.reader(reaction)
        if reader is None:
            return True
        shown = self._router.resolve(Line(f"{COMMAND} {handover.ref}", True), reader, now)
        context = Context(
            reader, room_id, reaction.event_id, now, self._services, self._router.help, self._router.names
        )
        context = replace(context, prepared=await self._router.prepare(shown, context))
        async with self._store.transaction():
            subject = f"{handover.ref} {handover.revision} {sender}"
            if await self._services.notice.first(room_id, "handover", subject, now):
                with suppress(UserError):  # it is nothing of that room any more
                    await self._answer(context, of, await self._router.run(shown, context))
            await self._store.inbox.done(reaction.event_id, "shown")
        self._ledger.on_done(room_id)
        return True

    async def _answer(self, context: Context, of: str, reply: Reply) -> None:
        room_id, cause, now = context.room, context.event, context.now
        holds = await self._services.incident.about(reply.shows)
        await self._services.incident.showing(context.actor, room_id, holds, Purpose.READING, cause, now)
        payload = reply_payload(reply, context.actor.user_id, COMMAND, None) | {"about": of, "shows": holds}
        await self._store.outbox.add(room_id, "reply", cause, payload, now, holds=holds)
