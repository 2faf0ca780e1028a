"""The worker with more and more pairs of languages: memory, and what it does when all of them are asked in turn.

They are copies of one model under other codes: each is loaded by itself, as pairs of different languages are.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import messages
from bench.memory import child_of, resident
from bench.row import Row
from bot.translation import Translator
from bot.translation.engine import Pair
from bot.translation.models import RECORD, scan

HUB = "en"
OTHERS = ("pt", "es", "fr", "de", "it", "pl", "ro", "el", "uk", "tr", "ar")
COUNTS = (2, 6, 22)
"""Pairs: of two languages, of four and of twelve, each to English and back."""

SEGMENTS = 220
MUST = 0.3
"""Each pair has smaller batches, the more there are; models loaded anew for each batch would make it 0.06."""


async def measure() -> list[Row]:
    """Return two rows for each engine: memory, and segments a second when all pairs are asked in turn."""
    rows = []
    for engine, model in (("bergamot", "copies of the starter pair"), ("argos", "copies of the small Spanish model")):
        with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
            source = _source(Path(name) / "source", engine)
            size = sum(file.stat().st_size for file in source.rglob("*") if file.is_file()) / 2**20
            found = [await _loaded(Path(name) / str(count), engine, source, count) for count in COUNTS]
        each = (found[-1].mib - found[0].mib) / (COUNTS[-1] - COUNTS[0])
        what = f"by the pairs that it has loaded, {engine}, {model} ({size:.1f} MiB of files each)"
        memory = ", ".join(f"{count}: {one.mib:.0f} MiB" for count, one in zip(COUNTS, found, strict=True))
        rates = ", ".join(f"{count}: {one.rate:.0f}" for count, one in zip(COUNTS, found, strict=True))
        ratio = found[-1].rate / found[0].rate
        rows += [
            Row(f"RSS of the worker {what}", f"{memory}; {each:.1f} MiB a pair"),
            Row(
                what=f"Segments a second, {SEGMENTS} at once, all pairs in turn, {what}; peer: {COUNTS[0]} pairs",
                ours=rates,
                peer=f"{found[0].rate:.0f}",
                ratio=f"{ratio:.2f} ×",
                must=f"≥ {MUST} ×",
                reached=ratio >= MUST,
            ),
        ]
    return rows


def _source(folder: Path, engine: str) -> Path:
    if engine == "argos":
        messages.install_spanish(folder)
    return next(pair.path for pair in scan(folder, (engine,)).pairs if pair.source == HUB)


def _copy(models: Path, engine: str, source: Path, way: tuple[str, str]) -> None:
    """Put the model in *source* where the pair *way* is looked for."""
    if engine == "bergamot":
        shutil.copytree(source, models / engine / "-".join(way))
        return
    place = shutil.copytree(source, models / engine / f"translate-{'_'.join(way)}-1_0", ignore=_records)
    metadata = place / "metadata.json"
    codes = {"from_code": way[0], "to_code": way[1]}
    metadata.write_text(json.dumps(json.loads(metadata.read_text("utf-8")) | codes), "utf-8")


def _records(_folder: object, names: Sequence[str]) -> list[str]:
    """Return what says that a folder is as it was installed: it would be refused."""
    return [name for name in names if name == RECORD]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A worker with its pairs: its memory in MiB, and segments a second."""

    mib: float
    rate: float


async def _loaded(models: Path, engine: str, source: Path, count: int) -> _Loaded:
    """Return what a worker with *count* pairs takes and does."""
    ways = [way for other in OTHERS for way in ((HUB, other), (other, HUB))][:count]
    for way in ways:
        _copy(models, engine, source, way)
    translator = Translator(models, (engine,))
    try:
        await translator.start()
        if broken := await translator.ready(ways):
            raise RuntimeError(f"cannot be used: {broken}")
        pairs = [pair for pair in translator.pool.pairs if (pair.source, pair.target) in ways]
        await _all(translator, pairs)  # the first round finds the size of a batch
        began = time.perf_counter()
        await _all(translator, pairs)
        rate = SEGMENTS / (time.perf_counter() - began)
        return _Loaded(resident(child_of(os.getpid())), rate)
    finally:
        await translator.close()


async def _all(translator: Translator, pairs: Sequence[Pair]) -> None:
    pool = translator.pool
    asked = zip(itertools.cycle(pairs), messages.english(SEGMENTS), strict=False)
    await asyncio.gather(*(pool.translate(pool.caller(), pair, text) for pair, text in asked))
