"""What happens by the clock, over a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.model.due import Woken
from bot.model.room import RoomSettings, Use
from bot.scheduler import CHECKPOINT_EVERY, LOOK_EVERY, Scheduler
from bot.services.due import DueService, Kind
from bot.services.retention import RetentionService

from .fakes import NOON, ROOM, FakeClock
from .world import World
from .world import world as world


class NoKeys:
    """Holds no room keys."""

    def forget(self, session_ids: Sequence[str]) -> None:
        """Do nothing."""


async def write(world: World) -> None:
    async with world.store.transaction():
        await world.services.audit.append("incident.note", None, None, {}, NOON)


async def signed(world: World, size: int) -> None:
    """Wait until a checkpoint of *size* is there."""
    async with asyncio.timeout(5):
        while (last := await world.services.audit.last()) is None or last.size < size:
            await asyncio.sleep(0.01)


async def test_checkpoints_are_cut_at_the_start_and_every_ten_minutes(world: World, tmp_path: Path) -> None:
    audit, services = world.services.audit, world.services
    await audit.begin(NOON)
    await write(world)
    world.person("vera")
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(use=Use.AUDIT), NOON)
    # By this clock, what is planned for ten minutes from now is due a second from now.
    clock = FakeClock(datetime.now(UTC) - CHECKPOINT_EVERY)
    clock.passes(seconds=1)
    retention = RetentionService(world.current, world.store, NoKeys(), world.pulse, world.services.audit)
    running = asyncio.create_task(
        Scheduler(
            retention,
            services.switch,
            audit,
            services.due,
            services.sir,
            services.duress,
            services.exercise,
            services.witness,
            clock,
        ).run()
    )
    await signed(world, 1)
    await write(world)
    assert (last := await audit.last()) and last.size == 1
    await signed(world, 2)
    async with asyncio.timeout(5):
        while await world.store.witness.handed(ROOM) < 2:
            await asyncio.sleep(0.01)
    waiting = await world.store.outbox.list_waiting(ROOM)
    assert [row.payload["record"]["size"] for row in waiting if row.kind == "checkpoint"] == [1, 2], "each is posted"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_log_that_is_broken_stops_nothing_else(world: World) -> None:
    audit, services = world.services.audit, world.services
    await write(world)  # and there is no key
    clock = FakeClock(datetime.now(UTC) - CHECKPOINT_EVERY)
    retention = RetentionService(world.current, world.store, NoKeys(), world.pulse, world.services.audit)
    running = asyncio.create_task(
        Scheduler(
            retention,
            services.switch,
            audit,
            services.due,
            services.sir,
            services.duress,
            services.exercise,
            services.witness,
            clock,
        ).run()
    )
    await asyncio.sleep(0.2)
    assert not running.done() and await audit.last() is None
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_is_planned_is_done_at_its_moment_though_nobody_looks_by_then(world: World) -> None:
    services, store = world.services, world.store
    done: asyncio.Future[Woken] = asyncio.get_running_loop().create_future()

    async def act(woken: Woken) -> None:
        done.set_result(woken)

    due = DueService(store, {"bell": Kind(act, CHECKPOINT_EVERY)})
    retention = RetentionService(world.current, store, NoKeys(), world.pulse, world.services.audit)
    scheduler = Scheduler(
        retention,
        services.switch,
        services.audit,
        due,
        services.sir,
        services.duress,
        services.exercise,
        services.witness,
        SystemClock(),
    )
    store.due.on_planned = scheduler.planned
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(0.2)
    async with store.transaction():
        await store.due.plan("bell", "A", datetime.now(UTC) + timedelta(seconds=0.5), {})
    woken = await asyncio.wait_for(done, LOOK_EVERY.total_seconds() / 2)
    assert woken.delay >= timedelta(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_is_planned_for_now_while_something_is_done_stops_nothing(world: World) -> None:
    """A look that is wanted while one is under way comes after it: none is left out, and there is a next one."""
    services, store = world.services, world.store
    done: list[str] = []

    async def act(woken: Woken) -> None:
        done.append(woken.due.ref)
        if woken.due.ref == "A":
            await store.due.plan("bell", "B", woken.now, {})
        await asyncio.sleep(0.1)

    due = DueService(store, {"bell": Kind(act, CHECKPOINT_EVERY)})
    retention = RetentionService(world.current, store, NoKeys(), world.pulse, world.services.audit)
    scheduler = Scheduler(
        retention,
        services.switch,
        services.audit,
        due,
        services.sir,
        services.duress,
        services.exercise,
        services.witness,
        SystemClock(),
    )
    store.due.on_planned = scheduler.planned
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(0.2)
    for ref in ("A", "C"):
        async with store.transaction():
            await store.due.plan("bell", ref, datetime.now(UTC), {})
        async with asyncio.timeout(5):
            while ref not in done:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
    assert done == ["A", "B", "C"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_clock_that_is_set_back_by_hours_delays_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is three hours ahead until it is corrected: what was planned by it waits for a moment three hours away."""
    services, store = world.services, world.store
    done: asyncio.Future[Woken] = asyncio.get_running_loop().create_future()

    class Ahead:
        by = timedelta(hours=3)

        def now(self) -> datetime:
            return datetime.now(UTC) + self.by

    async def act(woken: Woken) -> None:
        done.set_result(woken)

    monkeypatch.setattr("bot.scheduler.LOOK_EVERY", timedelta(seconds=0.2))
    due, clock = DueService(store, {"bell": Kind(act, CHECKPOINT_EVERY)}), Ahead()
    retention = RetentionService(world.current, store, NoKeys(), world.pulse, world.services.audit)
    scheduler = Scheduler(
        retention,
        services.switch,
        services.audit,
        due,
        services.sir,
        services.duress,
        services.exercise,
        services.witness,
        clock,
    )
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(0.1)
    clock.by = timedelta(0)
    async with store.transaction():
        await store.due.plan("bell", "A", datetime.now(UTC) + timedelta(seconds=0.5), {})
    woken = await asyncio.wait_for(done, 5)
    assert timedelta(0) <= woken.delay < timedelta(seconds=4)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_exercises_end_and_reports_are_pursued_from_the_start_on(world: World) -> None:
    services, clock = world.services, FakeClock(datetime.now(UTC))
    lead = world.person("lead")
    await lead.says("!exercise start Sea Shield")
    done = []

    async def pursue(now: datetime) -> None:
        done.append(now)
        raise OSError("and its fault stops nothing")

    services.sir.pursue = pursue  # type: ignore[method-assign]
    services.duress.prepare = pursue  # type: ignore[method-assign]
    retention = RetentionService(world.current, world.store, NoKeys(), world.pulse, world.services.audit)
    clock.passes(days=365)
    running = asyncio.create_task(
        Scheduler(
            retention,
            services.switch,
            services.audit,
            services.due,
            services.sir,
            services.duress,
            services.exercise,
            services.witness,
            clock,
        ).run()
    )
    async with asyncio.timeout(5):
        while len(done) < 2 or await world.store.exercise.find(ROOM):
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
