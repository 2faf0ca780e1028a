"""Resident memory of the bot and of its translation worker after some work, and the time of a restart."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from bench import messages
from bench.officer import Officer
from bench.row import Row
from bench.world import World, world
from bot.demo.liaison import Liaison
from bot.matrix.api import path

COUNT = 50
RESTARTS = 3
BOT_MIB = 130
WORKER_MIB = 150
READY_SECONDS = 5.0


async def measure() -> list[Row]:
    """Return three rows: the bot's memory, the worker's, and the seconds until ready again."""
    async with world() as here:
        officer = await here.officer("eve-bf")
        liaison = await here.liaison(officer.user_id)
        room_id = await officer.room_with(liaison.user_id)
        await _reader(here, officer, room_id)
        for text in messages.english(COUNT):
            await officer.say(room_id, text)
        await officer.hears(liaison.user_id, COUNT, 60)
        assert liaison.pid is not None
        bot, worker = resident(liaison.pid), resident(child_of(liaison.pid))
        seconds = [await restart(liaison) for _ in range(RESTARTS)]
    return [
        _row(f"Memory of the bot (RSS) after {COUNT} messages translated in a room", bot, BOT_MIB),
        _row("Memory of the worker (RSS), one pair and the detector loaded", worker, WORKER_MIB),
        Row(
            what=f"Start to /readyz 200 after a restart, median of {RESTARTS}",
            ours=f"{statistics.median(seconds):.2f} s (worst {max(seconds):.2f} s)",
            must=f"aim ≤ {READY_SECONDS:.0f} s",
            reached=statistics.median(seconds) <= READY_SECONDS,
        ),
    ]


def _row(what: str, mib: float, aim: int) -> Row:
    return Row(what=what, ours=f"{mib:.0f} MiB", must=f"aim ≤ {aim} MiB", reached=mib <= aim)


async def _reader(here: World, officer: Officer, room_id: str) -> None:
    """Have somebody in the room who reads Spanish only, so that everything said is translated."""
    user_id, password = await here.account("luis-gc")
    await officer.invite(room_id, user_id)
    session = await here.homeserver.login("luis-gc", password)
    await here.homeserver.request("POST", path("join", room_id), token=session.access_token, body={})


async def restart(liaison: Liaison) -> float:
    """Stop the bot, start it again, and return the seconds from start to ready."""
    await liaison.stop()
    began = time.perf_counter()
    await liaison.start()
    return time.perf_counter() - began


def resident(pid: int) -> float:
    """Return the resident memory of a process in MiB, shared pages included."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def child_of(pid: int) -> int:
    """Return the process id of the only child of a process."""
    [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return int(child)
