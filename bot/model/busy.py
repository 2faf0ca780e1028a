"""Hours that a person has blocked for meetings, by their own clock; nobody asks or keeps why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.person import Zone
from bot.model.recurrence import moment
from bot.model.shift import Span
from bot.model.shift.repeating import rule_for

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
_MINUTES = 24 * 60
_HOURS = re.compile(r"(\d{1,2})[:.]?(\d{2})?\s*[-–—]\s*(\d{1,2})[:.]?(\d{2})?(?:[\s,;]+(.+))?")


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """Hours from `since` to `until`, in minutes of the day, on `days` (0 is Monday) on which they begin.

    Where `until` is not later than `since` they end on the next day.
    """

    since: int
    until: int
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    @property
    def length(self) -> timedelta:
        """How long they are by the clock on the wall."""
        return ((self.until - self.since) % _MINUTES or _MINUTES) * A_MINUTE

    @property
    def hours(self) -> str:
        """How they are written."""
        since, until = divmod(self.since, 60), divmod(self.until, 60)
        return f"{since[0]:02}:{since[1]:02}-{until[0]:02}:{until[1]:02}"


def read(text: str, language: str) -> Busy | None:
    """Return the hours that *text* says (`22:00-07:00`, `12-13 mon, tue`), with days in *language*; None if none."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    since, until = _minute(found[1], found[2]), _minute(found[3], found[4])
    days = _days(found[5], language) if found[5] else (0, 1, 2, 3, 4, 5, 6)
    if since is None or until is None or since == until or not days:
        return None
    return Busy(since % _MINUTES, until % _MINUTES, days)


def _minute(hour: str, minute: str | None) -> int | None:
    """Return which minute of the day a clock time is, 24:00 included; None if it is none."""
    found = int(hour) * 60 + int(minute or 0)
    return found if int(minute or 0) < 60 and found <= _MINUTES else None


def _days(text: str, language: str) -> tuple[int, ...]:
    rule = rule_for(text.strip().lower(), language)
    if rule == "FREQ=DAILY":
        return (0, 1, 2, 3, 4, 5, 6)
    head, _equals, codes = rule.partition("BYDAY=")
    if head != "FREQ=WEEKLY;":
        return ()
    return tuple(sorted(DAYS.index(code) for code in codes.split(",")))


def spans(blocked: Iterable[Busy], zone: Zone, since: datetime, until: datetime) -> tuple[Span, ...]:
    """Return the stretches of *blocked* hours by the clock of *zone* that have a moment in [*since*, *until*)."""
    return tuple(sorted(_spans(blocked, zone, Span(since, until)), key=lambda one: (one.since, one.until)))


def _spans(blocked: Iterable[Busy], zone: Zone, within: Span) -> Iterator[Span]:
    clock = ZoneInfo(zone)
    first = within.since.astimezone(clock).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0) - A_DAY
    last = within.until.astimezone(clock).replace(tzinfo=None)
    for one in blocked:
        day = first
        while day <= last:
            if day.weekday() in one.days:
                begins = day + one.since * A_MINUTE
                span = Span(moment(begins, clock), moment(begins + one.length, clock))
                if span.meets(within):
                    yield span
            day += A_DAY
