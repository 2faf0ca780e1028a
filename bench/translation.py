"""200 chat messages to two languages, and one alone: our pipeline against the Argos API on the same packages."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import messages
from bench.peer import ArgosApi, argos_api
from bench.row import Row, milliseconds, percentile
from bot.translation import Translator

COUNT = 200
SLICE = 25
"""Messages that the peer is given in one turn."""

TARGETS = ("es", messages.SECOND)

MUST = 10.0
ALONE_MUST = 1.0


Pair = tuple[str, str]
"""A message and the translation that is expected."""


@dataclass(slots=True)
class _Tally:
    """What one side has done so far; of single messages the seconds that each took."""

    seconds: float = 0.0
    messages: int = 0
    right: int = 0
    each: list[float] = field(default_factory=list)

    def add(self, pairs: Sequence[Pair], seconds: float, made: Sequence[str]) -> None:
        """Count one turn, in which *pairs* took *seconds* and came out as *made*, in one language or in two."""
        self.seconds += seconds
        self.messages += len(pairs)
        expected = [text for _, text in pairs] * (len(made) // len(pairs))
        self.right += sum(text == wanted for text, wanted in zip(made, expected, strict=True))

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


async def measure() -> list[Row]:
    """Return the row at full load, and the one of a message at a time."""
    together, alone, theirs = _Tally(), _Tally(), _Tally()
    pairs = messages.pairs(COUNT)
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        models, apart = (
            messages.install_second(messages.install_spanish(Path(name) / side)) for side in ("ours", "peer")
        )
        wanted = [("en", target) for target in TARGETS]
        async with _translator(models) as ours, argos_api(apart, *wanted) as peer:
            # In short turns, so that whatever else the machine does meets both sides alike.
            for start in range(0, COUNT, SLICE):
                part = pairs[start:][:SLICE]
                together.add(pairs, *await _together(ours, pairs))
                await _peer(peer, part, theirs)
                await _alone(ours, part, alone)
    return [_together_row(together, theirs, peer.threads), _alone_row(alone, theirs, peer.threads)]


def _together_row(ours: _Tally, theirs: _Tally, threads: str) -> Row:
    ratio = ours.rate / theirs.rate
    return Row(
        what=f"{COUNT} chat messages from English into two languages (Spanish, and the same model under another code),"
        " together from 25 rooms; peer: Argos API, one after the other",
        ours=f"{ours.rate:.0f} messages/s ({_exact(ours)} as expected)",
        peer=f"{theirs.rate:.1f} messages/s ({_exact(theirs)} as expected)",
        ratio=f"{ratio:.1f} ×",
        must=f"≥ {MUST:.0f} ×",
        reached=ratio >= MUST,
        threads=_threads(threads),
    )


def _alone_row(ours: _Tally, theirs: _Tally, threads: str) -> Row:
    mine, peer = percentile(ours.each, 0.5), percentile(theirs.each, 0.5)
    return Row(
        what="One chat message alone en→es, p50: language found, masked, cut, translated, unmasked and checked;"
        " peer: Argos API, translated",
        ours=f"{milliseconds(mine)} (p95 {milliseconds(percentile(ours.each, 0.95))})",
        peer=f"{milliseconds(peer)} (p95 {milliseconds(percentile(theirs.each, 0.95))})",
        ratio=f"{mine / peer:.2f} ×",
        must=f"≤ {ALONE_MUST:.0f} ×",
        reached=mine / peer <= ALONE_MUST,
        threads=_threads(threads),
    )


def _exact(tally: _Tally) -> str:
    return f"{tally.right / (len(TARGETS) * tally.messages):.0%}"


def _threads(peer: str) -> str:
    """Return the threads of both, inter × intra: ours as `bot.translation.argos` sets them."""
    return f"ours {min(2, os.cpu_count() or 1)} × 1 in one worker, batches of 16, beam 1; peer {peer}, beam 4"


async def _together(translator: Translator, pairs: Sequence[Pair]) -> tuple[float, list[str]]:
    began = time.perf_counter()
    made = await asyncio.gather(*(_one(translator, text, TARGETS) for text, _ in pairs))
    took = time.perf_counter() - began
    return took, [texts[i] for i in range(len(TARGETS)) for texts in made]


async def _alone(translator: Translator, pairs: Sequence[Pair], tally: _Tally) -> None:
    for text, _ in pairs:
        began = time.perf_counter()
        found = await translator.detect(text, ("en", "es", "pt"), "en")
        await _one(translator, text, TARGETS[:1], found.language)
        tally.each.append(time.perf_counter() - began)


async def _peer(peer: ArgosApi, pairs: Sequence[Pair], tally: _Tally) -> None:
    answers = [await peer.translate([text for text, _ in pairs], "en", target) for target in TARGETS]
    seconds = [second for answer in answers for second in answer.seconds]
    tally.add(pairs, sum(seconds), [text for answer in answers for text in answer.texts])
    tally.each += seconds


async def _one(translator: Translator, text: str, targets: Sequence[str], source: str = "en") -> list[str]:
    made = await translator.translate(text, source, targets)
    if missing := [made[target].flags for target in targets if made[target].engine != "argos"]:
        raise RuntimeError(f"not translated: {missing}")
    return [made[target].text for target in targets]


@asynccontextmanager
async def _translator(models: Path) -> AsyncIterator[Translator]:
    translator = Translator(models, ("argos",))
    try:
        await translator.start()
        await translator.ready()
        await translator.detect("This loads the detector.", ("en", "es"), "en")
        yield translator
    finally:
        await translator.close()
