"""What is given up for speed, and how good the starter pair is: chrF, on sentences that no model was trained on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import catalogues, messages, sets
from bench.chrf import chrf
from bench.peer import argos_api
from bench.row import Row
from bot.translation import Translator

HELD_OUT = 500
MUST = 0.5
"""chrF that may be given up."""

SHIPPED = 400
LEAST = 300
_SLICE = 50

Pairs = Sequence[tuple[str, str]]


async def measure() -> list[Row]:
    """Return the rows of the Spanish packages, each direction, then those of the starter pair."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        models = messages.install_spanish(Path(name) / "ours", back=True)
        translator = Translator(models)
        try:
            await translator.start()
            await translator.ready()
            return [*await _given_up(translator, Path(name)), *await _starter(translator)]
        finally:
            await translator.close()


async def _given_up(translator: Translator, folder: Path) -> list[Row]:
    pairs = messages.pairs(HELD_OUT)
    back = [(spanish, english) for english, spanish in pairs]
    apart = messages.install_spanish(folder / "peer", back=True)
    rows = []
    async with argos_api(apart, ("en", "es"), ("es", "en")) as peer:
        for (source, target), both in ((("en", "es"), pairs), (("es", "en"), back)):
            said, expected = [text for text, _ in both], [text for _, text in both]
            made = await _all(translator, said, source, target)
            theirs = [text for part in _parts(said) for text in (await peer.translate(part, source, target)).texts]
            ours, peers = chrf(made, expected), chrf(theirs, expected)
            rows.append(_row(f"{source}→{target}", len(both), ours, peers))
    return rows


def _row(pair: str, count: int, ours: float, peers: float) -> Row:
    return Row(
        what=f"chrF on {count} held-out sentences {pair}, batches of 16, beam 1; peer: Argos API, one by one, beam 4",
        ours=f"{ours:.2f}",
        peer=f"{peers:.2f}",
        ratio=f"{ours - peers:+.2f}",
        must=f"≥ −{MUST}",
        reached=ours >= peers - MUST,
    )


async def _starter(translator: Translator) -> list[Row]:
    shipped, names = catalogues.pairs(SHIPPED)
    own = sets.clean()
    found = [(f"{len(own)} everyday sentences of a task force (bench/sets)", own)]
    if len(shipped) >= LEAST:
        named = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        found.append((f"{len(shipped)} sentences of catalogues installed here ({named})", shipped))
    return [await _starter_row(translator, what, pairs) for what, pairs in found]


async def _starter_row(translator: Translator, what: str, pairs: Pairs) -> Row:
    english, portuguese = [text for text, _ in pairs], [text for _, text in pairs]
    there = chrf(await _all(translator, english, "en", "pt"), portuguese)
    back = chrf(await _all(translator, portuguese, "pt", "en"), english)
    return Row(f"chrF of the starter pair on {what}", f"en→pt {there:.1f}, pt→en {back:.1f}")


async def _all(translator: Translator, texts: Sequence[str], source: str, target: str) -> list[str]:
    made = []
    for part in _parts(texts):
        results = await asyncio.gather(*(translator.translate(text, source, [target]) for text in part))
        made += [result[target].text for result in results]
    return made


def _parts(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[at : at + _SLICE] for at in range(0, len(texts), _SLICE)]
