"""Posts whose words come from a correction of the same words in another message: they go when it goes."""

from __future__ import annotations

from dataclasses import replace

from bot.model.correction import Correction
from bot.model.translation import Translation
from bot.services.relay.memory import Memory
from bot.services.relay.outgoing import Cause, Outgoing
from bot.services.relay.translating import Relayed
from bot.store import Store

MOST_REPEATS = 100
"""How many translations are worded again when a correction ends, the newest: a room must not be flooded with edits."""
MOST_POSTS = 1_000
"""More than how many posts change with one translation: those of the next one count from there."""


class Repeats:
    """Lets no post repeat a correction that has ended, in the open transaction."""

    def __init__(self, store: Store, memory: Memory, outgoing: Outgoing) -> None:
        self._store = store
        self._memory = memory
        self._outgoing = outgoing

    async def renew(self, cause: Cause, correction: Correction) -> None:
        """Let what repeats *correction*, which has ended, say what it would say without it."""
        found = await self._store.translation.list_repeating(correction.id, MOST_REPEATS)
        # Of no other correction, and behind whatever else the cause changes.
        first = correction.id * MOST_POSTS * MOST_POSTS
        for turn, (room_id, event_id, made) in enumerate(found):
            original = await self._store.original.find_revision(room_id, event_id)
            if original:
                other = await self._memory.recalled(room_id, correction.key, made) if made.reworded else None
                await self._store.translation.add(event_id, [other or made.uncorrected], cause.at)
                await self._outgoing.renew(cause, original, made.target, first + turn * MOST_POSTS)

    async def current(self, relayed: Relayed) -> Relayed:
        """Return *relayed* without what repeats a correction that ended while it was made."""
        if not any(made.corrected for made in relayed.translations):
            return relayed
        return replace(relayed, translations=tuple([await self._standing(made) for made in relayed.translations]))

    async def _standing(self, made: Translation) -> Translation:
        if not made.corrected or not made.corrected.repeats:
            return made
        correction = await self._store.correction.find(made.corrected.repeats)
        return made if correction and correction.key else made.uncorrected
