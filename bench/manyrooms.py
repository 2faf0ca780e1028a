"""A bot that is in many rooms: how soon it is ready after a restart, and how much memory it takes."""

from __future__ import annotations

import statistics

from bench.memory import READY_SECONDS, resident, restart
from bench.row import Row
from bench.world import world

ROOMS = 200
MEMBERS = 4
RESTARTS = 3


async def measure() -> list[Row]:
    """Return the row; the bot was invited into every room, joined it and said so before it is restarted."""
    async with world() as here:
        officers = await here.officers(MEMBERS)
        liaison = await here.liaison(officers[0].user_id)
        await here.rooms(ROOMS, officers, liaison.user_id)
        seconds, mib = [], []
        for _ in range(RESTARTS):
            seconds.append(await restart(liaison))
            assert liaison.pid is not None
            mib.append(resident(liaison.pid))
    median = statistics.median(seconds)
    return [
        Row(
            what=f"Start to /readyz 200 after a restart with {ROOMS} rooms of {MEMBERS + 1}, median of {RESTARTS}",
            ours=f"{median:.2f} s (worst {max(seconds):.2f} s), memory (RSS) then {max(mib):.0f} MiB",
            must=f"≤ {READY_SECONDS:.0f} s",
            reached=median <= READY_SECONDS,
            threads="1 and SQLite's 3, the worker apart",
        )
    ]
