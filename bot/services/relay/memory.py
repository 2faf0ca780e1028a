"""What is remembered of earlier translations: what the engines made, and what people put in its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.model.correction import Correction
from bot.model.translation import Corrected, Translation
from bot.store import Store
from bot.translation.correcting import Original


class Memory:
    """Looks up and records what is remembered; methods that write join the open transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, keys: Collection[str]) -> dict[str, str]:
        """Return what the engines made before of the segments with these *keys*."""
        return await self._store.memory.find(keys) if keys else {}

    async def corrected(self, room_id: str, text: str, source: str, targets: Sequence[str]) -> dict[str, Translation]:
        """Return, by target, how people said the same *text* better, for all rooms or in this one."""
        original = Original.of(text, source)
        keys = {original.key(target): target for target in targets}
        found = await self._store.correction.find_for(room_id, keys)
        made = ((keys[key], _translation(original, one, keys[key])) for key, one in found.items())
        return {target: translation for target, translation in made if translation}

    async def learn(self, event_id: str, translations: Sequence[Translation], now: datetime) -> None:
        """Record what the translations of the event *event_id* teach, and what they used."""
        learned = dict(pair for translation in translations for pair in translation.learned)
        recalled = dict.fromkeys(key for translation in translations for key in translation.recalled)
        await self._store.memory.add(event_id, learned.items(), recalled, now)

    async def forget(self, event_id: str) -> None:
        """Delete what is remembered of the event *event_id* alone."""
        await self._store.memory.forget(event_id)


def _translation(original: Original, correction: Correction, target: str) -> Translation | None:
    text = original.filled(correction.text)
    if text is None:
        return None
    corrected = Corrected(correction.author, correction.agency, correction.approved_by)
    route = (correction.source, correction.target)
    return Translation(text, correction.source, target, route, "", protected=original.tokens, corrected=corrected)
