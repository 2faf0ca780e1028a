"""Lanes: in order within a room, parallel across rooms, no call lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import pytest

from bot.lanes import Lanes, TryLater


@asynccontextmanager
async def running(work: Callable[[str], Awaitable[None]], rooms: Iterable[str] = ()) -> AsyncIterator[Lanes]:
    lanes = Lanes("test", work)
    task = asyncio.create_task(lanes.run(rooms))
    try:
        yield lanes
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_room_is_worked_on_by_one_at_a_time_and_others_do_not_wait() -> None:
    begun: list[str] = []
    gates = {"a": asyncio.Event(), "b": asyncio.Event()}

    async def work(room: str) -> None:
        begun.append(room)
        await gates[room].wait()

    async with running(work, ["a"]) as lanes:
        await settled()
        lanes.wake("a")
        lanes.wake("b")
        await settled()
        assert begun == ["a", "b"], "b runs beside a, and a second a waits for the first"
        gates["a"].set()
        await settled()
        assert begun == ["a", "b", "a"]


async def test_a_call_during_the_work_is_not_lost_and_many_are_one() -> None:
    begun = 0
    gate = asyncio.Event()

    async def work(room: str) -> None:
        nonlocal begun
        begun += 1
        await gate.wait()

    async with running(work) as lanes:
        lanes.wake("a")
        await settled()
        for _ in range(5):
            lanes.wake("a")
        gate.set()
        await settled()
        assert begun == 2


async def test_calls_before_the_start_are_answered_after_it() -> None:
    done: list[str] = []

    async def work(room: str) -> None:
        done.append(room)

    lanes = Lanes("test", work)
    lanes.wake("early")
    lanes.wake("both")
    await settled()
    assert done == []
    task = asyncio.create_task(lanes.run(["both", "given"]))
    await settled()
    assert sorted(done) == ["both", "early", "given"]
    lanes.wake("early")
    await settled()
    assert done[-1] == "early"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_an_error_of_the_work_ends_everything() -> None:
    async def work(room: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(BaseExceptionGroup) as ended:
        async with asyncio.timeout(1):
            await Lanes("test", work).run(["a", "b"])
    assert ended.group_contains(ZeroDivisionError)


async def test_an_end_cancels_the_work() -> None:
    cancelled: list[str] = []

    async def work(room: str) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(room)
            raise

    async with running(work, ["a", "b"]):
        await settled()
    assert sorted(cancelled) == ["a", "b"]


async def test_what_cannot_be_done_now_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.lanes.AGAIN_SECONDS", 0.0)
    tries: list[str] = []

    async def work(room: str) -> None:
        tries.append(room)
        if len(tries) < 3:
            raise TryLater("the disk is full")

    async with running(work, ["a"]):
        await settled()
    assert tries == ["a"] * 3


async def test_a_room_with_nothing_to_do_costs_nothing() -> None:
    done: list[str] = []

    async def work(room: str) -> None:
        done.append(room)

    async with running(work) as lanes:
        await settled()
        before = len(asyncio.all_tasks())
        for number in range(100):
            lanes.wake(f"!{number}")
        await settled()
        assert (len(done), len(asyncio.all_tasks())) == (100, before)
        lanes.wake("!7")
        await settled()
        assert done[100:] == ["!7"]


async def test_they_rest_once_no_room_has_anything_to_do() -> None:
    gates = {"a": asyncio.Event(), "b": asyncio.Event()}

    async def work(room: str) -> None:
        await gates[room].wait()

    async with running(work) as lanes:
        await lanes.rest()
        lanes.wake("a")
        lanes.wake("b")
        resting = asyncio.create_task(lanes.rest())
        await settled()
        gates["a"].set()
        await settled()
        assert not resting.done()
        gates["b"].set()
        await settled()
        assert resting.done()
