"""The reaction that asks for a message in one's own language, and its taking back."""

from __future__ import annotations

from functools import partial

from bot.clock import Clock
from bot.command import Reply
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.intake.reactions import Reactions
from bot.lanes import TryLater
from bot.model.incoming import GLOBE, Incoming
from bot.model.wish import Wish
from bot.router import Router
from bot.services import Services
from bot.services.pulse import Pulse
from bot.services.wish import Fulfilled
from bot.store import Store

COMMAND = "translate"


class Wishes:
    """Fulfils what reactions ask for. Whatever it grants, anyone in the room could read already."""

    def __init__(
        self,
        store: Store,
        router: Router,
        services: Services,
        ledger: Ledger,
        reactions: Reactions,
        clock: Clock,
        pulse: Pulse,
    ) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._ledger = ledger
        self._reactions = reactions
        self._clock = clock
        self._pulse = pulse

    async def follow(self, reaction: Incoming, of: str) -> None:
        """Translate the message *of* into the language of who reacted to it, and close the reaction."""
        actor = await self._reactions.member(reaction)
        if actor is None:
            return
        if not self._reactions.allows(reaction):
            return await self._too_many(reaction, of)
        source = await self._services.wish.source_of(reaction.room_id, of)
        wish = Wish(reaction.room_id, source, actor.language.base, reaction.sender, reaction.event_id)
        try:
            await self._record(reaction, await self._services.wish.fulfil(wish))
        except UserError as error:
            await self._refuse(reaction, source, error)
        except TryLater:
            raise
        # The edge of one reaction: its fault must not stop the room.
        except Exception:
            self._reactions.failed("wish.failed", reaction)
            await self._refuse(reaction, source, UserError(ErrorCode.INTERNAL))

    async def _record(self, reaction: Incoming, fulfilled: Fulfilled) -> None:
        now = self._clock.now()
        async with self._store.transaction():
            # It may have been taken back while its message was translated.
            if await self._reactions.counts(reaction):
                new = await self._services.wish.record(fulfilled, now)
                await self._store.inbox.done(reaction.event_id, "fulfilled" if new else "stands")
        self._pulse.took("wish", reaction.received_at, now)
        self._ledger.on_done(reaction.room_id)

    async def _refuse(self, reaction: Incoming, source: str, error: UserError) -> None:
        """Say why not, below the message that is meant: once for each person, message and reason."""
        now, subject = self._clock.now(), f"{source} {reaction.sender} {error.code.value}"
        async with self._store.transaction():
            if not await self._store.inbox.list_done([reaction.event_id]):
                if await self._services.notice.first(reaction.room_id, "wish", subject, now):
                    await self._answer(reaction, source, self._router.refused(error), error.code)
                await self._store.inbox.done(reaction.event_id, error.code.value)
        self._ledger.on_done(reaction.room_id)

    async def _too_many(self, reaction: Incoming, of: str) -> None:
        sentence = _(
            "{name}, that was more {globe} than I can answer. Wait a minute; until then I leave yours.",
            name=Verbatim(self._services.room.name_of(reaction.room_id, reaction.sender)),
            globe=Verbatim(GLOBE),
        )
        answer = partial(self._answer, reaction, of, Reply(sentence), ErrorCode.RATE_LIMITED)
        await self._reactions.leave(reaction, answer)

    async def _answer(self, reaction: Incoming, about: str, reply: Reply, code: ErrorCode) -> None:
        payload = reply_payload(reply, reaction.sender, COMMAND, code) | {"about": about}
        await self._store.outbox.add(reaction.room_id, "reply", reaction.event_id, payload, self._clock.now())
