"""A phrase to a moment: calendars, zones and the changes of the clocks."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.model.person import Zone
from bot.model.times.letters import zone_of
from bot.model.times.outcome import Aim, Cause, Fault, Note, NotRead, Outcome, Understood
from bot.model.times.said import Clock, Date, Part, Phrase, Weight

_WEEK = timedelta(days=7)
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d\d))?")
_LONGEST = 3660
_YEARS = 9
"""29 February comes again within eight years, also around 2100."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a phrase is said: `now` and `start` (of spans) in UTC, the person's IANA zone."""

    now: datetime
    start: datetime
    zone: Zone
    aim: Aim


def resolve(said: Phrase, here: Here) -> Outcome:
    """Return the moment that *said* means, or why it is none."""
    try:
        return _resolve(said, here)
    except OverflowError:
        return NotRead(Fault.IMPOSSIBLE)


def _resolve(said: Phrase, here: Here) -> Outcome:
    if said.after:
        return _span(said, here)
    if said.zone == "J":
        local = resolve(replace(said, zone=None), here)
        return NotRead(Fault.AMBIGUOUS, (local,), Cause.OBSERVER) if isinstance(local, Understood) else local
    clock = _settled(said)
    if isinstance(clock, NotRead):
        return clock
    if clock and clock.midnight and said.dated:
        return _midnight(said, here)
    zone, offset = _zone(said.zone, here)
    if zone is None:
        return NotRead(Fault.IMPOSSIBLE)
    return _dated(said, clock, _Wall(zone, offset, here))


def _span(said: Phrase, here: Here) -> Outcome:
    after = said.after
    if after is None or here.aim is Aim.BEHIND:
        return NotRead(Fault.FUTURE)
    if after.days > _LONGEST:
        return NotRead(Fault.IMPOSSIBLE)
    if after.minutes:
        moment = here.start + timedelta(minutes=after.minutes)
        return Understood(moment, _wall(moment, here.zone), here.zone)
    local = here.start.astimezone(ZoneInfo(here.zone)).replace(tzinfo=None) + timedelta(days=after.days)
    if said.clock:
        there = replace(said, after=None, date=Date(local.day, local.month, local.year))
        return resolve(there, here)
    return _Wall(here.zone, None, here).at(local)


def _settled(said: Phrase) -> Clock | NotRead | None:
    """Return the clock time in 24 hours, as its part of the day settles it."""
    clock, part = said.clock, said.part
    if clock is None:
        return NotRead(Fault.NOT_UNDERSTOOD) if part else None
    if not clock.exists:
        return NotRead(Fault.IMPOSSIBLE)
    if part is None or clock.midnight:
        return clock
    hour = _HALVES[part].get(clock.hour)
    if hour is None or (clock.civil and part is not Part.MORNING):
        return NotRead(Fault.NOT_UNDERSTOOD)
    return replace(clock, hour=hour)


_HALVES = {
    Part.MORNING: {**{hour: hour for hour in range(12)}, 12: 0},
    Part.AFTERNOON: {**{hour: hour + 12 for hour in range(1, 10)}, **{hour: hour for hour in range(12, 22)}},
    Part.EVENING: {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}},
}
"""The hour that is meant by an hour said with a part of the day; what is not here is not understood."""


def _midnight(said: Phrase, here: Here) -> Outcome:
    """Return the end of today; of any other day the beginning or the end may be meant."""
    start = resolve(replace(said, part=None, clock=Clock(0)), here)
    end = resolve(replace(said, part=None, clock=Clock(24)), here)
    if isinstance(end, NotRead) or said.day == 0:
        return end
    choices = tuple(one for one in (start, end) if isinstance(one, Understood))
    return NotRead(Fault.AMBIGUOUS, choices, Cause.MIDNIGHT)


def _zone(said: str | None, here: Here) -> tuple[Zone | None, timedelta | None]:
    """Return the IANA zone of a phrase, and the offset where that has no name: then the person's zone shows it."""
    if said is None or not said.startswith(("+", "-")):
        return Zone(said or here.zone), None
    found = _OFFSET.fullmatch(said)
    if found is None or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None, None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0)) * (-1 if found[1] == "-" else 1)
    named = zone_of(offset)
    return (Zone(named), None) if named else (here.zone, offset)


def _wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _dated(said: Phrase, clock: Clock | None, wall: _Wall) -> Outcome:
    if said.weekday is not None and said.date is None and clock and clock.weight == Weight.BARE:
        doubt = _of_month(said.weekday, clock, wall)
        if doubt:
            return doubt
    # Near midnight the day of the person is not the day of the zone that is named: both may be meant.
    found = [_reading(said, clock, wall, today) for today in (wall.spoken, wall.today)]
    understood = {one.utc: one for one in reversed(found) if isinstance(one, Understood)}
    if len(understood) > 1 and said.dated:
        return NotRead(Fault.AMBIGUOUS, tuple(understood[moment] for moment in sorted(understood)))
    return next(iter(understood.values()), found[0])


def _reading(said: Phrase, clock: Clock | None, wall: _Wall, today: date) -> Outcome:
    return _following(said, clock, wall, today) if said.following else wall.first(said, clock, today)


def _of_month(weekday: int, clock: Clock, wall: _Wall) -> NotRead | None:
    """Return the doubt in `Tuesday 8`, where the eighth of this or the next month is a Tuesday."""
    days = (wall.today + timedelta(days=n) for n in range(1, 32))
    meant = [day for day in days if day.day == clock.hour and day.weekday() == weekday]
    hour = wall.first(Phrase(weekday=weekday), clock, wall.today)
    if not meant or isinstance(hour, NotRead):
        return None
    return NotRead(Fault.AMBIGUOUS, (hour, wall.start_of(meant[0])))


def _following(said: Phrase, clock: Clock | None, wall: _Wall, today: date) -> Outcome:
    """Return the coming such weekday; if it is still of this week, that of the next week may be meant."""
    if said.date or said.day is not None or said.weekday is None or wall.behind:
        return NotRead(Fault.NOT_UNDERSTOOD)
    ahead = (said.weekday - today.weekday() - 1) % 7 + 1
    days = [today + timedelta(days=ahead)]
    if said.weekday > today.weekday():
        days.append(days[0] + _WEEK)
    found = [wall.on(day, clock) for day in days]
    return found[0] if len(found) == 1 else NotRead(Fault.AMBIGUOUS, tuple(found))


class _Wall:
    """The wall clock of one zone, and of the person's."""

    def __init__(self, zone: Zone, offset: timedelta | None, here: Here) -> None:
        self.zone, self._offset, self._here = zone, offset, here
        local = here.now + offset if offset is not None else _wall(here.now, zone)
        self.today = local.date()
        self.behind = here.aim is Aim.BEHIND
        self.spoken = _wall(here.now, here.zone).date()

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

    def at(self, local: datetime) -> Understood:
        """Return the moment of the naive *local*: the later of a gap, the first of an overlap still to come."""
        if self._offset is not None:
            moment = (local - self._offset).replace(tzinfo=UTC)
            return Understood(moment, _wall(moment, self.zone), self.zone)
        zone = ZoneInfo(self.zone)
        one, two = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if one == two:
            return Understood(one, local, self.zone)
        if one > two:
            return Understood(one, _wall(one, self.zone), self.zone, Note.MISSING)
        return Understood(one if self._right(one) or not self._right(two) else two, local, self.zone, Note.DOUBLED)

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
            yield from _written(said.date, today, step)
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
