"""The peer of the translation rows: Argos's own API, in a process of its own (`bench.argos_api`)."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the peer made of texts, and the seconds that each took (the pipe not counted)."""

    texts: list[str]
    seconds: list[float]


class ArgosApi:
    """The peer's process. `threads` are those that it uses, as Argos sets them by itself."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Keep the process."""
        self._process = process
        self.threads = ""

    async def hello(self) -> None:
        """Wait until it is there."""
        hello = await self._answer()
        intra = hello["intra"] or f"{min(4, os.cpu_count() or 1)} (its default: all cores, 4 at the most)"
        self.threads = f"{hello['inter']} × {intra}"

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Answer:
        """Return the translations of *texts*, one after the other."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([list(texts), source, target]).encode() + b"\n")
        await self._process.stdin.drain()
        answer = await self._answer()
        return Answer(list(answer["texts"]), list(answer["seconds"]))

    async def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        async with asyncio.timeout(_PATIENCE):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the Argos API's process ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def argos_api(models: Path, *pairs: tuple[str, str]) -> AsyncIterator[ArgosApi]:
    """Give the peer with the packages under *models*, those of *pairs* loaded."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.argos_api"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(models),
        limit=1024 * 1024,
    )
    try:
        peer = ArgosApi(process)
        await peer.hello()
        for source, target in pairs:
            await peer.translate(["Ready."], source, target)
        yield peer
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _environment(models: Path) -> dict[str, str]:
    """Return variables that lead Argos to *models* and leave all its settings, threads too, as they come."""
    ours = ("ARGOS_", "OMP_", "CT2_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    homes = {f"XDG_{kind}_HOME": str(models / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE")}
    return kept | homes | {"ARGOS_PACKAGES_DIR": str(models / "argos")}
