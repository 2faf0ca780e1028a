"""What is remembered of earlier translations: what the engines made, and what people put in its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.model.correction import Correction
from bot.model.handling import label_of, unlabelled
from bot.model.translation import Aids, Corrected, Translation
from bot.store import Store
from bot.translation.correcting import Original


class Translates(Protocol):
    """What remembering needs of the translation pipeline (`bot.translation.Translator`)."""

    def keys(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> Collection[str]:
        """Return under which keys what *text* consists of is remembered in each of *targets*."""
        ...

    async def translate(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> dict[str, Translation]:
        """Return *text* in each of *targets*; where that fails, the original, flagged unavailable."""
        ...


class Memory:
    """Looks up and records what is remembered; methods that write join the open transaction."""

    def __init__(self, store: Store, translator: Translates) -> None:
        self._store = store
        self._translator = translator

    async def translate(
        self, room_id: str, text: str, source: str, targets: Sequence[str], aids: Aids
    ) -> dict[str, Translation]:
        """Return *text* in each of *targets*: as people have corrected it, as it is remembered, or anew.

        What the label of a text forbids to be remembered is not looked up either.
        """
        label = label_of(text)
        if label and not label.remembered:
            made = await self._translator.translate(text, source, targets, aids)
            return {target: replace(one, learned=()) for target, one in made.items()}
        original = Original.of(text, source)
        whole = {original.key(target): target for target in targets}
        keys = self._translator.keys(text, source, targets, aids)
        remembered, corrections = await self._store.memory.find(room_id, keys, whole)
        aids = replace(aids, remembered=remembered)
        found = ((whole[key], _translation(original, one, whole[key])) for key, one in corrections.items())
        corrected = {target: one for target, one in found if one}
        left = [target for target in targets if target not in corrected]
        return corrected | (await self._translator.translate(text, source, left, aids) if left else {})

    async def recalled(self, room_id: str, key: str, made: Translation) -> Translation | None:
        """Return what *made*, itself only recalled, is by the correction that serves the room under *key* now."""
        _segments, corrections = await self._store.memory.find(room_id, (), [key] if key else ())
        label = made.text[: len(made.text) - len(unlabelled(made.text))].strip()
        original = Original("", made.source, made.protected, label)
        return _translation(original, corrections[key], made.target) if key in corrections else None

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
