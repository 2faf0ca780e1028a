"""Who is to come to a meeting, and what a time for it asks of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.model.person import UserId, Zone
from bot.model.recurrence import moment
from bot.model.shift import Span
from bot.model.shift.sound import REST
from bot.model.slot.days import Day, day_in

DUSK, DAWN = timedelta(hours=22), timedelta(hours=30)
"""Night is from 22:00 to 06:00 on the next day. Wider than the night of a roster: nobody is on duty here anyway."""


class Strain(StrEnum):
    """Why a time is hard on a person."""

    BLOCKED = "blocked"
    """They have blocked these hours; nobody asks or keeps why."""
    RESTING = "resting"
    """Too little rest is left between two shifts."""
    NIGHT = "night"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class Need:
    """That `person` is to come: where they are, and when it is hard on them.

    `required`: without this person's agency the meeting is not held. `country` (ISO 3166, two letters) is whose
    weekends and holidays are theirs.
    """

    person: UserId
    agency: str
    zone: Zone
    country: str | None
    required: bool
    blocked: tuple[Span, ...] = ()
    resting: tuple[Span, ...] = ()

    @property
    def bearer(self) -> str:
        """Whose burden it is what is hard on this person: the country's, or the agency's if none is known."""
        return self.country or self.agency


def strains(slot: Span, need: Need) -> frozenset[Strain]:
    """Return why *slot* is hard on that person; nothing if it is not."""
    found = set(_clock(slot, need.zone, need.country))
    if any(slot.meets(one) for one in need.blocked):
        found.add(Strain.BLOCKED)
    if any(slot.meets(one) for one in need.resting):
        found.add(Strain.RESTING)
    return frozenset(found)


def rests(shifts: Iterable[Span], rest: timedelta = REST) -> tuple[Span, ...]:
    """Return which hours must stay free between a person's *shifts*, the earliest first.

    A meeting splits the time between two shifts. It leaves enough rest unless it begins less than *rest* after the one
    and ends less than *rest* before the other: that is, unless it meets the hours that are returned.
    """
    found = []
    for before, after in pairwise(sorted(shifts, key=lambda one: (one.since, one.until))):
        middle = Span(
            max(before.until, after.since - rest),
            min(before.until + rest, after.since),
        )
        if middle.since < middle.until:
            found.append(middle)
    return tuple(found)


@lru_cache(4096)
def _clock(slot: Span, zone: Zone, country: str | None) -> frozenset[Strain]:
    """Return what the clock and the calendar on the wall of *zone* say; the same for all who are there."""
    clock = ZoneInfo(zone)
    # What ends at midnight has no moment on the next day.
    days = _days(slot.since.astimezone(clock), (slot.until - timedelta(microseconds=1)).astimezone(clock))
    kinds = {day_in(country, day) for day in days}
    found = set()
    if any(_night(day, clock).meets(slot) for day in (days[0] - timedelta(days=1), *days)):
        found.add(Strain.NIGHT)
    if Day.HOLIDAY in kinds:
        found.add(Strain.HOLIDAY)
    elif Day.WEEKEND in kinds:
        found.add(Strain.WEEKEND)
    return frozenset(found)


def _night(day: date, clock: ZoneInfo) -> Span:
    """Return the night that begins on *day*."""
    midnight = datetime(day.year, day.month, day.day)
    return Span(moment(midnight + DUSK, clock), moment(midnight + DAWN, clock))


def _days(first: datetime, last: datetime) -> list[date]:
    count = max((last.date() - first.date()).days, 0)
    return [first.date() + timedelta(days=number) for number in range(count + 1)]
