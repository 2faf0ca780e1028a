"""Reminders that are due, found among those of many briefings, against few: the service over an encrypted database."""

from __future__ import annotations

import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.row import Row, milliseconds, percentile
from bot.model.briefing import Briefing
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference
from tests.fakes import BOT, configuration
from tests.world import World

MANY, FEW = 10_000, 100
PARTICIPANTS, IN_A_ROOM = 50, 100
COUNT = 90
RATIO, AIM = 2.0, 0.02
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Bench:
    """A world with so many briefings, one of which is due each minute from *now* on."""

    world: World
    now: datetime

    async def found(self) -> float:
        """Find what is due within the next minute; return the seconds. That it is done is not counted."""
        self.now += MINUTE
        began = time.perf_counter()
        rows = await self.world.store.due.list_until(self.now)
        took = time.perf_counter() - began
        assert len(rows) == 1
        async with self.world.store.transaction():
            await self.world.store.due.end(rows[0], "done")
        return took


async def measure() -> list[Row]:
    """Return what it takes to find what is due among many briefings, and among few."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="liaison-bench-")))
        made = [await _made(stack, folder / f"{count}.db", count) for count in (FEW, MANY)]
        seconds: list[list[float]] = [[], []]
        for number in range(COUNT):
            for at in (0, 1) if number % 2 else (1, 0):
                seconds[at].append(await made[at].found())
    less, more = (percentile(one, 0.95) for one in seconds)
    ratio = more / less
    return [
        Row(
            what=f"reminders due among {MANY:,} briefings of {PARTICIPANTS} people, p95 of {COUNT}; peer: among {FEW}",
            ours=f"{milliseconds(more)} (p50 {milliseconds(percentile(seconds[1], 0.5))})",
            peer=f"{milliseconds(less)} (p50 {milliseconds(percentile(seconds[0], 0.5))})",
            ratio=f"{ratio:.2f} ×",
            must=f"≤ {RATIO:.0f} ×, ≤ {milliseconds(AIM)}",
            reached=ratio <= RATIO and more <= AIM,
            threads="1 and SQLite's 3",
        )
    ]


async def _made(stack: AsyncExitStack, path: Path, count: int) -> Bench:
    world = World(path, configuration())
    await world.start()
    stack.push_async_callback(world.stop)
    now = world.clock.now()
    people = [UserId(BOT), *(UserId(f"@p{number}:example.org") for number in range(PARTICIPANTS))]
    async with world.store.transaction():
        for number in range(count):
            room = f"!room{number // IN_A_ROOM}:example.org"
            world.rooms.joined.setdefault(room, people)
            begins = now + timedelta(days=2) + (number + 1) * MINUTE
            briefing = Briefing(
                Reference(f"BRAVO-{number:05}"), "Brief", LanguageCode("en"), room, people[1], None,
                begins.replace(tzinfo=None), Zone("UTC"), timedelta(minutes=30), None, now,
            )  # fmt: skip
            await world.store.briefing.save(briefing)
            await world.services.briefing.plan(briefing, now)
    # Each is reminded of a day before.
    return Bench(world, now + timedelta(days=1))
