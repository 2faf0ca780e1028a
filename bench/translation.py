"""200 chat messages from English into Spanish: our pipeline against the Argos API on the same package."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import messages
from bench.row import Row
from bot.translation import Translator

COUNT = 200
ROUNDS = 3
SLICE = 50
"""Messages that the peer is given in one turn."""

MUST = 10.0
_PATIENCE = 120.0


Pair = tuple[str, str]
"""A message and the translation that is expected."""


@dataclass(slots=True)
class _Tally:
    """What one side has done so far."""

    seconds: float = 0.0
    messages: int = 0
    right: int = 0

    def add(self, pairs: Sequence[Pair], seconds: float, made: Sequence[str]) -> None:
        """Count one turn, in which *pairs* took *seconds* and came out as *made*."""
        self.seconds += seconds
        self.messages += len(pairs)
        self.right += sum(text == expected for text, (_, expected) in zip(made, pairs, strict=True))

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def exact(self) -> float:
        """The share that came out word for word as expected."""
        return self.right / self.messages


class _ArgosApi:
    """The peer's process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def answer(self) -> dict[str, Any]:
        """Return the peer's next line."""
        assert self._process.stdout
        async with asyncio.timeout(_PATIENCE):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the Argos API's process ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def translate(self, texts: Sequence[str]) -> tuple[float, list[str]]:
        """Return the seconds that *texts* took, and their translations."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(list(texts)).encode() + b"\n")
        await self._process.stdin.drain()
        answer = await self.answer()
        return float(answer["seconds"]), list(answer["texts"])


async def measure() -> list[Row]:
    """Return the row at full load, and the one of a message at a time."""
    together, alone, theirs = _Tally(), _Tally(), _Tally()
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        models = messages.install_spanish(Path(name) / "ours")
        apart = messages.install_spanish(Path(name) / "peer")
        async with _translator(models) as ours, _argos_api(apart) as (peer, threads):
            # In short turns, so that whatever else the machine does meets both sides alike.
            for start in range(0, ROUNDS * COUNT, SLICE):
                pairs = messages.pairs(COUNT)
                part = pairs[start % COUNT :][:SLICE]
                together.add(pairs, *await _together(ours, pairs))
                theirs.add(part, *await peer.translate([text for text, _ in part]))
                alone.add(part, *await _alone(ours, part))
    return [
        _row("together (25 rooms, 8 messages each)", together, theirs, threads, must=True),
        _row("one after the other", alone, theirs, threads, must=False),
    ]


def _row(how: str, ours: _Tally, theirs: _Tally, threads: str, *, must: bool) -> Row:
    ratio = ours.rate / theirs.rate
    return Row(
        what=f"{COUNT} chat messages en→es, {how}; peer: Argos API, one after the other",
        ours=f"{ours.rate:.0f} messages/s ({ours.exact:.0%} as expected)",
        peer=f"{theirs.rate:.1f} messages/s ({theirs.exact:.0%} as expected)",
        ratio=f"{ratio:.1f} ×",
        must=f"≥ {MUST:.0f} ×" if must else "",
        reached=ratio >= MUST if must else None,
        threads=f"ours {_threads()} in one worker, batches of 16, beam 1; peer {threads}, beam 4",
    )


def _threads() -> str:
    """Return the worker's threads, inter × intra, as `bot.translation.argos` sets them."""
    return f"{min(2, os.cpu_count() or 1)} × 1"


async def _together(translator: Translator, pairs: Sequence[Pair]) -> tuple[float, list[str]]:
    began = time.perf_counter()
    made = await asyncio.gather(*(_one(translator, text) for text, _ in pairs))
    return time.perf_counter() - began, made


async def _alone(translator: Translator, pairs: Sequence[Pair]) -> tuple[float, list[str]]:
    began = time.perf_counter()
    made = [await _one(translator, text) for text, _ in pairs]
    return time.perf_counter() - began, made


async def _one(translator: Translator, text: str) -> str:
    made = (await translator.translate(text, "en", ["es"]))["es"]
    if made.engine != "argos":
        raise RuntimeError(f"not translated: {made.flags}")
    return made.text


@asynccontextmanager
async def _translator(models: Path) -> AsyncIterator[Translator]:
    translator = Translator(models, ("argos",))
    try:
        await translator.start()
        await translator.ready([("en", "es")])
        yield translator
    finally:
        await translator.close()


@asynccontextmanager
async def _argos_api(models: Path) -> AsyncIterator[tuple[_ArgosApi, str]]:
    """Give the peer, its model loaded, and the threads that it uses: as Argos sets them by itself."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.argos_api"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_peer_environment(models),
        limit=1024 * 1024,
    )
    try:
        peer = _ArgosApi(process)
        hello = await peer.answer()
        intra = hello["intra"] or f"{min(4, os.cpu_count() or 1)} (its default: all cores, 4 at the most)"
        yield peer, f"{hello['inter']} × {intra}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _peer_environment(models: Path) -> dict[str, str]:
    """Return variables that lead Argos to *models* and leave all its settings, threads too, as they come."""
    ours = ("ARGOS_", "OMP_", "CT2_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    homes = {f"XDG_{kind}_HOME": str(models / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE")}
    return kept | homes | {"ARGOS_PACKAGES_DIR": str(models / "argos")}
