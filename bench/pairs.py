"""Resident memory of the worker with more and more pairs of languages loaded, and how much of it each takes.

They are copies of one model under other codes: each is loaded by itself, as pairs of different languages are.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import messages
from bench.memory import child_of, resident
from bench.row import Row
from bot.translation import Translator
from bot.translation.models import RECORD, scan

HUB = "en"
OTHERS = ("pt", "es", "fr", "de", "it", "pl", "ro", "el", "uk", "tr", "ar")
COUNTS = (2, 6, 22)
"""Pairs: of two languages, of four and of twelve, each to English and back."""


async def measure() -> list[Row]:
    """Return a row for each engine."""
    rows = []
    for engine, model in (("bergamot", "copies of the starter pair"), ("argos", "copies of the small Spanish model")):
        with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
            source = _source(Path(name) / "source", engine)
            size = sum(file.stat().st_size for file in source.rglob("*") if file.is_file()) / 2**20
            found = [await _resident(Path(name) / str(count), engine, source, count) for count in (0, *COUNTS)]
        shown = ", ".join(f"{count}: {mib:.0f} MiB" for count, mib in zip(COUNTS, found[1:], strict=True))
        each = (found[-1] - found[1]) / (COUNTS[-1] - COUNTS[0])
        rows.append(
            Row(
                what=f"Memory of the worker (RSS) by the pairs that it has loaded, {engine}, {model} ({size:.1f} MiB of"
                " files each)",
                ours=f"{shown}; {each:.0f} MiB a pair; {found[0]:.0f} MiB without any",
            )
        )
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


async def _resident(models: Path, engine: str, source: Path, count: int) -> float:
    """Return the memory, in MiB, of a worker that has loaded *count* pairs."""
    ways = [way for other in OTHERS for way in ((HUB, other), (other, HUB))][:count]
    for way in ways:
        _copy(models, engine, source, way)
    translator = Translator(models, (engine,))
    try:
        await translator.start()
        if broken := await translator.ready(ways):
            raise RuntimeError(f"cannot be used: {broken}")
        return resident(child_of(os.getpid()))
    finally:
        await translator.close()
