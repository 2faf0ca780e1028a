"""What is remembered of earlier translations: what the engines made, and what people put in its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.model.correction import Correction
from bot.model.handling import label_of, unlabelled
from bot.model.translation import Aids, Corrected, Flag, Translation
from bot.store import Store
from bot.translation.correcting import Original


class Translates(Protocol):
    """What remembering needs of the translation pipeline (`bot.translation.Translator`)."""

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages passed through from *source* to *target*, both included, or None."""
        ...

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

        Where another language is passed through, it goes on from there in words that were approved for every room, if
        there are any. What the label of a text forbids to be remembered is not looked up either.
        """
        label = label_of(text)
        if label and not label.remembered:
            made = await self._translator.translate(text, source, targets, aids)
            return {target: replace(one, learned=()) for target, one in made.items()}
        original = Original.of(text, source)
        pivots = {target: (self._translator.route(source, target) or ())[1:-1] for target in targets}
        whole = {original.key(code): code for code in (*targets, *(code for way in pivots.values() for code in way))}
        keys = self._translator.keys(text, source, targets, aids)
        remembered, corrections = await self._store.memory.find(room_id, keys, whole)
        aids = replace(aids, remembered=remembered)
        made = await self._translator.translate(text, source, targets, aids)
        said = {whole[key]: one for key, one in corrections.items()}
        # The machine's version is made too, mostly of what is remembered: the correction may be taken back.
        for target in targets:
            if target in said:
                made[target] = _repeated(original, said[target], made[target]) or made[target]
                continue
            for code in reversed(pivots[target]):
                if (pivot := said.get(code)) and pivot.approved_by:
                    made[target] = await self._through(room_id, original, pivot, made[target], aids) or made[target]
                    break
        return made

    async def _through(
        self, room_id: str, original: Original, pivot: Correction, machines: Translation, aids: Aids
    ) -> Translation | None:
        """Return what the machine makes of *pivot*, a correction of the *original* on the way to the target."""
        source, target = pivot.target, machines.target
        text = original.filled(pivot.text)
        if text is None:
            return None
        aids = replace(aids, html="", remembered={})
        keys = self._translator.keys(text, source, [target], aids)
        remembered, _corrections = await self._store.memory.find(room_id, keys, ())
        made = (await self._translator.translate(text, source, [target], replace(aids, remembered=remembered)))[target]
        if Flag.UNAVAILABLE in made.flags:
            return None
        before = () if Flag.UNAVAILABLE in machines.flags else machines.learned
        return replace(
            made,
            source=machines.source,
            route=(original.language, *made.route),
            engine=machines.engine or made.engine,
            provenance=machines.provenance if machines.engine else made.provenance,
            learned=(*before, *made.learned),
            recalled=(*machines.recalled, *made.recalled),
            corrected=replace(_by(pivot, machines), pivot=source),
        )

    async def recalled(self, room_id: str, key: str, made: Translation) -> Translation | None:
        """Return what *made* is by the correction that serves the room under *key* now."""
        _segments, corrections = await self._store.memory.find(room_id, (), [key] if key else ())
        label = made.text[: len(made.text) - len(unlabelled(made.text))].strip()
        original = Original("", made.source, made.protected, label)
        return _repeated(original, corrections[key], made.uncorrected) if key in corrections else None

    async def learn(self, event_id: str, translations: Sequence[Translation], now: datetime) -> None:
        """Record what the translations of the event *event_id* teach, and what they used."""
        learned = dict(pair for translation in translations for pair in translation.learned)
        recalled = dict.fromkeys(key for translation in translations for key in translation.recalled)
        await self._store.memory.add(event_id, learned.items(), recalled, now)

    async def forget(self, event_id: str) -> None:
        """Delete what is remembered of the event *event_id* alone."""
        await self._store.memory.forget(event_id)


def _repeated(original: Original, correction: Correction, machines: Translation) -> Translation | None:
    """Return the *correction* for the *original*, beside what the machine makes of that; None if it does not fit."""
    text = original.filled(correction.text)
    if text is None:
        return None
    by = _by(correction, machines)
    route = machines.route or (correction.source, correction.target)
    return replace(
        machines, text=text, html="", route=route, flags=(), differs=(), protected=original.tokens, corrected=by
    )


def _by(correction: Correction, machines: Translation) -> Corrected:
    """Return who worded the *correction* that is repeated, beside what the machine makes of the original."""
    return Corrected(
        correction.author,
        correction.agency,
        correction.approved_by,
        machine="" if Flag.UNAVAILABLE in machines.flags else machines.text,
        flags=machines.flags,
        differs=machines.differs,
        html=machines.html,
        repeats=correction.id,
    )
