"""When briefings take place: on the wall, whatever the clocks do, and as single occurrences were changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.model.briefing import (
    Briefing,
    Change,
    Occurrence,
    RuleRefused,
    State,
    Unmovable,
    carried,
    following,
    next_of,
    occurrences,
)
from bot.model.briefing.series import by_rule
from tests.model.briefings import ANY_ZONE, BEGINS, LENGTHS, RULES, YEARLY, Rule, moment, planned, walls

YEARS = 3


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return at(text).replace(tzinfo=UTC)


def shown(found: Sequence[Occurrence]) -> list[str]:
    return [f"{one.begins:%m-%d %H:%M}" for one in found]


def within(briefing: Briefing, since: str, until: str, *changes: Change) -> list[Occurrence]:
    return occurrences(briefing, changes, utc(since), utc(until))


# Against zoneinfo


@settings(max_examples=150, deadline=None)
@given(ANY_ZONE, BEGINS, LENGTHS, st.one_of(st.none(), RULES))
def test_every_occurrence_of_three_years_is_where_the_clock_of_its_zone_shows_it(
    zone: str, begins: datetime, length: timedelta, rule: Rule | None
) -> None:
    briefing = planned(begins, zone, rule.text if rule else None, length)
    end = begins.date() + timedelta(days=366 * YEARS)
    expected = [(wall, moment(wall, zone)) for wall in walls(rule, begins, end)]
    since = moment(begins, zone)
    until = moment(datetime.combine(end, begins.time()), zone)
    found = occurrences(briefing, [], since, until, most=len(expected) + 1)
    assert [(one.original, one.begins.astimezone(UTC)) for one in found] == expected
    assert all(one.length == length for one in found)
    assert {str(time.tzinfo) for one in found for time in (one.begins, one.ends)} <= {zone}
    assert [next_of(briefing, [], when - timedelta(seconds=1)) for _, when in expected[:3]] == found[:3]


@settings(max_examples=60, deadline=None)
@given(ANY_ZONE, BEGINS, RULES, st.integers(1, 40))
def test_an_end_by_number_and_one_by_time_are_the_same(zone: str, begins: datetime, rule: Rule, count: int) -> None:
    far = begins.date() + timedelta(days=366 * 20)
    own = list(islice(walls(rule, begins, far), count))
    assume(own)
    last = moment(own[-1], zone)
    counted = planned(begins, zone, f"{rule.text};COUNT={len(own)}")
    until = planned(begins, zone, f"{rule.text};UNTIL={last:%Y%m%dT%H%M%SZ}")
    by_day = planned(begins, zone, f"{rule.text};UNTIL={own[-1]:%Y%m%d}")
    for briefing in (counted, until, by_day):
        assert list(by_rule(briefing)) == own


# Where the clocks change


@pytest.mark.parametrize(
    ("zone", "begins", "since", "expected"),
    [
        # 01:30 does not exist on 28 March: an hour later, on that day alone
        ("Europe/Lisbon", "2027-03-01T01:30", "2027-03-27", ["03-27 01:30", "03-28 02:30", "03-29 01:30"]),
        # half an hour is skipped
        ("Australia/Lord_Howe", "2026-10-01T02:15", "2026-10-02T12:00", ["10-03 02:15", "10-04 02:45", "10-05 02:15"]),
        # two hours
        ("Antarctica/Troll", "2027-03-01T02:00", "2027-03-27", ["03-27 02:00", "03-28 04:00", "03-29 02:00"]),
        ("Europe/Lisbon", "2026-10-01T01:30", "2026-10-24", ["10-24 01:30", "10-25 01:30", "10-26 01:30"]),
    ],
)
def test_a_time_that_the_clocks_skip_moves_on_and_is_back_the_next_day(
    zone: str, begins: str, since: str, expected: list[str]
) -> None:
    briefing = planned(at(begins), zone, "FREQ=DAILY")
    assert shown(occurrences(briefing, [], utc(since), utc(since) + timedelta(days=9), most=3)) == expected


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    [one] = within(planned(at("2026-10-25T01:30"), "Europe/Lisbon"), "2026-10-24", "2026-10-26")
    assert one.begins.astimezone(UTC) == utc("2026-10-25T00:30")


@pytest.mark.parametrize(
    ("begins", "length", "ends"),
    [
        ("2027-03-28T00:30", 60, "2027-03-28T02:30"),  # a day of 23 hours
        ("2026-10-25T01:30", 60, "2026-10-25T01:30"),  # of 25: the second 01:30
        ("2026-10-25T01:30", 120, "2026-10-25T02:30"),
    ],
)
def test_what_lasts_an_hour_lasts_an_hour_while_the_clocks_change(begins: str, length: int, ends: str) -> None:
    briefing = planned(at(begins), "Europe/Lisbon", length=timedelta(minutes=length))
    [one] = within(briefing, "2026-01-01", "2028-01-01")
    assert one.ends.replace(tzinfo=None) == at(ends)
    assert one.length == timedelta(minutes=length)


def test_a_week_in_which_one_country_has_changed_its_clocks_and_the_other_has_not() -> None:
    briefing = planned(at("2027-03-08T14:00"), "Europe/Lisbon", "FREQ=WEEKLY;BYDAY=MO")
    found = within(briefing, "2027-03-08", "2027-04-06")
    assert {f"{one.begins:%H:%M}" for one in found} == {"14:00"}
    new_york = [f"{one.begins.astimezone(ZoneInfo('America/New_York')):%d %H:%M}" for one in found]
    assert new_york == ["08 09:00", "15 10:00", "22 10:00", "29 09:00", "05 09:00"]


# Rules


def test_a_briefing_on_a_leap_day_comes_in_leap_years_alone_and_has_no_end() -> None:
    briefing = planned(at("2024-02-29T09:00"), "Europe/Athens", YEARLY.text)
    found = within(briefing, "2024-01-01", "2041-01-01")
    assert [one.begins.year for one in found] == [2024, 2028, 2032, 2036, 2040]
    later = next_of(briefing, [], utc("2096-03-01"))
    assert later is not None
    assert later.begins.year == 2104, "2100 is no leap year"


def test_one_that_begins_between_two_days_of_its_rule_begins_on_the_first_that_comes() -> None:
    briefing = planned(at("2026-12-02T09:00"), "Europe/Athens", "FREQ=WEEKLY;BYDAY=MO;COUNT=2")
    assert shown(within(briefing, "2026-12-01", "2027-12-01")) == ["12-07 09:00", "12-14 09:00"]


def test_no_more_are_returned_than_are_wanted() -> None:
    briefing = planned(at("2026-01-01T09:00"), "Europe/Athens", "FREQ=DAILY")
    assert len(within(briefing, "2026-01-01", "2040-01-01")) == 366
    assert len(occurrences(briefing, [], utc("2026-01-01"), utc("2040-01-01"), most=5)) == 5


def test_what_begins_at_the_edges_of_a_time_belongs_to_its_beginning() -> None:
    briefing = planned(at("2026-01-01T09:00"), "Etc/UTC", "FREQ=DAILY")
    assert shown(within(briefing, "2026-02-01T09:00", "2026-02-03T09:00")) == ["02-01 09:00", "02-02 09:00"]
    found = next_of(briefing, [], utc("2026-02-01T09:00"))
    assert found is not None
    assert shown([found]) == ["02-02 09:00"], "later than, never at"


def test_a_cancelled_briefing_and_one_that_is_over_have_no_next() -> None:
    briefing = planned(at("2026-01-01T09:00"), "Europe/Athens", "FREQ=DAILY;COUNT=3")
    assert next_of(briefing, [], utc("2026-01-03T12:00")) is None
    assert next_of(replace(briefing, state=State.CANCELLED), [], utc("2026-01-01")) is None


# Changes

DAILY = planned(datetime(2026, 1, 1, 9), "Europe/Athens", "FREQ=DAILY")
SKIPPED = Change(at("2026-01-02T09:00"), None, None, 1)
MOVED = Change(at("2026-01-03T09:00"), at("2026-01-05T08:00"), timedelta(hours=2), 2)


def test_one_that_is_left_out_is_not_there_and_one_that_was_moved_is_where_it_is_now() -> None:
    found = within(DAILY, "2026-01-01", "2026-01-06", SKIPPED, MOVED)
    assert shown(found) == ["01-01 09:00", "01-04 09:00", "01-05 08:00", "01-05 09:00"]
    assert found[2].original == at("2026-01-03T09:00")
    assert [one.length for one in found[2:]] == [timedelta(hours=2), timedelta(minutes=30)]


def test_one_that_was_moved_is_found_where_it_is_and_not_where_it_was() -> None:
    assert shown(within(DAILY, "2026-01-05", "2026-01-06", MOVED)) == ["01-05 08:00", "01-05 09:00"]
    assert within(DAILY, "2026-01-03", "2026-01-04", MOVED) == []
    found = next_of(DAILY, [SKIPPED, MOVED], utc("2026-01-01T12:00"))
    assert found is not None
    assert shown([found]) == ["01-04 09:00"]


def test_a_change_of_what_is_no_occurrence_counts_for_nothing() -> None:
    stray = Change(at("2026-01-03T10:00"), at("2026-01-03T11:00"), None, 1)
    before = Change(at("2025-12-31T09:00"), at("2026-01-02T11:00"), None, 1)
    assert within(DAILY, "2026-01-01", "2026-01-09", stray, before) == within(DAILY, "2026-01-01", "2026-01-09")


def test_one_that_was_moved_into_an_hour_that_is_skipped_moves_on() -> None:
    briefing = planned(at("2027-03-27T09:00"), "Europe/Lisbon", "FREQ=DAILY;COUNT=2")
    change = Change(at("2027-03-28T09:00"), at("2027-03-28T01:30"), None, 1)
    assert shown(within(briefing, "2027-03-27", "2027-04-01", change)) == ["03-27 09:00", "03-28 02:30"]


# This one and all that follow


def split(rule: str, start: str, where: str, begins: str) -> tuple[Briefing, Briefing]:
    return following(planned(at(start), "Europe/Lisbon", rule), [SKIPPED, MOVED], at(where), at(begins))


@pytest.mark.parametrize(
    ("rule", "start", "where", "begins", "old", "new"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", "2026-11-02T09:00", "2026-11-16T09:00", "2026-11-16T10:30",
         "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=5", "2026-11-02T09:00", "2026-11-16T09:00", "2026-11-17T09:00",
         "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "FREQ=WEEKLY;BYDAY=TU;COUNT=3"),
        ("FREQ=WEEKLY;UNTIL=20261130T090000Z", "2026-11-02T09:00", "2026-11-16T09:00", "2026-11-17T10:00",
         "FREQ=WEEKLY;COUNT=2", "FREQ=WEEKLY;UNTIL=20261201T100000Z"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "2026-11-02T09:00", "2026-11-11T09:00", "2026-11-11T08:00",
         "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-11-02T09:00", "2026-12-07T09:00", "2026-12-08T09:00",
         "FREQ=MONTHLY;BYDAY=1MO;COUNT=1", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27T09:00", "2026-12-25T09:00", "2026-12-23T09:00",
         "FREQ=MONTHLY;BYDAY=-1FR;COUNT=1", "FREQ=MONTHLY;BYDAY=-2WE"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "2026-11-15T09:00", "2026-12-15T09:00", "2026-12-16T09:00",
         "FREQ=MONTHLY;BYMONTHDAY=15;COUNT=1", "FREQ=MONTHLY;BYMONTHDAY=16"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30T09:00", "2026-12-31T09:00", "2026-12-30T09:00",
         "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=1", "FREQ=MONTHLY;BYMONTHDAY=-2"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28", "2026-02-28T09:00", "2027-02-28T09:00", "2027-03-01T09:00",
         "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28;COUNT=1", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1"),
        ("FREQ=DAILY", "2026-11-01T09:00", "2026-11-04T09:00", "2026-11-09T09:00",
         "FREQ=DAILY;COUNT=3", "FREQ=DAILY"),
    ],
)  # fmt: skip
def test_this_one_and_all_that_follow_move_along(
    rule: str, start: str, where: str, begins: str, old: str, new: str
) -> None:
    before, after = split(rule, start, where, begins)
    assert (before.rule, after.rule, after.begins) == (old, new, at(begins))
    assert (before.sequence, after.sequence) == (3, 0), "newer than whatever a calendar has seen"
    assert (before.state, after.state) == (State.PLANNED, State.PLANNED)
    assert next(iter(by_rule(after))) == at(begins)
    assert max(by_rule(before)) < at(where)


def test_from_its_first_occurrence_on_nothing_is_left_of_the_old_one() -> None:
    before, after = split("FREQ=DAILY;COUNT=3", "2026-11-01T09:00", "2026-11-01T09:00", "2026-11-01T10:00")
    assert before.state is State.CANCELLED
    assert len(list(by_rule(after))) == 3
    once = planned(at("2026-11-01T09:00"), "Europe/Lisbon")
    gone, moved = following(once, [], once.begins, at("2026-11-02T09:00"))
    assert (gone.state, moved.begins, moved.rule) == (State.CANCELLED, at("2026-11-02T09:00"), None)


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-16"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "2026-12-07"),
        ("FREQ=MONTHLY;BYMONTHDAY=2,16", "2026-11-16"),
    ],
)
def test_a_rule_that_names_several_days_is_not_moved_to_another(rule: str, where: str) -> None:
    begins = at(f"{where}T09:00") + timedelta(days=8)
    with pytest.raises(Unmovable):
        split(rule, "2026-11-02T09:00", f"{where}T09:00", begins.isoformat())


def test_what_is_no_occurrence_cannot_be_where_the_others_follow() -> None:
    with pytest.raises(LookupError):
        split("FREQ=WEEKLY;BYDAY=MO", "2026-11-02T09:00", "2026-11-10T09:00", "2026-11-10T10:00")


@settings(max_examples=80, deadline=None)
@given(ANY_ZONE, BEGINS, RULES, st.integers(1, 12), st.integers(0, 11), st.integers(-95, 95), st.booleans())
def test_none_is_lost_and_none_comes_twice_where_a_briefing_becomes_two(
    zone: str, begins: datetime, rule: Rule, count: int, place: int, quarters: int, by_time: bool
) -> None:
    own = list(islice(walls(rule, begins, begins.date() + timedelta(days=366 * 60)), count))
    assume(place < len(own))
    where = own[place]
    moved = where + timedelta(minutes=15 * quarters)
    end = f"UNTIL={moment(own[-1], zone):%Y%m%dT%H%M%SZ}" if by_time else f"COUNT={len(own)}"
    try:
        old, new = following(planned(begins, zone, f"{rule.text};{end}"), [], where, moved)
    except (Unmovable, RuleRefused):
        assume(False)
    before = [] if old.state is State.CANCELLED else list(by_rule(old))
    after = list(takewhile(lambda wall: wall.date() < date(2120, 1, 1), by_rule(new)))
    assert before == own[:place]
    assert after[0] == moved
    if moved.date() == where.date():
        assert after == [wall + (moved - where) for wall in own[place:]]


def test_what_was_left_out_later_stays_left_out() -> None:
    briefing = planned(at("2026-11-02T09:00"), "Europe/Lisbon", "FREQ=WEEKLY;BYDAY=MO;COUNT=8")
    changes = [
        Change(at("2026-11-09T09:00"), None, None, 1),
        Change(at("2026-11-16T09:00"), None, None, 2),
        Change(at("2026-11-23T09:00"), at("2026-11-23T11:00"), None, 3),
        Change(at("2026-11-30T09:00"), None, None, 4),
    ]
    _, new = following(briefing, changes, at("2026-11-16T09:00"), at("2026-11-17T10:00"))
    kept = carried(briefing, new, changes, at("2026-11-16T09:00"))
    assert kept == [Change(at("2026-12-01T10:00"), None, None, 0)]
    assert carried(briefing, new, changes[:2], at("2026-11-16T09:00")) == []
