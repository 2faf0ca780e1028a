"""A phrase to a moment."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.model.person import Zone
from bot.model.times.letters import zone_of
from bot.model.times.outcome import Aim, Cause, Fault, NotRead, Outcome, Understood
from bot.model.times.said import Clock, Date, Part, Phrase, Weight
from bot.model.times.walls import Here, Wall
from bot.model.times.walls import local as wall_time

_WEEK = timedelta(days=7)
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d\d))?")
_LONGEST = 3660


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
    zone, offset = _zone(said.zone, here)
    if zone is None:
        return NotRead(Fault.IMPOSSIBLE)
    wall = Wall(zone, offset, here)
    if clock and clock.midnight and said.dated:
        return _midnight(replace(said, part=None), clock, wall)
    if clock and said.part is Part.NIGHT and clock.hour < _DAWN and said.dated and not said.date:
        return _small_hours(replace(said, part=None), clock, wall)
    return _dated(said, clock, wall)


def _span(said: Phrase, here: Here) -> Outcome:
    after = said.after
    if after is None or here.aim is Aim.BEHIND:
        return NotRead(Fault.FUTURE)
    if after.days > _LONGEST:
        return NotRead(Fault.IMPOSSIBLE)
    if after.minutes:
        moment = here.start + timedelta(minutes=after.minutes)
        return Understood(moment, wall_time(moment, here.zone), here.zone)
    day = wall_time(here.start, here.zone) + timedelta(days=after.days)
    if said.clock:
        there = replace(said, after=None, date=Date(day.day, day.month, day.year))
        return resolve(there, here)
    return Wall(here.zone, None, here).at(day)


def _settled(said: Phrase) -> Clock | NotRead | None:
    """Return the clock time in 24 hours, as its part of the day settles it."""
    clock, part = said.clock, said.part
    if clock is None:
        return NotRead(Fault.NOT_UNDERSTOOD, cause=Cause.HOUR) if part else None
    if not clock.exists:
        return NotRead(Fault.IMPOSSIBLE)
    if part is None or clock.midnight:
        return clock
    hour = _HALVES[part].get(clock.hour)
    if part is Part.NIGHT and clock.hour == 12:
        return NotRead(Fault.AMBIGUOUS)  # noon is not of the night, but which night's midnight it is stays open
    if hour is None or (clock.civil and hour != clock.hour):
        return NotRead(Fault.NOT_UNDERSTOOD)
    return replace(clock, hour=hour)


_DAWN = 6
_HALVES = {
    Part.MORNING: {hour: hour for hour in range(12)},
    Part.AFTERNOON: {**{hour: hour + 12 for hour in range(1, 10)}, **{hour: hour for hour in range(12, 22)}},
    Part.EVENING: {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}},
    Part.NIGHT: {
        **{hour: hour for hour in range(_DAWN)},
        **{hour: hour + 12 for hour in range(9, 12)},
        **{hour: hour for hour in range(21, 24)},
    },
}
"""The hour that is meant by an hour said with a part of the day; what is not here is not understood."""


def _midnight(said: Phrase, clock: Clock, wall: Wall) -> Outcome:
    """Return the end of today; of any other day the beginning or the end may be meant."""
    start, end = (_dated(said, replace(clock, hour=hour, midnight=False), wall) for hour in (0, 24))
    if isinstance(end, NotRead) or said.day == 0:
        return end
    choices = tuple(one for one in (start, end) if isinstance(one, Understood))
    return NotRead(Fault.AMBIGUOUS, choices, Cause.MIDNIGHT)


def _small_hours(said: Phrase, clock: Clock, wall: Wall) -> Outcome:
    """Return the hour after midnight of a day's night: that which the day begins with, or ends in."""
    found = [_dated(said, replace(clock, hour=clock.hour + ahead), wall) for ahead in (0, 24)]
    choices = tuple(one for one in found if isinstance(one, Understood))
    if len(choices) > 1:
        return NotRead(Fault.AMBIGUOUS, tuple(sorted(choices, key=lambda one: one.utc)))
    return choices[0] if choices else found[0]


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


def _dated(said: Phrase, clock: Clock | None, wall: Wall) -> Outcome:
    if said.weekday is not None and said.date is None and clock and clock.weight == Weight.BARE:
        doubt = _of_month(said.weekday, clock, wall)
        if doubt:
            return doubt
    if said == Phrase(weekday=wall.today.weekday()) and not wall.behind:
        # “Tuesday” on a Tuesday: without a clock time nothing tells whether today is meant.
        days = (wall.today, wall.today + _WEEK)
        return NotRead(Fault.AMBIGUOUS, tuple(wall.start_of(day) for day in days))
    # Near midnight the day of the person is not the day of the zone that is named: both may be meant.
    found = [_reading(said, clock, wall, today) for today in (wall.spoken, wall.today)]
    understood = {one.utc: one for one in reversed(found) if isinstance(one, Understood)}
    if len(understood) > 1 and said.dated:
        return NotRead(Fault.AMBIGUOUS, tuple(understood[moment] for moment in sorted(understood)))
    return next(iter(understood.values()), found[0])


def _reading(said: Phrase, clock: Clock | None, wall: Wall, today: date) -> Outcome:
    return _following(said, clock, wall, today) if said.following else wall.first(said, clock, today)


def _of_month(weekday: int, clock: Clock, wall: Wall) -> NotRead | None:
    """Return the doubt in `Tuesday 8`, where the eighth of this or the next month is a Tuesday."""
    days = (wall.today + timedelta(days=n) for n in range(1, 32))
    meant = [day for day in days if day.day == clock.hour and day.weekday() == weekday]
    hour = wall.first(Phrase(weekday=weekday), clock, wall.today)
    if not meant or isinstance(hour, NotRead):
        return None
    return NotRead(Fault.AMBIGUOUS, (hour, wall.start_of(meant[0])))


def _following(said: Phrase, clock: Clock | None, wall: Wall, today: date) -> Outcome:
    """Return the coming such weekday; if it is still of this week, that of the next week may be meant."""
    if said.date or said.day is not None or said.weekday is None or wall.behind:
        return NotRead(Fault.NOT_UNDERSTOOD)
    ahead = (said.weekday - today.weekday() - 1) % 7 + 1
    days = [today + timedelta(days=ahead)]
    if said.weekday > today.weekday():
        days.append(days[0] + _WEEK)
    found = [wall.on(day, clock) for day in days]
    return found[0] if len(found) == 1 else NotRead(Fault.AMBIGUOUS, tuple(found))
