"""The wall clock of a zone: calendars, and the changes of the clocks."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.model.person import Zone
from bot.model.times.outcome import Aim, Fault, Note, NotRead, Outcome, Understood
from bot.model.times.said import Clock, Date, Phrase

_YEARS = 9
"""29 February comes again within eight years, also around 2100."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a phrase is said: `now` and `start` (of spans) in UTC, the person's IANA zone."""

    now: datetime
    start: datetime
    zone: Zone
    aim: Aim


def local(moment: datetime, zone: str) -> datetime:
    """Return the naive wall time of the aware *moment* in *zone*."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


class Wall:
    """The wall clock of one zone, and of the person's."""

    def __init__(self, zone: Zone, offset: timedelta | None, here: Here) -> None:
        self.zone, self._offset, self._here = zone, offset, here
        self.today = (here.now + offset if offset is not None else local(here.now, zone)).date()
        self.behind = here.aim is Aim.BEHIND
        self.spoken = local(here.now, here.zone).date()

    def first(self, said: Phrase, clock: Clock | None, today: date) -> Outcome:
        """Return the first day of *said* whose *clock* is on the wanted side of now."""
        days = list(self._days(said, today))
        if not days:
            return NotRead(Fault.IMPOSSIBLE)
        for day in days:
            found = self.on(day, clock)
            if self._wanted(found, day, clock):
                if said.weekday is not None and day.weekday() != said.weekday:
                    return NotRead(Fault.IMPOSSIBLE)
                return replace(found, note=found.note or self._note(said, clock, day, today))
        return NotRead(Fault.PAST if self._here.aim is Aim.AHEAD else Fault.FUTURE)

    def on(self, day: date, clock: Clock | None) -> Understood:
        """Return *clock* on *day*, or its beginning."""
        return self.at(datetime.combine(day, time()) + clock.after()) if clock else self.start_of(day)

    def start_of(self, day: date) -> Understood:
        """Return the beginning of *day*, as a whole day."""
        return replace(self.at(datetime.combine(day, time())), note=Note.WHOLE_DAY)

    def at(self, naive: datetime) -> Understood:
        """Return the moment of the *naive* wall time: the later of a gap, the first of an overlap still to come."""
        if self._offset is not None:
            moment = (naive - self._offset).replace(tzinfo=UTC)
            return Understood(moment, local(moment, self.zone), self.zone)
        zone = ZoneInfo(self.zone)
        one, two = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if one == two:
            return Understood(one, naive, self.zone)
        if one > two:
            return Understood(one, local(one, self.zone), self.zone, Note.MISSING)
        return Understood(one if self._right(one) or not self._right(two) else two, naive, self.zone, Note.DOUBLED)

    def _right(self, moment: datetime) -> bool:
        return moment > self._here.now if self._here.aim is Aim.AHEAD else moment <= self._here.now

    def _wanted(self, found: Understood, day: date, clock: Clock | None) -> bool:
        if clock is None and day == self.today:
            return True
        return self._right(found.utc)

    def _note(self, said: Phrase, clock: Clock | None, day: date, today: date) -> Note | None:
        if not said.dated and day > today and not (clock and clock.midnight):
            return Note.NEXT_DAY
        return Note.SAME_DAY if said.weekday is not None and not said.date and day == today else None

    def _days(self, said: Phrase, today: date) -> Iterator[date]:
        """Return the days that *said* can mean, the nearest first; one for an explicit date."""
        step = 1 if self._here.aim is Aim.AHEAD else -1
        if said.date:
            named = today + timedelta(days=said.day or 0)
            yield from (day for day in _written(said.date, today, step) if said.day is None or day == named)
        elif said.day is not None:
            yield today + timedelta(days=said.day)
        elif said.weekday is not None:
            nearest = (step * (said.weekday - today.weekday())) % 7
            yield from (today + step * timedelta(days=days) for days in (nearest, nearest + 7))
        else:
            yield from (today + step * timedelta(days=days) for days in (-1, 0, 1, 2))


def _written(said: Date, today: date, step: int) -> Iterator[date]:
    """Return the days that a date can be: one with its year, else of this year and those around it."""
    if said.year is not None:
        months: Iterator[tuple[int, int]] = iter([(said.year, said.month or 0)])
    elif said.month is not None:
        months = ((today.year + step * n, said.month) for n in range(-1, _YEARS))
    else:
        count = today.year * 12 + today.month - 1
        months = (divmod(count + step * n, 12) for n in range(-1, 14))
        months = ((year, month + 1) for year, month in months)
    for year, month in takewhile(lambda one: 1 <= one[1] <= 12 and 1 <= one[0] <= 9999, months):
        if 1 <= said.day <= calendar.monthrange(year, month)[1]:
            yield date(year, month, said.day)
