"""Briefings that tests plan, and when they take place as it is worked out without the rules of any library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.model.briefing import Briefing
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
ODD = [
    "Africa/Cairo", "Africa/Casablanca", "America/Nuuk", "America/Santiago", "Antarctica/Troll", "Asia/Gaza",
    "Asia/Jerusalem", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Dublin", "Europe/Lisbon", "Europe/Athens",
    "America/New_York", "Pacific/Chatham", "Europe/Kyiv", "Europe/Istanbul",
]  # fmt: skip
"""Zones whose clocks change by half an hour or two hours, around Ramadan, on a Friday, below zero, or no more."""


@dataclass(frozen=True)
class Rule:
    """A rule of RFC 5545, and whether a day is one of it, given the day that it begins on."""

    text: str
    holds: Callable[[date, date], bool]


HALF_AN_HOUR = timedelta(minutes=30)


def planned(begins: datetime, zone: str, rule: str | None = None, length: timedelta = HALF_AN_HOUR) -> Briefing:
    return Briefing(
        Reference("BRAVO-9MD2X"), "Morning brief", LanguageCode("en"), "!room:example.org",
        UserId("@ana:example.org"), "PRT-GNR", begins, Zone(zone), length, rule, datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def moment(wall: datetime, zone: str) -> datetime:
    """Return the moment of a wall time by trying what the clock shows; see `bot.model.times` for the policy."""
    clock = ZoneInfo(zone)
    near = ((wall + timedelta(days=days)).replace(tzinfo=UTC).astimezone(clock).utcoffset() for days in (-1, 0, 1))
    offsets = [offset for offset in near if offset is not None]
    tried = [(wall - offset).replace(tzinfo=UTC) for offset in dict.fromkeys(offsets)]
    shown = [one for one in tried if one.astimezone(clock).replace(tzinfo=None) == wall]
    return min(shown) if shown else max(tried)  # before a gap UTC is ahead less, so it is later


def walls(rule: Rule | None, begins: datetime, until: date) -> Iterator[datetime]:
    """Return the wall times of *rule* from *begins* up to *until*, day by day."""
    if rule is None:
        yield begins
        return
    for days in range((until - begins.date()).days):
        wall = begins + timedelta(days=days)
        if rule.holds(wall.date(), begins.date()):
            yield wall


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _daily(every: int) -> Rule:
    return Rule(f"FREQ=DAILY;INTERVAL={every}", lambda day, start: (day - start).days % every == 0)


def _weekly(every: int, days: set[int]) -> Rule:
    said = ",".join(DAYS[day] for day in sorted(days))
    return Rule(
        f"FREQ=WEEKLY;INTERVAL={every};BYDAY={said}",
        lambda day, start: day.weekday() in days and (_monday(day) - _monday(start)).days // 7 % every == 0,
    )


def _monthly(number: int) -> Rule:
    return Rule(f"FREQ=MONTHLY;BYMONTHDAY={number}", lambda day, _: day.day == number)


def _nth(number: int, weekday: int) -> Rule:
    return Rule(
        f"FREQ=MONTHLY;BYDAY={number}{DAYS[weekday]}",
        lambda day, _: day.weekday() == weekday and (day.day - 1) // 7 + 1 == number,
    )


def _last(weekday: int) -> Rule:
    return Rule(
        f"FREQ=MONTHLY;BYDAY=-1{DAYS[weekday]}",
        lambda day, _: day.weekday() == weekday and (day + timedelta(days=7)).month != day.month,
    )


YEARLY = Rule("FREQ=YEARLY", lambda day, start: (day.month, day.day) == (start.month, start.day))
BARE = [
    Rule("FREQ=WEEKLY", lambda day, start: (day - start).days % 7 == 0),
    Rule("FREQ=MONTHLY", lambda day, start: day.day == start.day),
    YEARLY,
]
"""Rules that leave the day to the begin; what a month or a year does not have, it leaves out."""
WEEKDAYS = st.integers(0, 6)
RULES = st.one_of(
    st.builds(_daily, st.integers(1, 9)),
    st.builds(_weekly, st.integers(1, 3), st.sets(WEEKDAYS, min_size=1)),
    st.builds(_monthly, st.integers(1, 31)),
    st.builds(_nth, st.integers(1, 4), WEEKDAYS),
    st.builds(_last, WEEKDAYS),
    st.sampled_from(BARE),
)
ANY_ZONE = st.one_of(st.sampled_from(ODD), st.sampled_from(ZONES))
BEGINS = st.builds(
    lambda day, quarter: datetime.combine(day, datetime.min.time()) + timedelta(minutes=15 * quarter),
    st.one_of(
        st.dates(date(2020, 1, 1), date(2037, 12, 31)),
        st.sampled_from([date(2024, 2, 29), date(2036, 2, 29), date(2027, 1, 31), date(2025, 12, 31)]),
    ),
    # Most clocks change between midnight and four.
    st.one_of(st.integers(0, 16), st.integers(0, 95)),
)
LENGTHS = st.builds(timedelta, minutes=st.sampled_from([15, 30, 45, 60, 90, 240]))
