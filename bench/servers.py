"""Several LibreTranslate servers behind the bot against the one worker of this machine, and one of them killed.

The servers are real, and on this machine too: what a second one brings is bounded by its cores. So how far servers
elsewhere carry is told by the processor time that a message costs the bot itself (`bench.share`).
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench import messages, share
from bench.memory import resident
from bench.row import Row, milliseconds, percentile
from bot.translation import Translator
from bot.translation.libretranslate import Server as Known
from tests.libretranslate.load import Burst, burst, failover, translating
from tests.libretranslate.server import PYTHON, Server, libretranslate
from tests.translation.conftest import SPANISH

COUNT = 400
TURNS = 3
WORKER, ONE, TWO = "the worker here", "one server", "two servers"

PACE = 20.0
"""Messages a second while one of two servers goes and comes back: a fraction of what one does."""

SECONDS = 40.0
GOES, BACK = 5.0, 12.0
"""Seconds after the first message at which one server is killed, and another one started in its place."""

LONGEST_WAIT = 1.0
MISSING = "environment missing: make .venv-libretranslate/.ready"


@dataclass(frozen=True, slots=True)
class _Back:
    """When one server was killed and its successor was ready and used, in seconds after the first message."""

    killed: float
    ready: float
    used: float


async def measure() -> list[Row]:
    """Return the rows of throughput, failover, memory, and of what a message costs the bot itself."""
    if not PYTHON.exists():
        return [Row("LibreTranslate servers behind the bot", MISSING)]
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            # One after the other: two that load at once starve each other.
            one, other = [await stack.enter_async_context(_server(folder, each)) for each in ("one", "other")]
            rows = await _throughput(folder, [one, other])
            rows.append(_memory([one, other]))
            rows.append(await _paced(stack, folder, one, other))
            rows.append(await _killed(folder, other, await stack.enter_async_context(_server(folder, "third"))))
        async with _server(folder, "last") as alone:
            return [*rows, await share.measure(alone.url)]


@asynccontextmanager
async def _server(folder: Path, name: str, port: int = 0) -> AsyncIterator[Server]:
    own = folder / name
    own.mkdir()
    async with libretranslate(own, SPANISH, port=port) as server:
        yield server


def _nothing(folder: Path) -> Path:
    """Return a folder without a model."""
    (folder / "nothing").mkdir(exist_ok=True)
    return folder / "nothing"


async def _throughput(folder: Path, servers: Sequence[Server]) -> list[Row]:
    """Have the same messages translated by the worker, by one server and by both, in turns."""
    texts = messages.english(COUNT)
    bursts: dict[str, list[Burst]] = {WORKER: [], ONE: [], TWO: []}
    urls, models = [server.url for server in servers], messages.install_spanish(folder / "models")
    async with (
        translating([], models, ("argos",)) as worker,
        translating(urls[:1], _nothing(folder)) as one,
        translating(urls, _nothing(folder)) as two,
    ):
        await worker.ready()
        for translator in (one, two):
            await burst(translator, texts[:50])  # the servers load their models with the first text
        for _ in range(TURNS):
            for name, translator in ((WORKER, worker), (ONE, one), (TWO, two)):
                bursts[name].append(await burst(translator, texts))
    if lost := sum(seen.lost for each in bursts.values() for seen in each):
        raise RuntimeError(f"{lost} messages were not translated")
    return [_throughput_row(name, bursts) for name in (ONE, TWO)]


def _throughput_row(name: str, bursts: dict[str, list[Burst]]) -> Row:
    ours, peer = _rate(bursts[name]), _rate(bursts[WORKER])
    processor = sum(seen.processor for seen in bursts[name]) / (COUNT * TURNS)
    cores = os.cpu_count()
    beside = f", {ours / _rate(bursts[ONE]):.2f} × one" if name == TWO else ""
    return Row(
        what=f"{COUNT} chat messages en→es at once by {name} (LibreTranslate) on the same {cores} cores;"
        f" peer: {WORKER}; {TURNS} times in turns",
        ours=f"{ours:.0f} messages/s{beside} (of the bot's own process {milliseconds(processor)} a message)",
        peer=f"{peer:.0f} messages/s",
        ratio=f"{ours / peer:.2f} ×",
        threads="ours as LibreTranslate sets them, OpenMP 1, beam 4; peer 2 × 1, batches of 16, beam 1",
    )


def _rate(bursts: Sequence[Burst]) -> float:
    return COUNT * len(bursts) / sum(max(seen.done) for seen in bursts)


def _memory(servers: Sequence[Server]) -> Row:
    each = statistics.mean(resident(server.process.pid) for server in servers)
    return Row("Memory of a LibreTranslate server (RSS), the two Spanish pairs loaded", f"{each:.0f} MiB")


async def _paced(stack: AsyncExitStack, folder: Path, one: Server, other: Server) -> Row:
    """Kill *other* while messages come at a pace, start another in its place, and see when it is used again."""
    number = round(PACE * SECONDS)
    found: list[_Back] = []
    async with translating([one.url, other.url], _nothing(folder)) as translator:

        async def meanwhile(_seen: Burst) -> None:
            found.append(await _goes_and_comes(stack, folder, translator, other))

        seen = await burst(translator, messages.english(number), 1 / PACE, meanwhile)
    [back] = found
    waits = dict(zip(seen.done, seen.waits, strict=True))
    before = [wait for done, wait in waits.items() if done < back.killed]
    gone = [wait for done, wait in waits.items() if back.killed <= done < back.used]
    used = f"{back.used - back.ready:.1f} s after it was ready" if back.used < SECONDS else "not used again"
    return Row(
        what=f"{number} messages at {PACE:.0f} a second by two servers, one killed after {GOES:.0f} s and another"
        f" started in its place after {BACK:.0f} s; longest wait of a message while it was gone; peer: before",
        ours=f"{seen.lost} lost; {milliseconds(max(gone))} (p50 {milliseconds(percentile(gone, 0.5))});"
        f" used again {used}, gone for {back.ready - back.killed:.0f} s",
        peer=f"{milliseconds(max(before))} (p50 {milliseconds(percentile(before, 0.5))})",
        must=f"none lost, ≤ {LONGEST_WAIT:.0f} s, used again",
        reached=not seen.lost and max(gone) <= LONGEST_WAIT and back.used < SECONDS,
    )


async def _goes_and_comes(stack: AsyncExitStack, folder: Path, translator: Translator, victim: Server) -> _Back:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(GOES)
    await victim.kill()
    killed = loop.time() - began
    await asyncio.sleep(BACK - killed)
    again = await stack.enter_async_context(_server(folder, "again", urlsplit(victim.url).port or 0))
    ready = loop.time() - began
    known = next(server for server in translator.servers if server.url == again.url)
    await _used(known, began + SECONDS)
    return _Back(killed, ready, loop.time() - began)


async def _used(server: Known, until: float) -> None:
    """Return once *server* has a text to translate, or when the loop's clock says *until*."""
    loop = asyncio.get_running_loop()
    while not server.busy and loop.time() < until:
        await asyncio.sleep(0.002)


async def _killed(folder: Path, other: Server, victim: Server) -> Row:
    """Kill one of two servers at full load."""
    async with translating([other.url, victim.url], _nothing(folder)) as translator:
        await burst(translator, messages.english(50))
        seen = await failover(translator, messages.english(COUNT), victim)
    silence = seen.burst.silence(seen.killed)
    return Row(
        what=f"{COUNT} messages at once by two servers, one killed once a quarter of them is translated",
        ours=f"{seen.burst.lost} of the {seen.under_way} under way lost; longest silence {milliseconds(silence)};"
        f" all translated {max(seen.burst.done) - seen.killed:.1f} s later",
        must=f"none lost, silence ≤ {LONGEST_WAIT:.0f} s",
        reached=not seen.burst.lost and silence <= LONGEST_WAIT,
    )
