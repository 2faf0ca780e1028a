"""Drafts of handovers where many incidents are open, against a tenth: the service over an encrypted database."""

from __future__ import annotations

import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bench.row import Row, milliseconds, percentile
from bot.model.handover import State
from bot.model.incident import Declaration, Severity, Words
from bot.model.person import LanguageCode
from bot.model.shift import DutyPost
from bot.model.told import Told
from tests.fakes import ROOM, configuration
from tests.world import Person, World

MANY, FEW = 200, 20
WARM_UP, COUNT = 5, 60
RATIO, AIM = 3.0, 0.3


@dataclass(slots=True)
class Bench:
    """A post with so many open incidents, and two people who hand it over to each other."""

    world: World
    people: list[Person]
    post: DutyPost
    number: int = 0

    def told(self) -> Told:
        """Return that something is told now."""
        self.number += 1
        self.world.clock.at += timedelta(minutes=1)
        now = self.world.clock.now()
        return Told(ROOM, f"$bench{self.number}", now, now, now)

    async def drafted(self) -> float:
        """Let a draft be built; return the seconds. That it is accepted is not counted."""
        services, outgoing, incoming = self.world.services, *self.people
        actor = await services.person.actor(outgoing.user_id, ROOM)
        began = time.perf_counter()
        async with self.world.store.transaction():
            sheet = await services.handover.start(actor, self.told(), self.post, incoming.user_id)
        took = time.perf_counter() - began
        assert len(sheet.items) in (MANY, FEW)
        now = self.world.clock.now()
        async with self.world.store.transaction():
            ended = replace(sheet.handover, state=State.ACCEPTED, ended_at=now)
            await self.world.store.handover.save(ended, "{}")
            await services.shift.begin_watch(actor, self.post, incoming.user_id, now, ended.ref)
        self.people.reverse()
        return took


async def measure() -> list[Row]:
    """Return what a draft takes with many open incidents, and with few."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="liaison-bench-")))
        made = [await _made(stack, folder / f"{count}.db", count) for count in (FEW, MANY)]
        seconds: list[list[float]] = [[], []]
        for number in range(WARM_UP + COUNT):
            for at in (0, 1) if number % 2 else (1, 0):
                took = await made[at].drafted()
                if number >= WARM_UP:
                    seconds[at].append(took)
    less, more = (percentile(one, 0.95) for one in seconds)
    ratio = more / less
    return [
        Row(
            what=f"`handover start`, the draft with {MANY} open incidents, p95 of {COUNT}; peer: with {FEW}",
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
    people = [world.person("lead"), world.person("chief")]
    world.current.now = configuration(roles={"lead": [one.user_id for one in people]})
    actor = await world.services.person.actor(people[0].user_id, ROOM)
    now = world.clock.now()
    async with world.store.transaction():
        post = await world.services.shift.add_post(actor, Told(ROOM, "$post", now, now, now), "gate", None, None)
    found = Bench(world, people, post)
    for number in range(count):
        words = Words(f"Incident {number} at the fence", LanguageCode("en"))
        async with world.store.transaction():
            said = Declaration(words, severity=[*Severity][number % len(Severity)])
            await world.services.incident.declare(actor, found.told(), said)
    return found
