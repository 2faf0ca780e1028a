"""A simulated month, and in `make soak` a year: who answers for a post, what rings when, and that nothing is lost."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from .force import AGENCIES
from .year import Year, lived

CODES = [code for code, _country, _zone in AGENCIES]
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
"""The clocks of all three agencies change in this month, each on another day."""
SEED = 20260301
SECONDS = 120
"""How long a year may take where each part of it has a processor."""


HAPPEN = ("handovers", "late", "reminder", "absences", "times away", "incidents handed on", "tasks handed on")


async def _lives(year: Year) -> None:
    """Live through it, and see that there was what is to be tested."""
    await year.run()
    few = [name for name in HAPPEN if not year.counts[name]]
    assert not few, year.counts


@pytest.mark.parametrize("code", CODES)
async def test_a_month_of_an_agencys_posts(tmp_path: Path, code: str) -> None:
    """The two of its four whose watches begin at times that some nights do not have, or have twice."""
    await _lives(Year(tmp_path / "liaison.db", MARCH, 31, SEED, code, rows=(2, 3)))


@pytest.mark.parametrize("days", [5, pytest.param(31, marks=[pytest.mark.soak, pytest.mark.timeout(600)])])
async def test_twelve_posts_of_three_agencies_in_one_room(tmp_path: Path, days: int) -> None:
    """From two days before the clocks change in one of the three countries on; what one declares, all hand on."""
    await _lives(Year(tmp_path / "liaison.db", MARCH + timedelta(days=5), days, SEED))


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_year_of_twelve_posts(tmp_path: Path) -> None:
    """In two minutes on six processors: two posts a room, each room on its own.

    One room of twelve takes a minute a month, and cannot be shared among processors.
    """
    began = time.monotonic()
    parts = [(code, rows) for code in CODES for rows in ((0, 1), (2, 3))]
    workers = min(len(parts), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        each = [
            pool.submit(lived, tmp_path / f"{code} {rows[0]}", code, rows, 365, SEED + number)
            for number, (code, rows) in enumerate(parts)
        ]
        counts = [one.result() for one in each]
    seconds = time.monotonic() - began
    rows = [*sum(counts, Counter[str]()).items(), ("seconds", round(seconds))]
    sys.stdout.write("\n| what | count |\n| --- | --- |\n" + "".join(f"| {what} | {count} |\n" for what, count in rows))
    assert seconds < SECONDS * len(parts) / workers
