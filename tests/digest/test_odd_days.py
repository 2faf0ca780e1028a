"""Digests of the first days of the calendar."""

from __future__ import annotations

import pytest

from ..world import Person, World
from .test_digests import rui, world  # noqa: F401


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-03"])
async def test_a_day_before_which_is_no_week_is_refused(world: World, rui: Person, day: str) -> None:  # noqa: F811
    await rui.says("!language en")
    await rui.says(f"!digest now {day}")
    assert rui.last.record["error"] == "bad_argument"
