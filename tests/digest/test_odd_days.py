"""Digests of the first days of the calendar, and after a clock that jumped ahead and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ..fakes import ROOM
from ..world import Person, World
from .test_digests import digests


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-03"])
async def test_a_day_before_which_is_no_week_is_refused(world: World, rui: Person, day: str) -> None:
    await rui.says("!language en")
    await rui.says(f"!digest now {day}")
    assert rui.last.record["error"] == "bad_argument"


async def test_a_clock_that_jumps_ahead_and_back_silences_no_digest(world: World, rui: Person) -> None:
    await rui.says("!digest daily 06:00")
    due = await world.store.due.find("digest", ROOM)
    assert due
    world.clock.at = due.at + timedelta(days=7)
    await world.wakes()
    world.clock.at = due.at
    await world.wakes()
    await world.wakes()
    assert len(digests(world)) == 1
