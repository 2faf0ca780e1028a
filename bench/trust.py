"""What officers must be able to rely on, on real models: tokens, negations, and a gate that does not cry wolf."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import sets
from bot.model.translation import Aids, Flag, Translation
from bot.translation import Translator

DIRECTIONS = (("en", "pt"), ("pt", "en"))
TOKENS = 0.995
"""Share of tokens that must come out exactly once; every other must be flagged."""

ALARMS = 0.05
"""Share of everyday sentences that the gate may flag."""

_AT_ONCE = 16


@dataclass(slots=True)
class Tally:
    """Of how many things how many came out right, and what was wrong: flagged, and passed off as right."""

    total: int = 0
    right: int = 0
    flagged: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)

    def add(self, text: str, made: Translation, *, right: bool) -> None:
        """Count *text*, which came out as *made*."""
        self.total += 1
        self.right += right
        if not right:
            (self.flagged if made.flags else self.unsaid).append(f"{text} → {made.text} {list(map(str, made.flags))}")


async def tokens(translator: Translator, source: str, target: str, step: int = 1) -> Tally:
    """Return how many tokens came out exactly once, of every *step*th item."""
    items = sets.critical(source)[::step]
    made = await _all(translator, [(item.text, item.names) for item in items], source, target)
    tally = Tally()
    for item, translation in zip(items, made, strict=True):
        tally.add(item.text, translation, right=item.kept(translation.text) and _translated(translation))
    return tally


async def negations(translator: Translator, source: str, target: str, step: int = 1) -> dict[str, Tally]:
    """Return how many negations came out, of every *step*th sentence: plain, in capitals, mixed."""
    sentences = sets.negations(source)[::step]
    made = await _all(translator, [(sentence.text, ()) for sentence in sentences], source, target)
    tallies: dict[str, Tally] = {}
    for sentence, translation in zip(sentences, made, strict=True):
        right = sentence.kept(translation.text, target)
        tallies.setdefault(sentence.how, Tally()).add(sentence.text, translation, right=right)
    return tallies


async def alarms(translator: Translator, source: str, target: str, step: int = 1) -> Tally:
    """Return how many everyday sentences came out without a flag, of every *step*th."""
    column = (source, target) == ("pt", "en")
    texts = [pair[column] for pair in sets.clean()[::step]]
    made = await _all(translator, [(text, ()) for text in texts], source, target)
    tally = Tally()
    for text, translation in zip(texts, made, strict=True):
        tally.add(text, translation, right=not translation.flags)
    return tally


def _translated(made: Translation) -> bool:
    """Return whether *made* is a translation, not the original left as it was."""
    return Flag.UNAVAILABLE not in made.flags


async def _all(
    translator: Translator, texts: Sequence[tuple[str, tuple[str, ...]]], source: str, target: str
) -> list[Translation]:
    made: list[Translation] = []
    for at in range(0, len(texts), _AT_ONCE):
        part = texts[at : at + _AT_ONCE]
        results = await asyncio.gather(*(translator.translate(t, source, [target], Aids(n)) for t, n in part))
        made += [result[target] for result in results]
    return made
