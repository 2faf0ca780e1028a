"""Hours that people block: how they are written, and which stretches they are by a clock that changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.busy import Busy, read, spans
from bot.model.person import Zone

LISBON = Zone("Europe/Lisbon")
ALL = (0, 1, 2, 3, 4, 5, 6)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("22:00-07:00", "en", Busy(1320, 420, ALL)),
        ("2200 - 0700", "en", Busy(1320, 420, ALL)),
        ("22–7", "en", Busy(1320, 420, ALL)),
        ("12:30-13:15 mon, wed", "en", Busy(750, 795, (0, 2))),
        ("9-12 weekdays", "en", Busy(540, 720, (0, 1, 2, 3, 4))),
        ("9-12, weekend", "en", Busy(540, 720, (5, 6))),
        ("9-12 Segunda, sexta", "pt", Busy(540, 720, (0, 4))),
        ("9-12 day", "en", Busy(540, 720, ALL)),
        ("00:00-24:00 sun", "en", Busy(0, 0, (6,))),
        ("20:00-24:00", "en", Busy(1200, 0, ALL)),
        ("9-9", "en", None),
        ("9:00-25:00", "en", None),
        ("9:60-10:00", "en", None),
        ("24:30-3:00", "en", None),
        ("9-12 sometimes", "en", None),
        ("9-12 FREQ=YEARLY", "en", None),
        ("always", "en", None),
        ("", "en", None),
    ],
)
def test_hours_are_read_or_refused(text: str, language: str, found: Busy | None) -> None:
    assert read(text, language) == found


def test_they_are_written_by_the_clock() -> None:
    assert Busy(1320, 420).hours == "22:00-07:00" and Busy(1320, 420).length == timedelta(hours=9)
    assert Busy(0, 0).length == timedelta(days=1)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    night = [Busy(1320, 420, (4,))]  # from Friday on
    found = spans(night, LISBON, utc("2026-11-28T00:00"), utc("2026-11-28T12:00"))
    assert [(one.since, one.until) for one in found] == [(utc("2026-11-27T22:00"), utc("2026-11-28T07:00"))]
    assert spans(night, LISBON, utc("2026-11-28T07:00"), utc("2026-12-04T22:00")) == ()


def test_hours_follow_the_clock_on_the_wall() -> None:
    found = spans([Busy(540, 600)], LISBON, utc("2026-10-24T00:00"), utc("2026-10-25T23:00"))
    assert [one.since for one in found] == [utc("2026-10-24T08:00"), utc("2026-10-25T09:00")]
    [night] = spans([Busy(0, 360)], LISBON, utc("2026-10-25T00:00"), utc("2026-10-25T12:00"))
    assert night.length == timedelta(hours=7), "the clock goes back in it"
