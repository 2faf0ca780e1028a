"""Rosters as calendar files: what is written is what the roster says, and what cannot be used is refused."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.errors import UserError
from bot.model.person import UserId, Zone
from bot.model.shift import Override, PostName, Reason, Roster, Rotation, Shift, Span
from bot.model.shift.calendar import MOST_EVENTS, Found, read, uid, write

GATE = PostName("gate")
ANA, BO, KATE = (UserId(f"@{name}:example.org") for name in ("ana", "bo", "kate"))
LISBON = Zone("Europe/Lisbon")
ZONES = [LISBON, Zone("Europe/Athens"), Zone("America/New_York"), Zone("Australia/Lord_Howe")]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def roster(zone: Zone = LISBON) -> Roster:
    """Three watches a day, and overrides that begin at every hour of the nights in which clocks change."""
    rotations = tuple(
        Rotation(f"r{hour}", GATE, None, people, datetime(2026, 1, 1, hour), zone, timedelta(hours=8), "FREQ=DAILY", 2)
        for hour, people in ((6, (ANA, BO)), (14, (BO, KATE)), (22, (KATE, ANA)))
    )
    nights = ("2027-03-14", "2027-03-28", "2027-04-03", "2027-10-02", "2027-10-31", "2027-11-07")
    starts = [utc(night) + timedelta(minutes=30 * half) for night in nights for half in range(60)]
    overrides = tuple(
        Override(str(start), GATE, (ANA, BO, KATE)[n % 3], Span(start, start + timedelta(minutes=30)),
                 Reason.OVERRIDE, ANA, NOW)
        for n, start in enumerate(starts)
    )  # fmt: skip
    return Roster(rotations, overrides)


def written(shifts: Iterable[Shift], zone: Zone = LISBON, sequence: int = 0) -> bytes:
    return write(shifts, GATE, zone, "BRAVO", sequence, NOW, lambda user: user[1:].partition(":")[0].capitalize())


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_shifts_is_read_back_as_it_was(zone: Zone) -> None:
    shifts = roster(zone).shifts(NOW, NOW + timedelta(days=366), GATE)
    calendar = Calendar.from_ical(written(shifts, zone))
    [described] = calendar.walk("VTIMEZONE")
    own = described.to_tz(lookup_tzid=False)  # as the file describes it, whatever this machine knows of that zone

    def moment(part: Any, name: str) -> datetime:
        value: datetime = part[name].dt
        if "TZID" not in part[name].params:
            return value.astimezone(UTC)
        assert part[name].params["TZID"] == zone
        return value.replace(tzinfo=own).astimezone(UTC)

    found = [
        (moment(part, "DTSTART"), moment(part, "DTEND"), str(part["ATTENDEE"])) for part in calendar.walk("VEVENT")
    ]
    assert found == [(one.span.since, one.span.until, f"matrix:u/{one.person and one.person[1:]}") for one in shifts]
    assert len(found) > 3 * 366
    by_name = [
        (part["DTSTART"].dt.astimezone(UTC), part["DTEND"].dt.astimezone(UTC)) for part in calendar.walk("VEVENT")
    ]
    assert by_name == [(one.span.since, one.span.until) for one in shifts], "as this machine knows the zone"


def test_what_is_exported_can_be_imported_again() -> None:
    shifts = roster().shifts(NOW, NOW + timedelta(days=60), GATE)
    found = read(written(shifts), LISBON, NOW).shifts
    assert [(one.span, one.names[0]) for one in found] == [(one.span, one.person) for one in shifts]


def test_an_event_keeps_its_uid_whoever_comes_and_says_that_it_is_newer() -> None:
    span = Span(utc("2026-11-24T06:00"), utc("2026-11-24T14:00"))
    one, other = (Shift(GATE, span, who) for who in (ANA, BO))
    made = [(3, one), (4, other)]
    first, second = (Calendar.from_ical(written([it], sequence=n)).walk("VEVENT")[0] for n, it in made)
    assert first["UID"] == second["UID"] == uid(one, "BRAVO")
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (3, 4)
    assert uid(one, "ALPHA") != uid(one, "BRAVO")


@pytest.mark.parametrize("name", ['Ana "A" Silva', "x\r\nATTENDEE:evil", "a;b,c:d\\n", "\x00\x07", "🚨" * 300, ""])
def test_a_hostile_name_adds_nothing_to_the_file(name: str) -> None:
    one = Shift(GATE, Span(utc("2026-11-24T06:00"), utc("2026-11-24T14:00")), UserId("@a/b c:example.org"))
    data = write([one], GATE, LISBON, "BRAVO", 1, NOW, lambda user: name)
    [event] = Calendar.from_ical(data).walk("VEVENT")
    assert not isinstance(event["ATTENDEE"], list)
    assert read(data, LISBON, NOW).shifts[0].names[0] == one.person


def test_where_nobody_is_there_is_no_event() -> None:
    span = Span(utc("2026-11-24T06:00"), utc("2026-11-24T14:00"))
    assert Calendar.from_ical(written([Shift(GATE, span, None, ANA), Shift(GATE, span, None)])).walk("VEVENT") == []


# Reading


def event(*lines: str) -> bytes:
    said = ["BEGIN:VEVENT", "UID:1", "SUMMARY:Ana", *lines, "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *said, "END:VCALENDAR", ""]).encode()


def found(data: bytes, zone: Zone = LISBON) -> list[tuple[str, str]]:
    return [(f"{one.span.since:%dT%H:%M}", f"{one.span.until:%dT%H:%M}") for one in read(data, zone, NOW).shifts]


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        (["DTSTART:20261124T060000Z", "DTEND:20261124T140000Z"], [("24T06:00", "24T14:00")]),
        (["DTSTART:20261124T060000", "DTEND:20261124T140000"], [("24T04:00", "24T12:00")]),  # by the post's clock
        (["DTSTART;TZID=America/New_York:20261124T060000", "DURATION:PT8H"], [("24T11:00", "24T19:00")]),
        (["DTSTART;TZID=GMT Standard Time:20261124T060000", "DURATION:PT8H"], [("24T06:00", "24T14:00")]),
        (["DTSTART;VALUE=DATE:20261124"], [("23T22:00", "24T22:00")]),
        (["DTSTART;TZID=Europe/Lisbon:20261124T060000", "DTEND;TZID=Europe/Athens:20261124T160000"],
         [("24T06:00", "24T14:00")]),
        (["DTSTART:20261124T060000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261125T060000Z"],
         [("24T06:00", "24T07:00"), ("26T06:00", "26T07:00")]),
        (["DTSTART:20261124T060000Z", "DURATION:PT1H", "RDATE:20261128T060000Z"],
         [("24T06:00", "24T07:00"), ("28T06:00", "28T07:00")]),
        (["DTSTART:20261124T060000Z", "DURATION:PT8H", "STATUS:CANCELLED"], []),
        (["DTSTART:20261120T060000Z", "DURATION:PT8H"], []),
        (["DTSTART:20261119T060000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261123T060000Z"],
         [("23T06:00", "23T07:00")]),
    ],
)  # fmt: skip
def test_an_event_is_read(lines: list[str], spans: list[tuple[str, str]]) -> None:
    assert found(event(*lines), Zone("Europe/Athens")) == spans


def test_one_occurrence_that_was_moved_stands_where_it_is_now() -> None:
    said = (
        "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Ana\r\nDTSTART:20261124T060000Z\r\nDURATION:PT1H\r\n"
        "RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Bo\r\n"
        "RECURRENCE-ID:20261125T060000Z\r\nDTSTART:20261125T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
    )
    read_ = read(f"BEGIN:VCALENDAR\r\n{said}END:VCALENDAR\r\n".encode(), LISBON, NOW).shifts
    assert [(f"{one.span.since:%dT%H}", one.names[0]) for one in read_] == [
        ("24T06", "Ana"), ("25T09", "Bo"), ("26T06", "Ana"),
    ]  # fmt: skip


def test_a_rule_is_by_the_clock_on_the_wall() -> None:
    lines = ["DTSTART;TZID=Europe/Lisbon:20270327T060000", "DURATION:PT8H", "RRULE:FREQ=DAILY;COUNT=2"]
    assert found(event(*lines)) == [("27T06:00", "27T14:00"), ("28T05:00", "28T13:00")]


ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Station\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n"
    "TZOFFSETTO:+0300\r\nTZNAME:S\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def test_a_zone_that_the_file_describes_is_known() -> None:
    data = event("DTSTART;TZID=Station:20261124T060000", "DURATION:PT8H").decode()
    assert found(data.replace("PRODID:x\r\n", f"PRODID:x\r\n{ZONE}").encode()) == [("24T03:00", "24T11:00")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no event"),
        (b"nonsense", "no calendar"),
        (b"\xff\xfe\x00", "no calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no event"),
        (event("DTSTART;TZID=Mars/Base:20261124T060000", "DURATION:PT8H"), "Mars/Base"),
        (event("DTSTART:20261124T060000Z", "DURATION:PT1H", "EXDATE;TZID=Mars/Base:20261124T060000",
               "RRULE:FREQ=DAILY"), "Mars/Base"),
        (event("DTSTART:garbage", "DURATION:PT8H"), "when it begins"),
        (event("DURATION:PT8H"), "when it begins"),
        (event("DTSTART;TZID=Europe/Athens:00010101T000000", "DURATION:PT8H"), "when it begins"),
        (event("DTSTART;TZID=America/New_York:99991231T230000", "DURATION:PT8H"), "when it begins"),
        (event("DTSTART:20261124T060000Z", "DURATION:PT8H", "RDATE;TZID=Europe/Athens:00010101T000000"),
         "when it begins"),
        (event("DTSTART:20261124T060000Z", "DTEND:garbage"), "when it ends"),
        (event("DTSTART:20261124T060000Z", "DTEND:20261124T060000Z"), "does not last"),
        (event("DTSTART:20261124T060000Z", "DTEND:20261123T060000Z"), "does not last"),
        (event("DTSTART:20261124T060000Z"), "does not last"),
        (event("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261201"), "does not last"),
        (event("DTSTART:20261124T060000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"), "rule cannot be used"),
        (event("DTSTART:20261124T060000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
         "rule cannot be used"),
        (event("DTSTART:20261124T060000Z", "DURATION:PT30H", "RRULE:FREQ=DAILY"), "rule cannot be used"),
        (event("DTSTART:20261124T060000Z", "DURATION:PT1H", "RRULE:nonsense"), "rule cannot be used"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_refuses_the_whole_file(data: bytes, words: str) -> None:
    with pytest.raises(UserError) as refused:
        read(data, LISBON, NOW)
    said = " ".join(f"{one.text} {one.values}" for one in refused.value.messages)
    assert words in said, said


@pytest.mark.timeout(10)
def test_ten_thousand_events_are_refused_at_once_and_many_are_not_slow() -> None:
    one = event("DTSTART:20261124T060000Z", "DURATION:PT1H").partition(b"BEGIN:VEVENT")[2]
    body = b"BEGIN:VEVENT" + one.partition(b"END:VCALENDAR")[0]
    began = time.monotonic()
    with pytest.raises(UserError):
        read(b"BEGIN:VCALENDAR\r\n" + body * 10_000 + b"END:VCALENDAR\r\n", LISBON, NOW)
    assert time.monotonic() - began < 0.2
    rule = event("DTSTART:20261124T060000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY")
    three = rule.replace(b"END:VEVENT\r\n", b"END:VEVENT\r\n" + body)
    assert len(read(three, LISBON, NOW).shifts) > 365
    many = body + body.replace(b"PT1H", b"PT1H\r\nRRULE:FREQ=DAILY") * 3
    with pytest.raises(UserError):
        read(b"BEGIN:VCALENDAR\r\n" + many + b"END:VCALENDAR\r\n", LISBON, NOW)
    assert MOST_EVENTS < 10_000
    assert Found(Span(NOW, NOW), ()).names == ()
