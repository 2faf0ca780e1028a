"""Briefings as calendar files: what a reader finds by the file alone is what takes place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Timezone

from bot.model.briefing import Briefing, Change, Method, State, following, occurrences, printed
from bot.model.briefing.clocks import described
from bot.model.briefing.series import by_rule
from bot.model.person import Zone
from tests.model.briefings import ANY_ZONE, BEGINS, LENGTHS, ODD, RULES, Rule, moment, planned

STAMP = datetime(2026, 11, 28, 12, tzinfo=UTC)
UID = "9MD2X@bravo.liaison"
YEARS = timedelta(days=3 * 366)
WRITTEN = "%Y%m%dT%H%M%S"


def file(briefing: Briefing, *changes: Change, method: Method = Method.PUBLISH, minutes: Sequence[int] = ()) -> bytes:
    return printed(briefing, changes, "Briefing", minutes, method, max(STAMP, briefing.declared_at), UID)


# A reader that goes by RFC 5545 and knows no zone but those that the file describes


def clock(part: Any) -> Callable[[datetime], datetime]:
    """Return what makes a moment of a wall time by a VTIMEZONE; it fails where that is not one moment."""
    turns = sorted(turn for one in part.subcomponents for turn in _turns(one))
    moments = [at for at, _ in turns]

    def read(wall: datetime) -> datetime:
        tried = {wall - offset for _, offset in turns}
        [found] = [at for at in tried if at == wall - turns[bisect_right(moments, at) - 1][1]]
        return found.replace(tzinfo=UTC)

    return read


def _turns(part: Any) -> Iterator[tuple[datetime, timedelta]]:
    """Return the moments (naive UTC) at which an observance begins, and its offset."""
    first, before, after = part["DTSTART"].dt, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
    walls = [first]
    if "RDATE" in part:
        listed = part["RDATE"]
        walls += [one.dt for several in (listed if isinstance(listed, list) else [listed]) for one in several.dts]
    if "RRULE" in part:
        rule = rrulestr(part["RRULE"].to_ical().decode(), dtstart=first)
        walls = list(takewhile(lambda wall: wall.year < 2070, rule))
    return ((wall - before, after) for wall in walls)


def taken(data: bytes, until: datetime) -> list[tuple[datetime, timedelta]]:
    """Return when each occurrence of a file begins, up to *until*, and how long it is."""
    calendar = Calendar.from_ical(data)
    clocks = {str(part["TZID"]): clock(part) for part in calendar.walk("VTIMEZONE")}
    event, *others = calendar.walk("VEVENT")

    def begins(value: Any) -> datetime:
        if value.params.get("TZID") is None:
            assert value.to_ical().endswith(b"Z")
            found: datetime = value.dt
            return found.astimezone(UTC)
        return clocks[value.params["TZID"]](value.dt.replace(tzinfo=None))

    if event["STATUS"] == "CANCELLED":
        return []
    if "RRULE" not in event:
        return [(begins(event["DTSTART"]), event["DURATION"].dt)]
    zone = event["DTSTART"].params.get("TZID")
    start = event["DTSTART"].dt.replace(tzinfo=None)
    rule = event["RRULE"].to_ical().decode()
    out = {one.dt.replace(tzinfo=None) for one in event["EXDATE"].dts} if "EXDATE" in event else set()
    instead = {one["RECURRENCE-ID"].dt.replace(tzinfo=None): one for one in others}
    assert len(instead) == len(others)
    assert {one["RECURRENCE-ID"].params.get("TZID") for one in others} <= {zone}
    found = [(begins(one["DTSTART"]), one["DURATION"].dt) for one in others]
    last = until.replace(tzinfo=None) + timedelta(days=2)
    for wall in takewhile(lambda wall: wall < last, rrulestr(rule, dtstart=start)):
        if wall not in out and wall not in instead:
            found.append((clocks[zone](wall) if zone else wall.replace(tzinfo=UTC), event["DURATION"].dt))
    return sorted(one for one in found if one[0] < until)


HOUR = timedelta(hours=1)
NIGHTLY = Rule("FREQ=DAILY", lambda _day, _start: True)
CHANGES = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(-200, 200)), st.one_of(st.none(), LENGTHS)),
    max_size=5,
    unique_by=lambda one: one[0],
)


@settings(max_examples=80, deadline=None)
@given(ANY_ZONE, BEGINS, LENGTHS, st.one_of(st.none(), RULES), st.sampled_from(["", ";COUNT=30", "UNTIL"]), CHANGES)
@example("Europe/Lisbon", datetime(2026, 10, 1, 1, 30), HOUR, NIGHTLY, "", [])
@example("Africa/Casablanca", datetime(2027, 1, 1, 2, 30), HOUR, NIGHTLY, "", [])
def test_a_reader_finds_every_occurrence_of_three_years_where_it_is(
    zone: str, begins: datetime, length: timedelta, rule: Rule | None, end: str, changes: list[Any]
) -> None:
    last = begins + timedelta(days=500)
    ends = f";UNTIL={moment(last, zone):{WRITTEN}}Z" if end == "UNTIL" else end
    briefing = planned(begins, zone, rule.text + ends if rule else None, length)
    until = moment(begins + YEARS, zone)
    own = list(takewhile(lambda wall: wall < begins + YEARS, by_rule(briefing)))
    assume(own)
    made = [
        Change(own[place], None if moved is None else own[place] + timedelta(minutes=15 * moved), lasting, number)
        for number, (place, moved, lasting) in enumerate(changes, 1)
        if place < len(own)
    ]
    expected = occurrences(briefing, made, datetime(2019, 1, 1, tzinfo=UTC), until, most=2000)
    assert taken(file(briefing, *made), until) == sorted((one.begins.astimezone(UTC), one.length) for one in expected)


# The clock of a zone


@pytest.mark.parametrize("zone", ODD)
def test_a_clock_is_described_as_it_goes_from_2020_to_2040(zone: str) -> None:
    known = ZoneInfo(zone)
    part = Timezone.from_ical(described(Zone(zone), 2020, 2027).to_ical())
    turns = sorted(turn for one in part.subcomponents for turn in _turns(one))
    moments = [at for at, _ in turns]
    hour = datetime(2020, 1, 1)
    while hour < datetime(2041, 1, 1):
        told = turns[bisect_right(moments, hour) - 1][1]
        assert told == hour.replace(tzinfo=UTC).astimezone(known).utcoffset(), hour
        hour += timedelta(hours=3)


@pytest.mark.parametrize(
    ("zone", "rules"),
    [
        ("Europe/Lisbon", {"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"}),
        ("America/New_York", {"FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"}),
        ("Asia/Jerusalem", {
            "FREQ=YEARLY;BYDAY=FR;BYMONTHDAY=23,24,25,26,27,28,29;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        }),
        ("Europe/Istanbul", set()),
        ("Africa/Casablanca", set()),
    ],
)  # fmt: skip
def test_what_comes_by_one_rule_each_year_is_told_as_that_rule(zone: str, rules: set[str]) -> None:
    parts = described(Zone(zone), 2026, 2031).subcomponents
    assert {one["RRULE"].to_ical().decode() for one in parts if "RRULE" in one} == rules
    assert sum("RDATE" in one for one in parts) == (2 if zone == "Africa/Casablanca" else 0)


# The file

WEEKLY = replace(
    planned(datetime(2026, 11, 30, 7, 30), "Europe/Athens", "FREQ=WEEKLY;BYDAY=MO"), sequence=2, title="Operation Owl"
)
SKIPPED = Change(datetime(2026, 12, 7, 7, 30), None, None, 1)
MOVED = Change(datetime(2026, 12, 14, 7, 30), datetime(2026, 12, 15, 8), timedelta(hours=1), 3)


def lines(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_a_file_says_what_a_calendar_needs() -> None:
    said = lines(file(WEEKLY, SKIPPED, MOVED, minutes=[15, 60, 15]))
    event = said[said.index("BEGIN:VEVENT") : said.index("END:VEVENT")]
    assert {line for line in event if not line.startswith(("BEGIN", "END"))} == {
        "SUMMARY:Briefing",
        "DTSTART;TZID=Europe/Athens:20261130T073000",
        "DURATION:PT30M",
        "DTSTAMP:20261128T120000Z",
        f"UID:{UID}",
        "SEQUENCE:2",
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
        "EXDATE;TZID=Europe/Athens:20261207T073000",
        "STATUS:CONFIRMED",
        "ACTION:DISPLAY",
        "DESCRIPTION:Briefing",
        "TRIGGER:-PT15M",
        "TRIGGER:-PT1H",
    }
    assert event.count("BEGIN:VALARM") == 2
    assert {"VERSION:2.0", "METHOD:PUBLISH", "BEGIN:VTIMEZONE", "TZID:Europe/Athens"} <= set(said)
    _, other = events(file(WEEKLY, SKIPPED, MOVED))
    assert other["RECURRENCE-ID"].to_ical() == b"20261214T073000"
    assert other["RECURRENCE-ID"].params["TZID"] == "Europe/Athens"
    assert (other["DTSTART"].to_ical(), other["DURATION"].dt) == (b"20261215T080000", timedelta(hours=1))
    assert (other["UID"], other["SEQUENCE"]) == (UID, 3)


def test_nobody_and_no_room_and_no_title_is_in_it() -> None:
    data = file(WEEKLY, SKIPPED, MOVED, minutes=[15])
    for secret in ("Owl", "ana", "room", "PRT", "example.org", "9MD2X-", "BRAVO-"):
        assert secret.encode() not in data


def test_what_was_changed_before_the_whole_of_it_is_not_outdated_by_it() -> None:
    [_, other] = events(file(replace(WEEKLY, sequence=9), MOVED))
    assert other["SEQUENCE"] == 9


def test_a_cancelled_briefing_is_taken_out_of_the_calendar() -> None:
    off = replace(WEEKLY, sequence=3, state=State.CANCELLED)
    for data, method in (
        (file(WEEKLY, SKIPPED, MOVED, method=Method.CANCEL, minutes=[5]), "CANCEL"),
        (file(off, SKIPPED, MOVED, minutes=[5]), "PUBLISH"),
    ):
        [event] = events(data)
        assert (event["STATUS"], event["UID"]) == ("CANCELLED", UID)
        assert f"METHOD:{method}" in lines(data)
        assert b"VALARM" not in data
        assert b"EXDATE" not in data


def test_a_briefing_that_does_not_repeat_is_moved_and_left_out_as_a_whole() -> None:
    once = planned(datetime(2026, 11, 30, 7, 30), "Europe/Athens")
    [event] = events(file(once, Change(once.begins, datetime(2026, 12, 1, 9), None, 4)))
    assert (event["DTSTART"].to_ical(), event["SEQUENCE"]) == (b"20261201T090000", 4)
    assert "RECURRENCE-ID" not in event
    [event] = events(file(once, Change(once.begins, None, None, 5), minutes=[5]))
    assert (event["STATUS"], event["SEQUENCE"], event.subcomponents) == ("CANCELLED", 5, [])


def test_a_time_that_comes_twice_is_written_so_that_nobody_takes_the_other() -> None:
    once = planned(datetime(2026, 10, 25, 1, 30), "Europe/Lisbon")
    [event] = events(file(once))
    assert event["DTSTART"].to_ical() == b"20261025T003000Z"
    daily = planned(datetime(2026, 10, 24, 1, 30), "Europe/Lisbon", "FREQ=DAILY;COUNT=200")
    _, autumn, spring = events(file(daily))
    assert [(one["RECURRENCE-ID"].to_ical(), one["DTSTART"].to_ical()) for one in (autumn, spring)] == [
        (b"20261025T013000", b"20261025T003000Z"),
        (b"20270328T013000", b"20270328T023000"),
    ]


def test_an_end_by_time_is_told_by_number() -> None:
    [event] = events(file(replace(WEEKLY, rule="FREQ=WEEKLY;BYDAY=MO;UNTIL=20261221")))
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=4;BYDAY=MO"
    [event, *_] = events(file(replace(WEEKLY, rule="FREQ=DAILY;UNTIL=20501221")))
    assert event["RRULE"].to_ical() == b"FREQ=DAILY;UNTIL=20501221T215959Z"


def test_both_parts_of_a_briefing_that_became_two_are_files_of_their_own() -> None:
    old, new = following(WEEKLY, [SKIPPED], datetime(2026, 12, 14, 7, 30), datetime(2026, 12, 15, 9))
    until = datetime(2027, 1, 1, tzinfo=UTC)
    assert [one.date() for one, _ in taken(file(old, SKIPPED), until)] == [date(2026, 11, 30)]
    assert [one.date() for one, _ in taken(file(new), until)] == [date(2026, 12, day) for day in (15, 22, 29)]


def test_a_zone_of_no_change_is_written_in_universal_time() -> None:
    data = file(planned(datetime(2026, 11, 30, 7, 30), "UTC", "FREQ=DAILY;COUNT=2"), minutes=[5])
    assert "DTSTART:20261130T073000Z" in lines(data)
    assert b"VTIMEZONE" not in data


@pytest.mark.parametrize("subject", ["x\r\nATTENDEE:mailto:evil", "a;b,c:d\\n", "\x00\x07", "🚨" * 300, "‮Brief", ""])
def test_a_hostile_subject_adds_nothing_to_the_file(subject: str) -> None:
    data = printed(WEEKLY, [], subject, [5], Method.PUBLISH, STAMP, UID)
    [event] = events(data)
    assert "ATTENDEE" not in event
    assert "\r" not in str(event["SUMMARY"])
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert len(event.subcomponents) == 1
