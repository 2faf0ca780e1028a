"""What is due is done once: after a crash, a jump of the clock, a failure."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.lanes import TryLater
from bot.model.due import Woken
from bot.services.due import MOST_TRIES, DueService, Kind
from bot.store import Store

from .fakes import NOON, ROOM, opened

HOUR = timedelta(hours=1)


class Bell:
    """Rings once for what is due, in the room, and fails as often as it is told to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rung: list[Woken] = []
        self.missed: list[Woken] = []
        self.failures: list[Exception] = []
        self.again: timedelta | None = None

    async def act(self, woken: Woken) -> None:
        """Post something, then fail if that is wanted."""
        await self.store.outbox.add(ROOM, "notice", woken.cause, {}, woken.now)
        if self.failures:
            raise self.failures.pop(0)
        self.rung.append(woken)
        if self.again:
            await self.store.due.plan("bell", woken.due.ref, woken.now + self.again, {"turn": 2})

    async def too_late(self, woken: Woken) -> None:
        """Note what came too late."""
        self.missed.append(woken)

    @property
    def service(self) -> DueService:
        """What wakes it, for an hour after its moment at most."""
        return DueService(self.store, {"bell": Kind(self.act, HOUR, self.too_late)})


@pytest_asyncio.fixture
async def bell(tmp_path: Path) -> AsyncIterator[Bell]:
    async with opened(tmp_path / "liaison.db") as (_database, store):
        yield Bell(store)


async def plan(bell: Bell, ref: str = "A", minutes: int = 10) -> None:
    async with bell.store.transaction():
        await bell.store.due.plan("bell", ref, NOON + timedelta(minutes=minutes), {"turn": 1})


async def posted(bell: Bell) -> int:
    return len(await bell.store.outbox.list_waiting(ROOM))


async def test_it_is_done_at_its_moment_and_once(bell: Bell) -> None:
    await plan(bell)
    assert await bell.service.wake(NOON) == NOON + timedelta(minutes=10)
    assert bell.rung == []
    for minutes in (10, 10, 11, 0, 10):
        await bell.service.wake(NOON + timedelta(minutes=minutes))
    [woken] = bell.rung
    assert woken.due.payload == {"turn": 1} and not woken.late and await posted(bell) == 1


async def test_what_was_missed_is_done_once_in_its_order_and_is_late(bell: Bell) -> None:
    await plan(bell, "B", 20)
    await plan(bell, "A", 10)
    await bell.service.wake(NOON + timedelta(minutes=50))
    assert [woken.due.ref for woken in bell.rung] == ["A", "B"] and all(woken.late for woken in bell.rung)


async def test_what_is_later_than_its_kind_allows_is_missed(bell: Bell) -> None:
    await plan(bell)
    await bell.service.wake(NOON + timedelta(minutes=71))
    assert bell.rung == [] and len(bell.missed) == 1 and await posted(bell) == 0
    await bell.service.wake(NOON + timedelta(minutes=72))
    assert len(bell.missed) == 1


async def test_a_clock_that_jumps_back_wakes_nothing_twice(bell: Bell) -> None:
    await plan(bell)
    bell.again = HOUR
    await bell.service.wake(NOON + timedelta(minutes=10))
    for minutes in (-300, 9, 10, 69):
        await bell.service.wake(NOON + timedelta(minutes=minutes))
    assert len(bell.rung) == 1
    bell.again = None
    await bell.service.wake(NOON + timedelta(minutes=70))
    assert [woken.due.payload["turn"] for woken in bell.rung] == [1, 2]


async def test_what_is_planned_anew_takes_the_place_of_what_was(bell: Bell) -> None:
    await plan(bell, minutes=10)
    await plan(bell, minutes=30)
    await bell.service.wake(NOON + timedelta(minutes=20))
    assert bell.rung == []
    async with bell.store.transaction():
        await bell.store.due.drop("bell", "A")
    await bell.service.wake(NOON + timedelta(minutes=30))
    assert bell.rung == []


async def test_what_is_planned_for_the_same_moment_again_is_done_again(bell: Bell) -> None:
    for rung in (1, 2):
        await plan(bell)
        await bell.service.wake(NOON + HOUR)
        assert len(bell.rung) == rung and await posted(bell) == rung


@pytest.mark.parametrize("failure", [ValueError("no"), TryLater("full")])
async def test_what_fails_is_tried_again_and_keeps_nothing_else_from_being_done(bell: Bell, failure: Exception) -> None:
    await plan(bell, "A", 10)
    await plan(bell, "B", 11)
    bell.failures = [failure]
    await bell.service.wake(NOON + timedelta(minutes=12))
    assert [woken.due.ref for woken in bell.rung] == ["B"] and await posted(bell) == 1
    left = await bell.store.due.find("bell", "A")
    assert left and left.tries == (0 if isinstance(failure, TryLater) else 1), "a full disk is nobody's fault"
    await bell.service.wake(NOON + timedelta(minutes=13))
    assert [woken.due.ref for woken in bell.rung] == ["B", "A"] and await posted(bell) == 2


async def test_what_always_fails_is_given_up(bell: Bell) -> None:
    await plan(bell)
    bell.failures = [ValueError("no") for _i in range(MOST_TRIES)]
    for minute in range(MOST_TRIES):
        assert await bell.store.due.find("bell", "A")
        await bell.service.wake(NOON + timedelta(minutes=10 + minute))
    assert await bell.store.due.find("bell", "A") is None
    await bell.service.wake(NOON + HOUR)
    assert bell.rung == []


KILLED = """
import asyncio, os, signal, sys
from datetime import timedelta
from pathlib import Path
from bot.services.due import DueService, Kind
from tests.fakes import NOON, ROOM, opened

async def main(path, before):
    async with opened(path) as (_database, store):
        async def act(woken):
            await store.outbox.add(ROOM, "notice", woken.cause, {}, woken.now)
            await store.due.plan("bell", "A", woken.now + timedelta(hours=1), {})
            await store.due.next()  # so that all of it is written
            if before:
                os.kill(os.getpid(), signal.SIGKILL)
        async with store.transaction():
            await store.due.plan("bell", "A", NOON, {})
        await DueService(store, {"bell": Kind(act, timedelta(hours=1))}).wake(NOON)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(Path(sys.argv[1]), sys.argv[2] == "before"))
"""


@pytest.mark.parametrize(("moment", "again"), [("before", 1), ("after", 0)])
async def test_a_kill_undoes_all_of_it_or_nothing(tmp_path: Path, moment: str, again: int) -> None:
    path = tmp_path / "liaison.db"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(path), moment)
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
    async with opened(path) as (_database, store):
        bell = Bell(store)
        assert await posted(bell) == 1 - again
        await bell.service.wake(NOON)
        assert len(bell.rung) == again and await posted(bell) == 1
