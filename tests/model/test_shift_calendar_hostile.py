"""Hostile calendar files: time and memory are bounded, and every refusal is a sentence."""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.errors import UserError
from bot.model.person import Zone
from bot.model.shift.calendar import read

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Zone("Europe/Lisbon")
SECONDS = 20
MEMORY = 1 << 30
PROGRAM = """
import re, sys, time
from pathlib import Path
from datetime import UTC, datetime
from bot.errors import UserError
from bot.model.person import Zone
from bot.model.shift.calendar import read
began = time.process_time()
try:
    read(sys.stdin.buffer.read(), Zone("Europe/Lisbon"), datetime(2026, 11, 22, 12, tzinfo=UTC))
    said = "read"
except UserError:
    said = "refused"
# Its own peak: what getrusage says begins with that of the process that started it.
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
print(said, time.process_time() - began, int(peak) // 1024)
"""


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str, start: str = "DTSTART:20261124T060000Z", length: str = "DURATION:PT8H") -> list[str]:
    return ["BEGIN:VEVENT", "UID:1", "SUMMARY:Kate", start, length, *lines, "END:VEVENT"]


def zone(name: str, offset: str, *rules: str, start: str = "19700101T000000") -> list[str]:
    parts = [
        [f"BEGIN:{part}", f"DTSTART:{start}", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", *rules, f"END:{part}"]
        for part in ("STANDARD", "DAYLIGHT")
    ]
    return ["BEGIN:VTIMEZONE", f"TZID:{name}", *parts[0], *(parts[1] if rules else []), "END:VTIMEZONE"]


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def outcome(data: bytes) -> tuple[str, float, int]:
    """Return how a process of its own reads a file: "read" or "refused", CPU seconds, megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=data,
        capture_output=True,
        timeout=SECONDS,
        preexec_fn=_limited,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-300:]
    said, seconds, megabytes = done.stdout.decode().split()
    return said, float(seconds), int(megabytes)


# None is larger than a fifth of the files that are taken.
BOMBS = {
    "second by second zone": calendar(
        *zone("Bomb", "+0100", "RRULE:FREQ=SECONDLY"), *event(start="DTSTART;TZID=Bomb:20261124T060000")
    ),
    "minute by minute zone": calendar(
        *zone("Bomb", "+0100", "RRULE:FREQ=MINUTELY"), *event(start="DTSTART;TZID=Bomb:20261124T060000")
    ),
    "zone of old": calendar(
        *zone("Bomb", "+0100", "RRULE:FREQ=HOURLY", start="00010101T000000"),
        *event(start="DTSTART;TZID=Bomb:20261124T060000"),
    ),
    "a rule of the year 1": calendar(
        *(
            line
            for n in range(20)
            for line in event("RRULE:FREQ=DAILY;UNTIL=20261125T000000Z", start=f"DTSTART:000101{n + 1:02}T060000Z")
        )
    ),
    "many rules in one event": calendar(
        *event(
            *(f"RRULE:FREQ=DAILY;UNTIL=20250101T0000{n % 60:02}Z;COUNT={n + 400}" for n in range(20_000)),
            start="DTSTART:20200101T060000Z",
        )
    ),
    "many dates in one event": calendar(*event(*["RDATE:" + ",".join(["20261124T060000Z"] * 1000)] * 60)),
    "many exceptions in one event": calendar(
        *event("RRULE:FREQ=DAILY;COUNT=3", *["EXDATE:" + ",".join(["20261124T060000Z"] * 1000)] * 60)
    ),
    "many properties": calendar(*event(*(f"X-{n}:{'x' * 80}" for n in range(20_000)))),
    "one long line": calendar(*event("X-A:" + "x," * 1_000_000)),
    "one long parameter": calendar(*event("X-A;" + ";".join(f"P{n}=x" for n in range(20_000)) + ":1")),
    "folds upon folds": calendar(*event("X-A:" + "\r\n x" * 600_000)),
    "many who attend": calendar(*event(*(f"ATTENDEE;CN=K{n}:mailto:k{n}@example.org" for n in range(30_000)))),
    "deep": calendar(*["BEGIN:X"] * 40_000, *["END:X"] * 40_000),
    "many zones": calendar(*(line for n in range(1_000) for line in zone(f"Z{n}", "+0100")), *event()),
    "days of change": calendar(
        *(
            line
            for n in range(60)
            for line in [
                *zone(f"Z{n}", "+0100", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", start="16010101T000000"),
                *event(start=f"DTSTART;TZID=Z{n}:20261124T060000"),
            ]
        )
    ),
    "a zone of many rules": calendar(
        *zone("Many", "+0100", *["RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"], start="16010101T000000")[:-1],
        *zone("Many", "+0100", *["RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"], start="16010101T000000")[2:-1] * 1_000,
        "END:VTIMEZONE",
        *event(start="DTSTART;TZID=Many:20261124T060000"),
    ),
    "many zones for many events": calendar(
        *(
            line
            for n in range(50)
            for line in zone(f"Z{n}", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", start="16010101T000000")
        ),
        *(line for n in range(2_000) for line in event(start=f"DTSTART;TZID=Z{n % 50}:2020{n % 12 + 1:02}01T060000")),
    ),
    "what is left out of a zone": calendar(
        *zone("Bomb", "+0100", "RRULE:FREQ=YEARLY", "EXRULE:FREQ=SECONDLY"),
        *event(start="DTSTART;TZID=Bomb:20261124T060000"),
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_takes_no_more_than_some_seconds_and_megabytes(name: str) -> None:
    said, seconds, megabytes = outcome(BOMBS[name])
    assert said in ("refused", "read")
    assert seconds <= 4 and megabytes < 250, (said, seconds, megabytes)


UNREADABLE, NO_EVENT = "no calendar", "no event"
NO_BEGINNING, NO_END, NO_LENGTH, NO_RULE = "when it begins", "when it ends", "does not last", "rule cannot be used"
NO_ZONE = "neither a known one nor described"
REFUSED = {
    NO_BEGINNING: [
        event(start="DTSTART:99991231T235959Z"),
        event(start="DTSTART:00010101T000000Z"),
        event(start="DTSTART;VALUE=TIME:060000"),
        event(start="DTSTART;VALUE=PERIOD:20261124T060000Z/PT8H"),
        event(start="DTSTART;VALUE=DURATION:PT8H"),
        event(start="DTSTART;TZID=\x00:20261124T060000"),
        event("DTSTART:20261125T060000Z"),
        event("RDATE;VALUE=PERIOD:20261124T060000Z/PT8H"),
        event("RDATE;VALUE=PERIOD:20261124T060000Z/P999999999W"),
        event("RRULE:FREQ=DAILY;COUNT=2", "EXDATE:never"),
        event("RECURRENCE-ID:never"),
        ["BEGIN:VEVENT", *event(), "END:VEVENT"],
    ],
    NO_END: [
        event(length="DURATION:P99999999999W"),
        event(length="DTEND:20261301T000000Z"),
        event("DTEND:20261125T060000Z", "DTEND:20261126T060000Z"),
        event("DURATION:PT4H"),
    ],
    NO_LENGTH: [event(length="DURATION:-PT8H"), event(length="DURATION:PT0S")],
    NO_RULE: [
        event("RRULE:FREQ=DAILY", start="DTSTART:99991231T235959Z"),
        event("RRULE:FREQ=DAILY;INTERVAL=" + "9" * 100),
        event("RRULE:FREQ=DAILY;COUNT=" + "9" * 100),
        event("RRULE:FREQ=DAILY;UNTIL=99999999T999999Z"),
        event("RRULE:"),
        event("RRULE:FREQ=YEARLY;BYDAY=99MO"),
        event("RRULE:FREQ=MONTHLY;BYDAY=-40MO"),
        event("RRULE:FREQ=YEARLY;BYWEEKNO=99"),
        event("RRULE:FREQ=YEARLY;BYYEARDAY=999"),
        event("RRULE:FREQ=YEARLY;BYMONTH=99"),
        event("RRULE:FREQ=DAILY;BYSETPOS=0"),
        event("RRULE:FREQ=DAILY;COUNT=2", "EXRULE:FREQ=DAILY"),
    ],
    NO_ZONE: [
        event("RECURRENCE-ID;TZID=Nowhere:20261124T060000"),
        event(start="DTSTART;TZID=Europe:20261124T060000"),
        event(start="DTSTART;TZID=America/Argentina:20261124T060000"),
        event(start="DTSTART;TZID=" + "x" * 5000 + ":20261124T060000"),
        event(start="DTSTART;TZID=../../etc/passwd:20261124T060000"),
        event(start="DTSTART;TZID=tzdata.zi:20261124T060000"),
        event(start="DTSTART;TZID=zone.tab:20261124T060000"),
        event(start="DTSTART;TZID=iso3166.tab:20261124T060000"),
        event(start="DTSTART;TZID=__init__.py:20261124T060000"),
        event(start="DTSTART;TZID=\ud7ffé:20261124T060000"),
    ],
    UNREADABLE: [
        [*zone("Lies", "+9900"), *event(start="DTSTART;TZID=Lies:20261124T060000")],
        [*zone("Lies2", "+2500"), *event(start="DTSTART;TZID=Lies2:20261124T060000")],
        [*zone("Lies3", "nothing"), *event(start="DTSTART;TZID=Lies3:20261124T060000")],
        [*zone("Lies4", "+0100", "RRULE:FREQ=NEVER"), *event(start="DTSTART;TZID=Lies4:20261124T060000")],
        [*zone("Lies5", "+0100", "RDATE:never"), *event(start="DTSTART;TZID=Lies5:20261124T060000")],
        [*zone("Lies6", "+0100", start="never"), *event(start="DTSTART;TZID=Lies6:20261124T060000")],
        ["BEGIN:VTIMEZONE", "TZID:Empty", "END:VTIMEZONE", *event(start="DTSTART;TZID=Empty:20261124T060000")],
        ["BEGIN:VTIMEZONE", "TZID:A", "TZID:B", "END:VTIMEZONE", *event(start="DTSTART;TZID=A:20261124T060000")],
        ["END:VEVENT", *event()],
        [":", ";", "=", '"'],
    ],
    NO_EVENT: [["BEGIN:VALARM", *event()], ["BEGIN:VEVENT", "BEGIN:VALARM", "END:VEVENT"], ["BEGIN:", "END:"]],
}
READ: list[tuple[list[str], str]] = [
    (event("EXDATE:never"), "Kate"),  # it does not repeat
    (event(start="DTSTART;TZID=:20261124T060000"), "Kate"),
    (event("STATUS:CANCELLED", "STATUS:CONFIRMED"), "Kate"),
    (event("SUMMARY:Ana"), "Kate, Ana"),  # nobody is called so
    (event("ATTENDEE;CN=:matrix:u/%FF%00"), "@\ufffd\x00"),
    (event("ATTENDEE:matrix:u/"), "@"),
    (["BEGIN:VTIMEZONE", "END:VTIMEZONE", *event()], "Kate"),
    (["X;" + "a=" * 1000 + ":b", *event()], "Kate"),
]


def sentences(error: UserError) -> str:
    """Return what a refusal says; it is whole sentences."""
    assert all((one.text[0].isupper() and one.text.endswith(".")) or one.values for one in error.messages)
    return " ".join(f"{one.text} {one.values}" for one in error.messages)


def named(lines: list[str]) -> str:
    return " ".join(lines)[:120].encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize(
    ("words", "lines"),
    [pytest.param(words, lines, id=named(lines)) for words, several in REFUSED.items() for lines in several],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(words: str, lines: list[str]) -> None:
    with pytest.raises(UserError) as refused:
        read(calendar(*lines), HERE, NOW)
    assert words in sentences(refused.value)


@pytest.mark.parametrize(("lines", "name"), [pytest.param(lines, name, id=named(lines)) for lines, name in READ])
def test_what_is_odd_but_plain_is_one_shift(lines: list[str], name: str) -> None:
    [found] = read(calendar(*lines), HERE, NOW).shifts
    assert (f"{found.span.since:%dT%H}", f"{found.span.until:%dT%H}", found.names[0]) == ("24T06", "24T14", name)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", NO_EVENT),
        (b"\xef\xbb\xbf", NO_EVENT),
        (b"\xff\xfe", UNREADABLE),
        (b"\x00" * 1000, UNREADABLE),
        (calendar(*event()).decode().encode("utf-16"), UNREADABLE),
        (calendar(*event()).replace(b"Kate", b"\xe9\xff"), UNREADABLE),
        (calendar(*event()).replace(b"Kate", b"\xed\xa0\x80"), UNREADABLE),
        (calendar(*event())[:-60], NO_EVENT),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UserError) as refused:
        read(data, HERE, NOW)
    assert words in sentences(refused.value)


@pytest.mark.parametrize("begin", ["BEGIN;X=1:VEVENT", "BEGIN:VEV\r\n ENT"])
def test_events_do_not_hide_from_being_counted(begin: str) -> None:
    hidden = [
        line if line != "BEGIN:VEVENT" else begin
        for _n in range(2500)
        for line in event(start="DTSTART:20200101T060000Z")
    ]
    with pytest.raises(UserError):
        read(calendar(*hidden), HERE, NOW)


def test_a_zone_that_one_file_describes_is_not_taken_for_that_of_another() -> None:
    def begins(offset: str) -> datetime:
        data = calendar(
            *zone("Customized Time Zone", offset), *event(start="DTSTART;TZID=Customized Time Zone:20261124T060000")
        )
        return read(data, HERE, NOW).shifts[0].span.since

    assert begins("+0100") == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert begins("+0200") == datetime(2026, 11, 24, 4, tzinfo=UTC), "the same name, described anew"


def test_a_zone_that_another_file_described_is_not_known() -> None:
    read(calendar(*zone("Our Zone", "+0300"), *event(start="DTSTART;TZID=Our Zone:20261124T060000")), HERE, NOW)
    with pytest.raises(UserError):
        read(calendar(*event(start="DTSTART;TZID=Our Zone:20261124T060000")), HERE, NOW)


@pytest.mark.parametrize(
    "rule",
    ["", ";BYMONTH=10;BYDAY=-1SU", ";INTERVAL=1;BYDAY=1SU;BYMONTH=11",
     ";BYMONTH=11;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU", ";BYMONTH=10;BYDAY=-1SU;UNTIL=20371025T010000Z"],
)  # fmt: skip
def test_zones_as_programs_describe_them_are_read(rule: str) -> None:
    described = zone("Ours", "+0300", f"RRULE:FREQ=YEARLY{rule}", start="16010101T000000")
    found = read(calendar(*described, *event(start="DTSTART;TZID=Ours:20261124T060000")), HERE, NOW)
    assert found.shifts[0].span.since == datetime(2026, 11, 24, 3, tzinfo=UTC)
