"""What is kept of a message's translations: recorded, remembered, corrected, and forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.correction import ENDED, SUBJECT, Correction, asks
from bot.model.handling import Handling
from bot.model.translation import Translation
from bot.services.question import QuestionService
from bot.services.relay.endings import Endings
from bot.services.relay.memory import Memory
from bot.services.relay.outgoing import Cause, Outgoing
from bot.services.relay.repeats import Repeats
from bot.store import Store


class Keeping:
    """Keeps and forgets translations and their corrections, in the open transaction."""

    def __init__(
        self, store: Store, memory: Memory, outgoing: Outgoing, repeats: Repeats, endings: Endings,
        question: QuestionService,
    ) -> None:  # fmt: skip
        self._store = store
        self._memory = memory
        self._outgoing = outgoing
        self._repeats = repeats
        self._endings = endings
        self._question = question

    async def add(
        self, event_id: str, translations: Sequence[Translation], handling: Handling | None, now: datetime
    ) -> None:
        """Record the translations of what the event *event_id* says, and what may be remembered of them."""
        await self._store.translation.add(event_id, translations, now)
        if handling is None or handling.remembered:
            await self._memory.learn(event_id, translations, now)

    async def let_pass(self, handling: Handling | None, event_id: str) -> None:
        """See that translations of an event are kept no longer than its *handling* allows."""
        if handling and not handling.kept:
            await self._store.translation.let_pass(event_id)

    async def forget(self, event_id: str, cause: Cause, *, repeats: bool = True) -> None:
        """Delete the translations of what the event *event_id* says, and what is remembered of it alone.

        Unless the *repeats* of its corrections may stand, nothing that is posted repeats these any more.
        """
        await self._store.translation.forget(event_id)
        await self._memory.forget(event_id)
        await self.forget_corrections(event_id, cause, repeats=repeats)

    async def forget_one(self, room_id: str, source: str, target: str, cause: Cause) -> None:
        """Delete the translation of the message *source* into *target*, and its correction.

        What a second person has approved stays: it serves other rooms.
        """
        original = await self._store.original.find(room_id, source)
        if original is None:
            return
        await self._store.translation.forget_one(original.revision, target)
        for one in await self._store.correction.list_of(original.revision):
            if one.target == target and not one.approved_by:
                await self._outgoing.unsay(cause, await self._outgoing.said_by(one.command, source))
                await self.forget_correction(one, cause)

    async def forget_corrections(self, event_id: str, cause: Cause, *, repeats: bool = True) -> None:
        """Delete what people put in place of the translations of what the event *event_id* says."""
        for correction in await self._store.correction.list_of(event_id):
            await self.forget_correction(correction, cause, repeats=repeats)

    async def forget_correction(self, correction: Correction, cause: Cause, *, repeats: bool = True) -> None:
        """Delete *correction*; unless its *repeats* may stand, nothing that is posted repeats it any more."""
        await self.settle(correction, cause)
        await self._endings.gone(cause, correction)
        await self._store.correction.forget(correction.id)
        if repeats:
            await self._repeats.renew(cause, correction)

    async def settle(self, correction: Correction, cause: Cause) -> None:
        """Let nobody be asked any more whether *correction* is right."""
        await self._question.settle(SUBJECT, asks(correction.id), ENDED, cause.event_id, cause.at)
