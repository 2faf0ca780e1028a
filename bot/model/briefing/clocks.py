"""The clock of a zone as a calendar file describes it (VTIMEZONE), for readers that do not know it or know an old one.

Changes that come every year by one rule up to the end of what is looked at are written as that rule, which then holds
without end; all others, such as those of a Ramadan, are listed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from bot.model.person import Zone

YEARS = 13
"""How many years tell which rule it is: within twelve, a date has been every day of the week."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """That a clock changes, at `wall` as it went until then: from one offset of UTC to another."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool

    @property
    def kind(self) -> tuple[timedelta, timedelta, str, bool]:
        """What is the same each year."""
        return self.before, self.after, self.name, self.daylight


def described(zone: Zone, first: int, last: int) -> Timezone:
    """Return the clock of *zone* from the beginning of the year *first* on, beyond the end of the year *last*."""
    end = last + YEARS
    start, *turns = _turns(zone, first, end)
    found = Timezone()
    found.add("tzid", zone)
    found.add_component(_observance([start], None))
    for kind in dict.fromkeys(turn.kind for turn in turns):
        alike = [turn for turn in turns if turn.kind == kind]
        tail = _tail(alike, end)
        rule = _rule(tail)
        listed = alike[: -len(tail)] if rule else alike
        if listed:
            found.add_component(_observance(listed, None))
        if rule:
            found.add_component(_observance(tail, rule))
    return found


@lru_cache(256)
def _turns(zone: Zone, first: int, last: int) -> tuple[Turn, ...]:
    """Return how the clock goes as the year *first* begins, and its changes up to the end of *last*."""
    clock = ZoneInfo(zone)
    day, end = datetime(first, 1, 1, tzinfo=UTC) - _DAY, datetime(last + 1, 1, 1, tzinfo=UTC)
    found = [_turn(day, day, clock)]
    while day < end:
        if _offset(day, clock) != _offset(day + _DAY, clock):
            found.append(_turn(day, _change(day, clock), clock))
        day += _DAY
    return tuple(found)


def _change(day: datetime, clock: ZoneInfo) -> datetime:
    """Return the first minute (UTC) within a day after *day* at which *clock* goes otherwise than then."""
    before, after = 0, _DAY // _MINUTE
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(day + middle * _MINUTE, clock) == _offset(day, clock):
            before = middle
        else:
            after = middle
    return day + after * _MINUTE


def _turn(before: datetime, at: datetime, clock: ZoneInfo) -> Turn:
    offset, there = _offset(before, clock), at.astimezone(clock)
    wall = at.replace(tzinfo=None) + offset
    return Turn(wall, offset, _offset(at, clock), there.tzname() or "", bool(there.dst()))


def _offset(moment: datetime, clock: ZoneInfo) -> timedelta:
    return moment.astimezone(clock).utcoffset() or timedelta()


def _tail(turns: Sequence[Turn], last: int) -> list[Turn]:
    """Return the last of *turns* that are one a year up to the year *last*, on days that one rule can name."""
    found: list[Turn] = []
    for turn in reversed(turns):
        days = [turn.wall.day, *(one.wall.day for one in found)]
        alike = not found or _in_year(turn) == _in_year(found[0])
        if turn.wall.year != last - len(found) or not alike or max(days) - min(days) >= len(_DAYS):
            break
        found.append(turn)
    return found[::-1]


def _in_year(turn: Turn) -> tuple[object, ...]:
    return turn.wall.month, turn.wall.weekday(), turn.wall.time()


def _rule(turns: Sequence[Turn]) -> dict[str, object] | None:
    """Return the yearly rule of *turns*, or None if they do not tell: the days of its week have to be seen all."""
    days = sorted({turn.wall.day for turn in turns})
    if len(days) < len(_DAYS):
        return None
    wall = turns[0].wall
    day = _DAYS[wall.weekday()]
    named: dict[str, object] = {"freq": "YEARLY", "bymonth": wall.month}
    if days[-1] == monthrange(wall.year, wall.month)[1]:
        return named | {"byday": f"-1{day}"}
    if days[0] % len(_DAYS) == 1:
        return named | {"byday": f"{days[0] // len(_DAYS) + 1}{day}"}
    return named | {"byday": day, "bymonthday": days}


def _observance(turns: Sequence[Turn], rule: dict[str, object] | None) -> TimezoneStandard | TimezoneDaylight:
    first, *others = turns
    found = TimezoneDaylight() if first.daylight else TimezoneStandard()
    found.DTSTART = first.wall
    found.TZOFFSETFROM, found.TZOFFSETTO = first.before, first.after
    found.add("tzname", first.name)
    if rule:
        found.add("rrule", rule)
    elif others:
        for turn in turns:  # each by itself and the first as well: ical.js reads no more of a list, and not its start
            found.add("rdate", [turn.wall])
    return found
