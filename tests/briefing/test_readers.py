"""Two calendars that share no code with the bot read its files, and find each occurrence of three years where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.model.briefing import Briefing, Change, Method, State, carried, following, occurrences, printed
from bot.model.briefing.series import by_rule

from ..calendars import Readers, Taken, Unreadable
from ..model.briefings import ANY_ZONE, BEGINS, LENGTHS, RULES, YEARLY, Rule, moment, planned, walls

YEARS = timedelta(days=3 * 366)
STAMP = datetime(2026, 11, 28, 12, tzinfo=UTC)
UID = "0a1b2c3d@bravo.liaison"
WRITTEN = "%Y%m%dT%H%M%S"
WEEKLY = planned(datetime(2026, 11, 30, 7, 30), "Europe/Athens", "FREQ=WEEKLY")
NIGHTLY = planned(datetime(2026, 10, 1, 1, 30), "Europe/Lisbon", "FREQ=DAILY")
HOUR = timedelta(hours=1)


def file(
    briefing: Briefing, *changes: Change, method: Method = Method.PUBLISH, minutes: Sequence[int] = (), uid: str = UID
) -> bytes:
    stamp = max(STAMP, moment(briefing.begins, briefing.zone))
    return printed(briefing, changes, "Briefing", minutes, method, stamp, uid)


def span(briefing: Briefing) -> tuple[datetime, datetime]:
    """Return three years from when *briefing* begins."""
    return moment(briefing.begins, briefing.zone), moment(briefing.begins + YEARS, briefing.zone)


def ours(briefing: Briefing, *changes: Change) -> list[tuple[datetime, int]]:
    found = occurrences(briefing, changes, *span(briefing), most=2000)
    return sorted((one.begins.astimezone(UTC), int(one.length.total_seconds())) for one in found)


def agreed(readers: Readers, briefing: Briefing, *changes: Change, **said: Any) -> Taken:
    """Return what both calendars take the file for, which must be what we say of it."""
    taken = readers.read(file(briefing, *changes, **said), *span(briefing))
    assert taken.times == ours(briefing, *changes)
    assert {one.uid for one in taken.found} <= {UID}
    return taken


def shown(taken: Taken, zone: str) -> list[str]:
    return [f"{begins.astimezone(ZoneInfo(zone)):%y-%m-%d %H:%M}" for begins, _ in taken.times]


def test_one_that_takes_place_once(readers: Readers) -> None:
    taken = agreed(readers, planned(datetime(2026, 11, 30, 7, 30), "Europe/Athens"), minutes=[15, 60])
    assert shown(taken, "Europe/Athens") == ["26-11-30 07:30"]
    assert (taken.method, taken.zones, taken.sequences) == ("PUBLISH", ("Europe/Athens",), (0,))
    assert [(one.summary, one.status, one.alarms) for one in taken.found] == [("Briefing", "CONFIRMED", (-3600, -900))]


def test_one_that_comes_weekly_keeps_its_wall_time(readers: Readers) -> None:
    taken = agreed(readers, replace(WEEKLY, sequence=2), minutes=[5])
    assert len(taken.found) == 157
    assert {begins.astimezone(ZoneInfo("Europe/Athens")).time().isoformat() for begins, _ in taken.times} == {
        "07:30:00"
    }
    assert len({begins.time() for begins, _ in taken.times}) == 2, "two times of day in UTC: the clocks change"
    assert {one.alarms for one in taken.found} == {(-300,)} and taken.sequences == (2,)


@pytest.mark.parametrize(
    ("zone", "at", "around"),
    [
        ("Europe/Lisbon", (1, 30), ["27-03-27 01:30", "27-03-28 02:30", "27-03-29 01:30"]),
        ("America/New_York", (2, 15), ["27-03-13 02:15", "27-03-14 03:15", "27-03-15 02:15"]),
        ("Australia/Lord_Howe", (2, 10), ["27-10-02 02:10", "27-10-03 02:40", "27-10-04 02:10"]),
        ("Africa/Casablanca", (2, 30), ["27-03-13 02:30", "27-03-14 03:30", "27-03-15 02:30"]),
    ],
)
def test_one_that_comes_daily_where_the_clocks_skip_its_time(
    readers: Readers, zone: str, at: tuple[int, int], around: list[str]
) -> None:
    taken = agreed(readers, planned(datetime(2026, 10, 1, *at), zone, "FREQ=DAILY", HOUR))
    assert set(around) <= set(shown(taken, zone)), [one for one in shown(taken, zone) if one[:5] in around[0]]
    assert len(taken.found) == len(set(shown(taken, zone)))


def test_of_a_time_that_comes_twice_the_first_counts(readers: Readers) -> None:
    taken = agreed(readers, NIGHTLY)
    on_the_day = [begins for begins, _ in taken.times if begins.date() == datetime(2026, 10, 25).date()]
    assert on_the_day == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_one_was_moved_and_one_left_out(readers: Readers) -> None:
    moved = Change(datetime(2026, 12, 14, 7, 30), datetime(2026, 12, 15, 8), HOUR, 3)
    skipped = Change(datetime(2026, 12, 7, 7, 30), None, None, 4)
    taken = agreed(readers, replace(WEEKLY, sequence=4), moved, skipped, minutes=[5])
    assert shown(taken, "Europe/Athens")[:4] == ["26-11-30 07:30", "26-12-15 08:00", "26-12-21 07:30", "26-12-28 07:30"]
    assert taken.times[1][1] == 3600 and taken.sequences == (4, 4)
    assert {one.alarms for one in taken.found} == {(-300,)}, "the moved one rings as well"


def test_one_moved_out_of_the_hour_that_the_clocks_skip(readers: Readers) -> None:
    change = Change(datetime(2027, 3, 28, 1, 30), datetime(2027, 3, 28, 9), None, 1)
    assert "27-03-28 09:00" in shown(agreed(readers, NIGHTLY, change), "Europe/Lisbon")


def test_this_one_and_all_that_follow_are_an_event_of_their_own(readers: Readers) -> None:
    at, skipped = datetime(2027, 1, 11, 7, 30), Change(datetime(2027, 1, 18, 7, 30), None, None, 1)
    old, new = following(WEEKLY, [skipped], at, datetime(2027, 1, 12, 9))
    before = agreed(readers, old)
    assert shown(before, "Europe/Athens")[-1] == "27-01-04 07:30" and before.sequences > (0,)
    after = agreed(readers, new, *carried(WEEKLY, new, [skipped], at))
    assert shown(after, "Europe/Athens")[:2] == ["27-01-12 09:00", "27-01-26 09:00"]


@pytest.mark.parametrize("briefing", [WEEKLY, planned(WEEKLY.begins, WEEKLY.zone)])
def test_a_cancelled_one_is_none_for_both(readers: Readers, briefing: Briefing) -> None:
    off = replace(briefing, state=State.CANCELLED, sequence=5)
    taken = agreed(readers, off, method=Method.CANCEL, minutes=[5])
    assert (taken.method, taken.sequences, taken.times) == ("CANCEL", (5,), [])
    assert taken.found, "it says of which event that is, by its name"
    assert {(one.uid, one.status, one.alarms) for one in taken.found} == {(UID, "CANCELLED", ())}


@pytest.mark.parametrize(
    ("said", "instead"),
    [("END:VCALENDAR", ""), ("RRULE:FREQ=WEEKLY", "RRULE:FREQ=SOMETIMES"), ("DTSTART;TZID", "TZID")],
)
def test_neither_takes_what_is_no_calendar(readers: Readers, said: str, instead: str) -> None:
    data = file(WEEKLY).replace(said.encode(), instead.encode())
    for reader in readers.each:
        with pytest.raises(Unreadable):
            reader.read(data, *span(WEEKLY))


def test_it_would_be_seen_if_they_took_a_file_for_two_things(readers: Readers) -> None:
    data = file(WEEKLY).replace(b"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", b"RDATE:20270401T030000")
    with pytest.raises(AssertionError, match=r"ical\.js reads it otherwise"):
        readers.read(data, *span(WEEKLY))


CHANGES = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(-200, 200)), st.one_of(st.none(), LENGTHS)),
    max_size=5, unique_by=lambda one: one[0],
)  # fmt: skip
EVERY_NIGHT = Rule("FREQ=DAILY", lambda _day, _start: True)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ANY_ZONE, BEGINS, LENGTHS, st.one_of(st.none(), RULES), st.sampled_from(["", ";COUNT=30", "UNTIL"]), CHANGES)
@example("Europe/Lisbon", datetime(2026, 10, 1, 1, 30), HOUR, EVERY_NIGHT, "", [])
@example("Africa/Casablanca", datetime(2027, 1, 1, 2, 30), HOUR, EVERY_NIGHT, "", [])
@example("Africa/Cairo", datetime(2024, 2, 29), HOUR, YEARLY, "", [])
@example(
    "Antarctica/Troll", datetime(2024, 2, 29), HOUR, EVERY_NIGHT, "", []
)  # ends when the clocks go back, by two hours
def test_zoneinfo_and_both_calendars_agree_in_any_zone_from_2020_to_2040(
    readers: Readers, zone: str, begins: datetime, length: timedelta, rule: Rule | None, end: str, changes: list[Any]
) -> None:
    last = begins + timedelta(days=500)
    ends = f";UNTIL={moment(last, zone):{WRITTEN}}Z" if end == "UNTIL" else end
    briefing = planned(begins, zone, rule.text + ends if rule else None, length)
    own = list(takewhile(lambda wall: wall < begins + YEARS, by_rule(briefing)))
    assume(own)
    made = [
        Change(own[place], None if moved is None else own[place] + timedelta(minutes=15 * moved), lasting, number)
        for number, (place, moved, lasting) in enumerate(changes, 1)
        if place < len(own)
    ]
    agreed(readers, briefing, *made)
    if not made and not end:  # by the clock of Python's zones alone, without any rule of a library
        until = (begins + YEARS).date() + timedelta(days=1)
        seconds = int(length.total_seconds())
        expected = [(moment(wall, zone), seconds) for wall in walls(rule, begins, until)]
        assert ours(briefing) == [one for one in expected if one[0] < span(briefing)[1]]
