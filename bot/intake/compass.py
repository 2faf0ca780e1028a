"""The reaction that asks what the places and times of a message are for oneself."""

from __future__ import annotations

from functools import partial

from bot.clock import Clock
from bot.command import Listing, Reply
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.intake.reactions import Reactions
from bot.lanes import TryLater
from bot.model.incoming import COMPASS, Incoming
from bot.model.person import Actor
from bot.router import Router
from bot.services import Services
from bot.services.compass import INDEX, KIND, NOTHING
from bot.store import Store


class Compasses:
    """Answers such reactions: once for each message and person, with what anyone in the room could read already."""

    def __init__(
        self, store: Store, router: Router, services: Services, ledger: Ledger, reactions: Reactions, clock: Clock
    ) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._ledger = ledger
        self._reactions = reactions
        self._clock = clock

    async def follow(self, reaction: Incoming, of: str) -> None:
        """Answer what the message *of* says of where and when, and close the reaction."""
        asker = await self._reactions.member(reaction)
        if asker is None:
            return
        if not self._reactions.allows(reaction):
            return await self._too_many(reaction, of)
        source = await self._services.compass.source_of(reaction.room_id, of)
        reply, error = await self._reply(reaction, source, asker)
        async with self._store.transaction():
            # It may have been taken back while its message was fetched.
            if await self._reactions.counts(reaction):
                now = self._clock.now()
                new = await self._services.compass.first(reaction.room_id, source, asker, now)
                if new:
                    await self._answer(reaction, source, reply, error)
                await self._store.inbox.done(reaction.event_id, "expanded" if new else "stands")
        self._ledger.on_done(reaction.room_id)

    async def _reply(self, reaction: Incoming, source: str, asker: Actor) -> tuple[Reply, ErrorCode | None]:
        try:
            lines = await self._services.compass.expand(asker, reaction.room_id, source)
        except UserError as error:
            return self._router.refused(error), error.code
        except TryLater:
            raise
        # The edge of one reaction: its fault must not stop the room.
        except Exception:
            self._reactions.failed("compass.failed", reaction)
            return self._router.refused(UserError(ErrorCode.INTERNAL)), ErrorCode.INTERNAL
        return Reply(Listing(tuple(lines)) if lines else NOTHING), None

    async def _too_many(self, reaction: Incoming, of: str) -> None:
        sentence = _(
            "{name}, that was more {compass} than I can answer. Wait a minute; until then I leave yours.",
            name=Verbatim(self._services.room.name_of(reaction.room_id, reaction.sender)),
            compass=Verbatim(COMPASS),
        )
        answer = partial(self._answer, reaction, of, Reply(sentence), ErrorCode.RATE_LIMITED)
        await self._reactions.leave(reaction, answer)

    async def _answer(self, reaction: Incoming, about: str, reply: Reply, code: ErrorCode | None) -> None:
        """Say it below the message that is meant: it goes with it, and with the reaction."""
        payload = reply_payload(reply, reaction.sender, KIND, code) | {"about": about}
        room_id, now = reaction.room_id, self._clock.now()
        await self._store.outbox.add(room_id, "reply", reaction.event_id, payload, now, INDEX, holds=[about])
