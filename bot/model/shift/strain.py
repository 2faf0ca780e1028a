"""What a person may not be asked lightly: too little rest, two posts at once, too many hours in a week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.person import UserId
from bot.model.recurrence import moment
from bot.model.shift.roster import Shift
from bot.model.shift.rotation import Span
from bot.model.shift.sound import Short, loads, shorts

NEAR = timedelta(days=8)
"""How far from a shift others count for its rest and its week."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a roster is held against: the least rest between two shifts, and the most hours of shifts in a week."""

    rest: timedelta
    week: timedelta


@dataclass(frozen=True, slots=True)
class Over:
    """That a person is on duty longer in a week than is allowed."""

    person: UserId
    week: Span
    hours: timedelta


def weeks(span: Span, zone: str) -> list[Span]:
    """Return the weeks, Monday to Monday by the clock of *zone*, that *span* has a moment in."""
    clock = ZoneInfo(zone)
    day = span.since.astimezone(clock).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    day -= timedelta(days=day.weekday())
    found = []
    while moment(day, clock) < span.until:
        found.append(Span(moment(day, clock), moment(day + timedelta(days=7), clock)))
        day += timedelta(days=7)
    return found


def nights(span: Span, zone: str) -> list[Span]:
    """Return the nights, 23:00 to 05:00 by the clock of *zone*, that meet *span*."""
    clock = ZoneInfo(zone)
    day = span.since.astimezone(clock).replace(tzinfo=None, hour=23, minute=0, second=0, microsecond=0)
    day -= timedelta(days=1)
    found = []
    while moment(day, clock) < span.until:
        found.append(Span(moment(day, clock), moment(day + timedelta(hours=6), clock)))
        day += timedelta(days=1)
    return [one for one in found if one.meets(span)]


def over(shifts: Sequence[Shift], span: Span, zone: str, most: timedelta) -> list[Over]:
    """Return who is on duty longer than *most* in a week that meets *span*."""
    return [
        Over(load.person, week, load.hours)
        for week in weeks(span, zone)
        for load in loads(shifts, week)
        if load.hours > most
    ]


def strains(
    before: Sequence[Shift], after: Sequence[Shift], people: Iterable[UserId], zone: str, limits: Limits
) -> tuple[list[Short], list[Over]]:
    """Return what *people* have too little rest or too many hours by in *after* and had not in *before*."""
    meant = frozenset(people)
    new = [one for one in after if one.person in meant]
    old = [one for one in before if one.person in meant]
    known = {(short.before.span, short.after.span, short.person) for short in shorts(old, limits.rest)}
    found = [s for s in shorts(new, limits.rest) if (s.before.span, s.after.span, s.person) not in known]
    if not new:
        return found, []
    span = _whole([*old, *new])
    hours = {(one.person, one.week): one.hours for one in over(old, span, zone, timedelta())}
    return found, [
        one for one in over(new, span, zone, limits.week) if one.hours > hours.get((one.person, one.week), timedelta())
    ]


def _whole(shifts: Sequence[Shift]) -> Span:
    return Span(min(one.span.since for one in shifts), max(one.span.until for one in shifts))


def near(span: Span) -> tuple[datetime, datetime]:
    """Return between which moments other shifts count for what happens in *span*."""
    return span.since - NEAR, span.until + NEAR
