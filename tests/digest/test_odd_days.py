"""Digests of the first days of the calendar, and after a clock that jumped ahead and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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


@pytest.mark.parametrize("day", ["tomorrow", "2026-11-23", "2027-01-01"])
async def test_a_day_that_has_not_begun_is_said_to_be_still_to_come(world: World, rui: Person, day: str) -> None:
    await rui.says("!language en")
    await rui.says(f"!digest now {day}")
    assert rui.last.record["error"] == "bad_argument"
    assert rui.last.body == f"“{day}” is still to come. I need a time that is past."


async def test_the_day_is_the_task_forces_whatever_day_it_is_for_the_reader(world: World, rui: Person) -> None:
    world.clock.at = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 23:30 in Madrid, 07:30 of the next day in Tokyo
    await rui.says("!language en")
    await rui.says("!timezone Asia/Tokyo")
    await rui.says("!digest now 2026-11-23")
    assert rui.last.record["error"] == "bad_argument", "it has not begun there"
    for day, since in (("today", "2026-11-21T23:00Z"), ("yesterday", "2026-11-20T23:00Z"), ("", "2026-11-21T23:00Z")):
        await rui.says(f"!digest now {day}")
        assert digests(world)[-1].record["period"][0] == since, day
