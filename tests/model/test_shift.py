"""Rosters: rules on the wall clock, who follows whom, what changes single stretches, and whether it is sound."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.person import UserId, Zone
from bot.model.shift import (
    Absence,
    Override,
    PostName,
    Reason,
    Roster,
    Rotation,
    RuleFault,
    RuleRefused,
    Span,
    gaps,
    loads,
    overlap,
    post_name,
    rule_of,
    shorts,
)

GATE = PostName("north gate")
ANA, BO, KATE = (UserId(f"@{name}:example.org") for name in ("ana", "bo", "kate"))
LISBON, ATHENS = Zone("Europe/Lisbon"), Zone("Europe/Athens")
HOURS_8 = timedelta(hours=8)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(since: str, until: str) -> Span:
    return Span(utc(since), utc(until))


def rotation(start: str, *people: UserId, **changes: Any) -> Rotation:
    values: dict[str, Any] = {"zone": LISBON, "length": HOURS_8, "rule": "FREQ=DAILY"} | changes
    return Rotation("r" + start, GATE, None, people, datetime.fromisoformat(start), **values)


def watches(zone: Zone = LISBON) -> Roster:
    """Three watches a day that meet on the wall."""
    return Roster(tuple(rotation(f"2026-01-01T{hour:02}:00", who, zone=zone) for hour, who in
                        ((6, ANA), (14, BO), (22, KATE))))  # fmt: skip


def override(person: UserId | None, since: str, until: str) -> Override:
    return Override(f"{person}{since}", GATE, person, span(since, until), Reason.OVERRIDE, ANA, utc("2026-01-01"))


def who(roster: Roster, since: str, until: str) -> list[tuple[str, str, str | None]]:
    return [
        (shift.span.since.strftime("%dT%H:%M"), shift.span.until.strftime("%dT%H:%M"), shift.person)
        for shift in roster.shifts(utc(since), utc(until), GATE)
    ]


def test_people_follow_each_other_in_turns() -> None:
    found = rotation("2026-01-01T06:00", ANA, BO, turn=2).occurrences(utc("2026-01-01"), utc("2026-01-06"))
    assert [person for _span, person in found] == [ANA, ANA, BO, BO, ANA]


def test_who_comes_is_counted_from_the_start_whatever_is_asked_for() -> None:
    one = rotation("2026-01-01T06:00", ANA, BO, KATE)
    whole = dict(one.occurrences(utc("2026-01-01"), utc("2026-12-31")))
    part = dict(one.occurrences(utc("2026-07-01"), utc("2026-07-05")))
    assert part and part.items() <= whole.items()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (LISBON, "2026-03-28", 7),  # clocks go forward at 01:00
        (LISBON, "2026-10-24", 9),
        (LISBON, "2026-11-24", 8),
        (Zone("America/New_York"), "2026-03-07", 7),
        (Zone("Australia/Lord_Howe"), "2026-04-04", 8.5),  # half an hour
    ],
)
def test_a_night_watch_ends_by_the_clock_on_the_wall(zone: Zone, day: str, hours: float) -> None:
    night = rotation(f"{day}T22:00", KATE, zone=zone)
    found, _person = next(night.occurrences(utc(day), utc(day) + timedelta(days=3)))
    assert found.length == timedelta(hours=hours)


@pytest.mark.parametrize("zone", [LISBON, ATHENS, Zone("America/New_York"), Zone("Australia/Lord_Howe")])
def test_watches_that_meet_on_the_wall_leave_no_moment_of_the_year_out(zone: Zone) -> None:
    year = span("2026-02-01", "2027-02-01")
    shifts = watches(zone).shifts(year.since, year.until, GATE)
    assert gaps(shifts, year, GATE) == []
    assert overlap(shifts) is None


def test_a_time_that_does_not_exist_counts_with_the_offset_before_the_change() -> None:
    found, _ = next(rotation("2026-03-29T01:30", ANA).occurrences(utc("2026-03-29"), utc("2026-03-30")))
    assert found.since == utc("2026-03-29T01:30")  # 02:30 by the new clock


def test_a_rotation_that_was_ended_has_no_shift_that_begins_later() -> None:
    one = rotation("2026-01-01T06:00", ANA, ended=utc("2026-01-02T06:00"))
    assert len(list(one.occurrences(utc("2026-01-01"), utc("2026-02-01")))) == 1


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("FREQ=HOURLY", RuleFault.OFTEN),
        ("FREQ=DAILY;BYHOUR=1,2", RuleFault.OFTEN),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", RuleFault.NEVER),
        ("FREQ=DAILY;UNTIL=20200101T000000Z", RuleFault.NEVER),
        ("every day", RuleFault.UNREADABLE),
        ("FREQ=DAILY;INTERVAL=x", RuleFault.UNREADABLE),
        ("FREQ=DAILY;INTERVAL=0", RuleFault.UNREADABLE),
        ("FREQ=DAILY;FOO=1", RuleFault.UNREADABLE),
        ("FREQ=DAILY\nRRULE:FREQ=WEEKLY", RuleFault.UNREADABLE),
        ("FREQ=DAILY;" + "BYDAY=MO;" * 40, RuleFault.UNREADABLE),
        ("", RuleFault.UNREADABLE),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(rule: str, fault: RuleFault) -> None:
    with pytest.raises(RuleRefused) as refused:
        rule_of(rule, datetime(2026, 1, 1, 6), LISBON, HOURS_8)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",  # the start is a Thursday
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",  # 2026, 2030, …
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;BYDAY=MO,TU,WE,TH,FR,SA,SU",
        "FREQ=DAILY;BYEASTER=0",
    ],
)
def test_a_rule_that_never_comes_true_is_refused_at_once(rule: str) -> None:
    began = time.perf_counter()
    with pytest.raises(RuleRefused):
        rule_of(rule, datetime(2026, 1, 1, 6), LISBON, HOURS_8)
    assert time.perf_counter() - began < 0.5


@given(st.dates(date(2026, 1, 1), date(2090, 12, 31)), st.sampled_from(
    ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"]
))  # fmt: skip
def test_a_rule_that_comes_true_is_taken_whenever_it_begins(day: date, rule: str) -> None:
    start = datetime(day.year, day.month, day.day, 6)
    one = rotation(start.isoformat(), ANA, rule=rule_of(rule, start, LISBON, HOURS_8))
    assert next(one.occurrences(utc(start.isoformat()), utc(start.isoformat()) + timedelta(days=5 * 366)))


def test_a_shift_longer_than_the_way_to_the_next_is_refused() -> None:
    with pytest.raises(RuleRefused) as refused:
        rule_of("FREQ=DAILY", datetime(2026, 1, 1, 6), LISBON, timedelta(hours=25))
    assert refused.value.fault is RuleFault.OVERLAPS


@given(st.text(alphabet="FREQ=DAILYWKMONTHBSU;0123456789,+-:\n ", max_size=60))
def test_whatever_is_typed_is_a_rule_or_refused(text: str) -> None:
    for rule in (text, "FREQ=DAILY;" + text, "RRULE:FREQ=WEEKLY;BYDAY=" + text):
        try:
            rule_of(rule, datetime(2026, 1, 1, 6), LISBON, HOURS_8)
        except RuleRefused:
            continue


def test_the_end_of_a_rule_is_a_moment_also_where_clocks_differ() -> None:
    one = rotation("2026-07-01T06:00", ANA, zone=ATHENS, rule="FREQ=DAILY;UNTIL=20260703T030000Z")
    assert len(list(one.occurrences(utc("2026-07-01"), utc("2026-08-01")))) == 3


def test_an_override_stands_in_the_middle_and_the_last_one_counts() -> None:
    changed = Roster(
        watches().rotations,
        (override(BO, "2026-01-05T08:00", "2026-01-05T10:00"), override(KATE, "2026-01-05T09:00", "2026-01-05T15:00")),
    )
    assert who(changed, "2026-01-05T06:00", "2026-01-05T22:00") == [
        ("05T06:00", "05T08:00", ANA),
        ("05T08:00", "05T09:00", BO),
        ("05T09:00", "05T15:00", KATE),
        ("05T15:00", "05T22:00", BO),
    ]


def test_a_shift_is_cut_by_what_lies_outside_the_stretch_that_is_asked_for() -> None:
    changed = Roster(watches().rotations, (override(BO, "2026-01-05T12:00", "2026-01-05T14:00"),))
    assert who(changed, "2026-01-05T07:00", "2026-01-05T08:00") == [("05T06:00", "05T12:00", ANA)]


def test_where_somebody_is_absent_nobody_is_there() -> None:
    absence = Absence("a", ANA, span("2026-01-05T10:00", "2026-01-06T00:00"), ANA, utc("2026-01-01"))
    roster = Roster(watches().rotations, (), (absence,))
    found = roster.shifts(utc("2026-01-05T06:00"), utc("2026-01-05T14:00"), GATE)
    assert [(shift.person, shift.absent) for shift in found] == [(ANA, None), (None, ANA)]
    day = span("2026-01-05T06:00", "2026-01-05T14:00")
    assert [(gap.span, gap.absent) for gap in gaps(found, day, GATE)] == [
        (span("2026-01-05T10:00", "2026-01-05T14:00"), (ANA,))
    ]


def test_a_gap_is_what_no_shift_covers() -> None:
    roster = Roster(watches().rotations[:2])
    day = span("2026-01-05T00:00", "2026-01-06T00:00")
    found = gaps(roster.shifts(day.since, day.until, GATE), day, GATE)
    assert [gap.span for gap in found] == [
        span("2026-01-05T00:00", "2026-01-05T06:00"),
        span("2026-01-05T22:00", "2026-01-06T00:00"),
    ]


def test_who_is_there_now_and_who_comes_next() -> None:
    roster = watches()
    now = roster.at(GATE, utc("2026-01-05T13:59"))
    assert now and now.person == ANA
    following = roster.after(GATE, now.span.until)
    assert following and (following.person, following.span.since) == (BO, utc("2026-01-05T14:00"))
    assert Roster().at(GATE, utc("2026-01-05")) is None and Roster().after(GATE, utc("2026-01-05")) is None


def test_a_shift_far_ahead_is_found() -> None:
    yearly = Roster((rotation("2026-06-01T06:00", ANA, rule="FREQ=YEARLY"),))
    found = yearly.after(GATE, utc("2026-06-02"))
    assert found and found.span.since == utc("2027-06-01T05:00")


def test_too_little_rest_is_found_across_posts_and_days() -> None:
    roster = Roster((*watches().rotations, rotation("2026-01-01T00:00", ANA, length=timedelta(hours=2))))
    found = shorts(roster.of(ANA, utc("2026-01-05"), utc("2026-01-06T05:00")))
    assert [short.rest for short in found] == [timedelta(hours=4), timedelta(hours=10)]


def test_shifts_of_one_person_that_follow_at_once_are_one_stretch_of_work() -> None:
    roster = Roster((rotation("2026-01-01T06:00", ANA), rotation("2026-01-01T14:00", ANA)))
    assert shorts(roster.of(ANA, utc("2026-01-05T06:00"), utc("2026-01-05T22:00"))) == []


def test_two_shifts_at_once_are_found() -> None:
    roster = Roster((rotation("2026-01-01T06:00", ANA), rotation("2026-01-01T08:00", ANA)))
    assert len(shorts(roster.of(ANA, utc("2026-01-05T06:00"), utc("2026-01-05T12:00")))) == 1


def test_hours_are_counted_within_the_week_and_nights_by_shifts() -> None:
    week = span("2026-01-05T00:00", "2026-01-12T00:00")
    nights = [span(f"2026-01-{day:02}T23:00", f"2026-01-{day + 1:02}T05:00") for day in range(4, 12)]
    found = loads(watches().shifts(week.since, week.until), week, nights)
    assert {load.person: (load.hours, load.nights) for load in found} == {
        ANA: (timedelta(hours=56), 0),
        BO: (timedelta(hours=56), 0),
        KATE: (timedelta(hours=56), 8),
    }


@pytest.mark.parametrize(
    ("typed", "name"),
    [("North  Gate", "north gate"), ("ＰＯＳＴ７", "post7"), ("πύλη β", "πύλη β"), ("", None), ("a" * 31, None),
     ("\u202egate", None), ("<b>", None), ("ﷺ" * 1000, None)],
)  # fmt: skip
def test_a_post_has_one_spelling(typed: str, name: str | None) -> None:
    assert post_name(typed) == name
