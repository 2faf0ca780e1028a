"""A simulated month of rooms, with something broken each day, and in `make test` a few days of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from .month import FAULTS, month

FLAT = 1.25
"""How many times the memory of a day early in the month the bot may have at its end."""


@pytest.mark.timeout(400)
async def test_a_few_days(tmp_path: Path) -> None:
    faults = ("SIGKILL", "truncated answers", "full disk", "clock jumps")
    async with month(tmp_path, rooms=2, people=3, days=len(faults), faults=faults) as made:
        assert tuple(made.broken) == faults and made.people == 6


@pytest.mark.soak
@pytest.mark.timeout(5400)
async def test_a_month(tmp_path: Path) -> None:
    start = time.monotonic()
    async with month(tmp_path, rooms=20, people=10, days=31, faults=tuple(FAULTS)) as made:
        rows = [
            ("rooms, people, days", f"{len(made.rooms)}, {made.people}, 31"),
            ("messages, each translated once", sum(len(room.messages) for room in made.rooms)),
            ("commands, each answered once", sum(len(room.commands) for room in made.rooms)),
            ("entries of incidents, none lost, none doubled", sum(len(room.entered) for room in made.rooms)),
            ("digests that came by themselves, one a day", sum(room.digested() for room in made.rooms)),
            *((f"days with: {fault}", times) for fault, times in made.broken.items()),
            ("slowest day, from the last word until all was answered", f"{max(made.lag):.1f} s"),
            ("memory at the end of each day, in MiB", ", ".join(f"{kib // 1024}" for _pid, kib in made.memory)),
            ("took", f"{(time.monotonic() - start) / 60:.0f} min"),
        ]
        sys.stdout.write(
            "\n| what | count |\n| --- | --- |\n" + "".join(f"| {what} | {count} |\n" for what, count in rows)
        )
        first, last = made.memory[len(made.memory) // 4][1], made.memory[-1][1]
        assert last < FLAT * first, made.memory
