"""How late the event loop wakes up while the translation worker is at full load."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import messages
from bench.row import Row, milliseconds, percentile
from bot.translation import Translator

TICK = 0.001
"""Seconds between two looks at the clock."""

SECONDS = 10.0
IN_FLIGHT = 64
"""Messages under way at once: 8 rooms with a read-ahead of 8."""

MUST = 0.010


@dataclass(frozen=True, slots=True)
class Ticks:
    """How late each tick came, and how long the loop's own code ran since the one before, in seconds."""

    delays: list[float]
    work: list[float]


@dataclass(frozen=True, slots=True)
class _Load:
    """One engine under load: the loop's ticks, and how many messages were translated."""

    ticks: Ticks
    translated: int


async def measure() -> list[Row]:
    """Return a row for each engine; its peer is the same loop with nothing to do."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        models = messages.install_spanish(Path(name))
        rows = []
        for engine, target in (("argos", "es"), ("bergamot", "pt")):
            idle = await ticks(2.0)
            load = await _under_load(models, engine, target)
            rows.append(_row(engine, target, idle, load))
    return rows


def _row(engine: str, target: str, idle: Ticks, load: _Load) -> Row:
    delays = load.ticks.delays
    ours, peer = percentile(delays, 0.99), percentile(idle.delays, 0.99)
    rate = load.translated / SECONDS
    return Row(
        what=f"Event loop lag p99, {engine} en→{target}, {IN_FLIGHT} messages under way; peer: idle loop",
        ours=f"{milliseconds(ours)} (p50 {milliseconds(percentile(delays, 0.5))},"
        f" max {milliseconds(max(delays))}; of our own making p99"
        f" {milliseconds(percentile(load.ticks.work, 0.99))}; {rate:.0f} messages/s)",
        peer=milliseconds(peer),
        must=f"≤ {milliseconds(MUST)}",
        reached=ours <= MUST,
        threads="1 in the bot, the worker apart",
    )


async def ticks(seconds: float) -> Ticks:
    """Look at the clock at every tick, for that long."""
    loop = asyncio.get_running_loop()
    seen = Ticks([], [])
    now = loop.time()
    end = now + seconds
    while now < end:
        due, worked = now + TICK, time.thread_time()
        await asyncio.sleep(TICK)
        now = loop.time()
        seen.delays.append(now - due)
        seen.work.append(time.thread_time() - worked)
    return seen


async def _under_load(models: Path, engine: str, target: str) -> _Load:
    translator = Translator(models, (engine,))
    try:
        await translator.start()
        if broken := await translator.ready([("en", target)]):
            raise RuntimeError(f"{engine} cannot be used: {broken}")
        translated = 0

        async def room(texts: Iterator[str]) -> None:
            nonlocal translated
            for text in texts:
                made = (await translator.translate(text, "en", [target]))[target]
                translated += made.engine == engine

        texts = itertools.cycle(messages.english(200))
        work = [asyncio.create_task(room(texts)) for _ in range(IN_FLIGHT)]
        try:
            await asyncio.sleep(1.0)  # the first burst is not the load
            translated = 0
            return _Load(await ticks(SECONDS), translated)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
    finally:
        await translator.close()
