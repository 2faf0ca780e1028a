"""The reaction that asks for an incident's card in one's own language."""

from __future__ import annotations

from dataclasses import replace

from bot.clock import Clock
from bot.command import Context, Reply
from bot.errors import ErrorCode, UserError
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.intake.reactions import Reactions
from bot.lanes import TryLater
from bot.model.handling import Purpose
from bot.model.incoming import Incoming
from bot.model.person import Actor
from bot.model.reference import Reference
from bot.router import Line, Router
from bot.services import Services
from bot.services.incident import ASKED
from bot.store import Store

COMMAND = "incident show"


class Cards:
    """Answers such a reaction as it answers the command that shows an incident: below its card."""

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
        """Answer the reaction if it is to the card of an incident; return whether it is."""
        room_id = reaction.room_id
        ref = await self._services.card.shown_by(room_id, of)
        if ref is None:
            return False
        reader = await self._reactions.reader(reaction)
        if reader is None:
            return True
        if reader.language.base in await self._services.person.room_languages(room_id):
            await self._ledger.close(reaction.event_id, room_id, "stands")
        else:
            await self._show(reaction, of, ref, reader)
        return True

    async def _show(self, reaction: Incoming, of: str, ref: Reference, reader: Actor) -> None:
        try:
            await self._answer(reaction, of, ref, self._context(reaction, reader))
        except TryLater:
            raise
        except UserError as error:
            await self._ledger.close(reaction.event_id, reaction.room_id, error.code.value)
        # The edge of one reaction: its fault must not stop the room.
        except Exception:
            self._reactions.failed("card.failed", reaction)
            await self._ledger.close(reaction.event_id, reaction.room_id, ErrorCode.INTERNAL.value)

    async def _answer(self, reaction: Incoming, of: str, ref: Reference, context: Context) -> None:
        wanted = self._router.resolve(Line(f"{COMMAND} {ref}", True), context.actor)
        prepared = await self._router.prepare(wanted, context)
        async with self._store.transaction():
            # It may have been taken back while the texts were translated.
            if await self._reactions.counts(reaction):
                reply = await self._router.run(wanted, replace(context, prepared=prepared))
                await self._put(reaction, of, reply, context.actor)
                await self._store.inbox.done(reaction.event_id, "shown")
        self._ledger.on_done(reaction.room_id)

    async def _put(self, reaction: Incoming, of: str, reply: Reply, reader: Actor) -> None:
        """Say it below the card: it goes with the reaction, and with what the room may see."""
        room_id, cause, now = reaction.room_id, reaction.event_id, self._clock.now()
        incidents = self._services.incident
        shows = await incidents.about(reply.shows)
        await incidents.showing(reader, room_id, shows, Purpose.READING, cause, now)
        payload = reply_payload(reply, reaction.sender, COMMAND, None)
        payload |= {"about": of, **await incidents.built(room_id, shows)}
        await self._store.outbox.add(room_id, "reply", cause, payload, now, ASKED, holds=shows)

    def _context(self, reaction: Incoming, reader: Actor) -> Context:
        return Context(
            actor=reader,
            room=reaction.room_id,
            event=reaction.event_id,
            now=self._clock.now(),
            services=self._services,
            help=self._router.help,
            names=self._router.names,
            sent_at=reaction.sent_at,
            received_at=reaction.received_at,
        )
