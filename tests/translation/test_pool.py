"""A worker that hangs, crashes or is killed; batches across callers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.model.translation import Failure, Flag
from bot.translation import Translator
from bot.translation import pool as pools
from bot.translation.pool import Pool, Unavailable

FAKE = [sys.executable, str(Path(__file__).parent / "fake_worker.py")]


@asynccontextmanager
async def fake(folder: Path, limit: float = 5.0) -> AsyncIterator[Pool]:
    pool = Pool(folder, ["argos"], limit, FAKE)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


async def one(pool: Pool, text: str) -> str:
    try:
        return (await pool.translate(pool.caller(), pool.pairs[0], text)).text
    except Unavailable as reason:
        return f"unavailable: {reason}"


def batches(folder: Path) -> list[int]:
    lines = (folder / "log").read_text().splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("batch")]


async def test_concurrent_callers_share_batches(tmp_path: Path) -> None:
    async with fake(tmp_path) as pool:
        made = await asyncio.gather(*(one(pool, f"text {i}") for i in range(100)))
        assert made == [f"TEXT {i}" for i in range(100)]
    assert len(batches(tmp_path)) <= 5 and max(batches(tmp_path)) >= pools.LEAST


async def test_a_long_text_does_not_hold_up_a_short_one(tmp_path: Path) -> None:
    async with fake(tmp_path) as pool:
        caller, order = pool.caller(), []

        async def piece(i: int) -> None:
            await pool.translate(caller, pool.pairs[0], f"piece {i}")
            order.append("long")

        async def short() -> None:
            await one(pool, "short")
            order.append("short")

        await asyncio.gather(*(piece(i) for i in range(10 * pools.LEAST)), short())
        assert order.index("short") <= pools.LEAST


async def test_a_crash_is_retried_alone_and_the_others_are_served(tmp_path: Path) -> None:
    async with fake(tmp_path) as pool:
        made = await asyncio.gather(*(one(pool, text) for text in ("a", "crash", "b", "c")))
        assert made == ["A", "unavailable: the worker failed twice", "B", "C"]
        assert await one(pool, "again") == "AGAIN"


async def test_a_hang_ends_by_the_time_limit(tmp_path: Path) -> None:
    async with fake(tmp_path, limit=0.6) as pool:
        start = time.monotonic()
        made = await asyncio.gather(one(pool, "hang"), one(pool, "fine"))
        assert made == ["unavailable: the worker failed twice", "FINE"]
        assert time.monotonic() - start < 5


async def test_a_model_may_take_longer_the_first_time(tmp_path: Path) -> None:
    async with fake(tmp_path, limit=0.6) as pool:
        assert await one(pool, "slow") == "SLOW" and pool.restarts == 0
        assert await one(pool, "slow") == "SLOW" and pool.restarts == 1, "it is loaded: a worker that is new takes it"


@pytest.mark.parametrize("said", ["null", "7", "[]", "{}", '{"text": 7}', '{"text": "a", "unknown": "x"}', "strays"])
async def test_a_worker_that_answers_garbage_is_replaced(tmp_path: Path, said: str) -> None:
    async with fake(tmp_path) as pool:
        assert (await one(pool, said if said == "strays" else f"says {said}")).startswith("unavailable")
        async with asyncio.timeout(4):
            assert await one(pool, "text") == "TEXT"


async def test_half_a_character_of_a_worker_goes_no_further(tmp_path: Path) -> None:
    async with fake(tmp_path) as pool:
        assert await one(pool, 'says {"text": "a\\ud800b"}') == "a?b"


async def test_a_broken_model_is_no_reason_to_restart(tmp_path: Path) -> None:
    async with fake(tmp_path) as pool:
        assert await asyncio.gather(one(pool, "error"), one(pool, "x")) == ["unavailable: ValueError", "X"]
        assert pool.restarts == 0


async def test_a_crash_loop_is_backed_off_and_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_LONGEST_PAUSE", 0.5)
    async with fake(tmp_path) as pool:
        (tmp_path / "broken").touch()
        os.kill(pool.pid or 0, signal.SIGKILL)
        for _ in range(30):
            assert (await one(pool, "x")).startswith("unavailable")
        assert len((tmp_path / "log").read_text().splitlines()) < 8
        (tmp_path / "broken").unlink()
        await asyncio.sleep(0.6)
        assert await one(pool, "x") == "X"


async def test_a_worker_that_fails_at_the_start_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_LONGEST_PAUSE", 0.3)
    (tmp_path / "broken").touch()
    async with fake(tmp_path) as pool:
        assert pool.pairs == ()
        (tmp_path / "broken").unlink()
        for _ in range(50):
            if pool.pairs:
                break
            await asyncio.sleep(0.05)
        assert await one(pool, "x") == "X"


async def test_a_full_queue_says_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "MAX_WAITING", 10)
    async with fake(tmp_path) as pool:
        made = await asyncio.gather(*(one(pool, "x") for _ in range(30)))
        assert made.count("unavailable: too much is waiting") == 20


async def test_closing_ends_what_waits(tmp_path: Path) -> None:
    async with fake(tmp_path) as pool:
        waiting = asyncio.gather(one(pool, "hang"), one(pool, "x"))
        await asyncio.sleep(0.3)
        await pool.close()
        assert await waiting == ["unavailable: closed"] * 2


async def test_before_the_start_nothing_is_available(tmp_path: Path) -> None:
    pool = Pool(tmp_path, ["argos"], 5.0, FAKE)
    with pytest.raises(Unavailable):
        await pool.rank("text")


@asynccontextmanager
async def real(models: Path, limit: float) -> AsyncIterator[Translator]:
    translator = Translator(models, timeout=limit)
    await translator.start()
    try:
        yield translator
    finally:
        await translator.close()


async def test_the_real_worker_killed_in_the_middle_is_restarted_and_the_text_arrives(models: Path) -> None:
    async with real(models, limit=20.0) as translator:
        task = asyncio.create_task(translator.translate("A carrinha está na ponte. " * 60, "pt", ["en"]))
        await asyncio.sleep(0.1)
        os.kill(translator.pool.pid or 0, signal.SIGKILL)
        made = (await task)["en"]
        assert Flag.UNAVAILABLE not in made.flags and made.text.count("bridge") == 60
        assert translator.pool.restarts == 1


async def test_the_real_worker_stopped_once_is_restarted(models: Path) -> None:
    async with real(models, limit=5.0) as translator:
        os.kill(translator.pool.pid or 0, signal.SIGSTOP)
        made = (await translator.translate("A carrinha está na ponte.", "pt", ["en"]))["en"]
        assert made.flags == () and "bridge" in made.text


async def test_a_worker_that_always_hangs_leaves_the_original(models: Path) -> None:
    async with real(models, limit=0.8) as translator:

        async def stop_every_worker() -> None:
            while True:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(translator.pool.pid or 2**30, signal.SIGSTOP)
                await asyncio.sleep(0.002)

        stopping = asyncio.create_task(stop_every_worker())
        text = "A carrinha AA-12-BB está na ponte."
        made = (await translator.translate(text, "pt", ["en"]))["en"]
        stopping.cancel()
        assert (made.text, made.flags, made.engine) == (text, (Flag.UNAVAILABLE,), "")
        assert made.provenance.failed is Failure.NO_ANSWER


async def test_the_worker_dies_with_its_parent(models: Path) -> None:
    code = (
        "import asyncio, os, sys; from pathlib import Path; from bot.translation import Translator\n"
        "async def main():\n"
        "    t = Translator(Path(sys.argv[1])); await t.start(); os.kill(t.pool.pid, 19)\n"
        "    print(t.pool.pid, flush=True); os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(models), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    pid = int(out.split()[-1])
    for _ in range(50):
        if not alive(pid):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the worker lives on")


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_long_segments_make_a_batch_of_fewer() -> None:
    loop = asyncio.new_event_loop()
    waiting = pools.Waiting()
    for length in [pools.USUAL - 1] * 4 + [3 * pools.USUAL] * 4:
        waiting.add(pools.Job(1, {"text": "a" * length}, loop.create_future()))
    assert [len(waiting.take(8)) for _ in range(3)] == [5, 2, 1]
    loop.close()
