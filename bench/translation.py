"""200 chat messages from English into Spanish: our pipeline against the Argos API on the same package."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
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
MUST = 10.0
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class _Run:
    """How fast one side was (messages a second), and what share came out word for word as expected."""

    rate: float
    exact: float


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
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        models = messages.install_spanish(Path(name) / "ours")
        apart = messages.install_spanish(Path(name) / "peer")
        async with _translator(models) as ours, _argos_api(apart) as (peer, threads):
            ours_together, theirs, ours_alone = [], [], []
            for _ in range(ROUNDS):
                ours_together.append(await _together(ours))
                theirs.append(await _theirs(peer))
                ours_alone.append(await _alone(ours))
    return [
        _row("together (25 rooms, 8 messages each)", ours_together, theirs, threads, must=True),
        _row("one after the other", ours_alone, theirs, threads, must=False),
    ]


def _row(how: str, ours: Sequence[_Run], theirs: Sequence[_Run], threads: str, *, must: bool) -> Row:
    rate, peer = (statistics.median(run.rate for run in runs) for runs in (ours, theirs))
    ratio = rate / peer
    return Row(
        what=f"{COUNT} chat messages en→es, {how}; peer: Argos API, one after the other",
        ours=f"{rate:.0f} messages/s ({ours[-1].exact:.0%} as expected)",
        peer=f"{peer:.1f} messages/s ({theirs[-1].exact:.0%} as expected)",
        ratio=f"{ratio:.1f} ×",
        must=f"≥ {MUST:.0f} ×" if must else "",
        reached=ratio >= MUST if must else None,
        threads=f"ours {min(2, os.cpu_count() or 1)} × 1 in one worker, batches of 16, beam 1; peer {threads}, beam 4",
    )


async def _together(translator: Translator) -> _Run:
    began = time.perf_counter()
    made = await asyncio.gather(*(_one(translator, text) for text in messages.english(COUNT)))
    return _run(time.perf_counter() - began, made)


async def _alone(translator: Translator) -> _Run:
    began = time.perf_counter()
    made = [await _one(translator, text) for text in messages.english(COUNT)]
    return _run(time.perf_counter() - began, made)


async def _theirs(peer: _ArgosApi) -> _Run:
    return _run(*await peer.translate(messages.english(COUNT)))


async def _one(translator: Translator, text: str) -> str:
    made = (await translator.translate(text, "en", ["es"]))["es"]
    if made.engine != "argos":
        raise RuntimeError(f"not translated: {made.flags}")
    return made.text


def _run(seconds: float, made: Sequence[str]) -> _Run:
    expected = [target for _, target in messages.pairs(COUNT)]
    return _Run(COUNT / seconds, sum(a == b for a, b in zip(made, expected, strict=True)) / COUNT)


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
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARGOS_", "OMP_", "CT2_"))}
    homes = {f"XDG_{kind}_HOME": str(models / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE")}
    return kept | homes | {"ARGOS_PACKAGES_DIR": str(models / "argos")}
