"""What officers must be able to rely on, on real models: tokens, negations, and a gate that does not cry wolf."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import sets
from bench.row import Row
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


async def measure() -> list[Row]:
    """Return a row for each mark and direction."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        translator = Translator(Path(name), ("bergamot",))
        try:
            await translator.start()
            await translator.ready()
            for source, target in DIRECTIONS:
                rows.append(_tokens_row(f"{source}→{target}", await tokens(translator, source, target)))
                rows.append(_negations_row(f"{source}→{target}", await negations(translator, source, target)))
                rows.append(_alarms_row(f"{source}→{target}", await alarms(translator, source, target)))
        finally:
            await translator.close()
    return rows


def _tokens_row(pair: str, tally: Tally) -> Row:
    return Row(
        what=f"Critical tokens {pair}, each exactly once: {len(sets.kinds())} kinds, in {tally.total} sentences",
        ours=f"{tally.right / tally.total:.1%} ({len(tally.flagged)} of the rest flagged, {len(tally.unsaid)} not)",
        must=f"≥ {TOKENS:.1%}, the rest flagged",
        reached=tally.right >= TOKENS * tally.total and not tally.unsaid,
    )


def _negations_row(pair: str, tallies: dict[str, Tally]) -> Row:
    said = ", ".join(f"{how} {_kept(tally)} of {tally.total}" for how, tally in tallies.items())
    flagged = sum(len(tally.flagged) for tally in tallies.values())
    return Row(
        what=f"Negations {pair}, kept or flagged",
        ours=f"{said} ({flagged} of them lost and flagged)",
        must="all",
        reached=not any(tally.unsaid for tally in tallies.values()),
    )


def _kept(tally: Tally) -> int:
    return tally.total - len(tally.unsaid)


def _alarms_row(pair: str, tally: Tally) -> Row:
    share = len(tally.flagged) / tally.total
    return Row(
        what=f"False alarms of the gate {pair}, on {tally.total} everyday sentences",
        ours=f"{share:.1%}",
        must=f"≤ {ALARMS:.0%}",
        reached=share <= ALARMS,
    )


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
