"""Who is asked next, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.ladder import MOST_ASKED, Climb, Quiet, next_step
from bot.model.person import UserId

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WAIT = timedelta(minutes=10)
ANA, RUI, EVA, LUC = (UserId(f"@{name}:example.org") for name in ("ana", "rui", "eva", "luc"))


def climbed(rungs: list[list[UserId]], repeats: int = 2, resting: dict[UserId, datetime] | None = None) -> list[object]:
    """Return who is asked, step by step, when nobody ever answers; a number is how many minutes are slept through."""
    climb, asked, now = Climb(), list[object](), NOW
    for _step in range(50):
        rests = {user: until for user, until in (resting or {}).items() if until > now}
        step = next_step(climb, rungs, now, WAIT, repeats, rests)
        if step.again is None:
            return asked
        assert step.again > now
        asked.append(step.ask or (step.again - now).total_seconds() / 60)
        climb, now = Climb.of(step.climb.payload), step.again
    raise AssertionError("the ladder has no end")


def test_the_first_are_asked_twice_and_each_person_on_one_rung_only() -> None:
    assert climbed([[ANA], [ANA, RUI], [], [RUI, EVA], [ANA]]) == [(ANA,), (ANA,), (RUI,), (EVA,)]


def test_an_empty_first_rung_is_passed_at_once() -> None:
    assert climbed([[], [RUI]]) == [(RUI,)]
    assert climbed([[], []]) == []


def test_whoever_rests_is_left_out_and_waited_for_where_all_do() -> None:
    later = NOW + timedelta(hours=2)
    assert climbed([[ANA, RUI]], 1, {ANA: later}) == [(RUI,)]
    assert climbed([[ANA], [RUI]], 1, {ANA: later}) == [120.0, (ANA,), (RUI,)]


def test_no_more_are_asked_than_can_be_rung() -> None:
    many = [UserId(f"@{n}:example.org") for n in range(20)]
    assert climbed([many], 1) == [tuple(many[:MOST_ASKED])]


def test_whoever_wants_to_be_asked_later_is_asked_again() -> None:
    rungs = [[ANA], [RUI]]
    step = next_step(Climb(1, 0, 0, (ANA, RUI)).snoozed(), rungs, NOW, WAIT, 2, {})
    assert step.ask == (RUI,) and step.climb == Climb(1, 0, 1, (ANA, RUI))


@given(st.lists(st.lists(st.sampled_from([ANA, RUI, EVA, LUC]), max_size=4), max_size=6), st.integers(1, 3))
def test_it_always_ends_and_leaves_nobody_out(rungs: list[list[UserId]], repeats: int) -> None:
    asked = [user for people in climbed(rungs, repeats) if isinstance(people, tuple) for user in people]
    assert set(asked) == {user for rung in rungs for user in rung}
    assert all(asked.count(user) <= repeats for user in asked)


def test_it_is_the_same_after_it_was_kept() -> None:
    climb = Climb(2, 1, 3, (ANA, RUI), NOW)
    assert Climb.of(json.loads(json.dumps(climb.payload))) == climb


NIGHT = Quiet(time(22), time(6))


@pytest.mark.parametrize(
    ("zone", "now", "ends"),
    [
        ("UTC", "2026-11-22T21:59", None),
        ("UTC", "2026-11-22T22:00", "2026-11-23T06:00"),
        ("UTC", "2026-11-23T05:59", "2026-11-23T06:00"),
        ("UTC", "2026-11-23T06:00", None),
        ("Europe/Athens", "2026-11-22T20:30", "2026-11-23T04:00"),
        ("Europe/Athens", "2026-11-23T04:30", None),
        # The night in which the clocks go back is an hour longer.
        ("Europe/Lisbon", "2026-10-24T22:00", "2026-10-25T06:00"),
        ("Europe/Lisbon", "2026-10-24T21:00", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_are_those_of_the_persons_clock(zone: str, now: str, ends: str | None) -> None:
    found = NIGHT.ends(datetime.fromisoformat(now).replace(tzinfo=UTC), zone)
    assert found == (datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None)


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = Quiet(time(12), time(14))
    assert noon.ends(NOW, "UTC") == NOW + timedelta(hours=2) and noon.ends(NOW - timedelta(minutes=1), "UTC") is None
