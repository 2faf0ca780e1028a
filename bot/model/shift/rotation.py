"""Rotations: rules of RFC 5545 on the wall clock of a zone, and the people who follow each other in them.

A watch from 22:00 to 06:00 ends at 06:00 by the clock on the wall, also in the nights in which that is seven or nine
hours away: watches that meet on the wall meet on every day of the year. What counts where the clocks change is said in
`bot.model.recurrence`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.model.person import UserId, Zone
from bot.model.recurrence import moment, walls
from bot.model.shift.post import PostName

LONGEST = timedelta(hours=36)
"""The longest shift: more than a night shift in the autumn, and what some posts at sea are."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, UTC; `until` is the first moment that does not belong to it."""

    since: datetime
    until: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until

    def meets(self, other: Span) -> bool:
        """Return whether they have any moment in common."""
        return self.since < other.until and other.since < self.until

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since


@lru_cache(8192)
def _span(wall: datetime, length: timedelta, zone: Zone) -> Span:
    """Return the stretch that begins and ends by the clocks of *zone*."""
    clock = ZoneInfo(zone)
    return Span(moment(wall, clock), moment(wall + length, clock))


@dataclass(frozen=True, slots=True)
class Rotation:
    """Who follows whom at a post: `people`, each for `turn` occurrences of `rule`, from `start` on.

    `start` is a naive wall time of the IANA `zone`; the first occurrence is the first of the rule that is not earlier.
    `length` is wall time as well. `ended` (UTC) is when it was taken out: what begins later is not there any more.
    """

    id: str
    post: PostName
    agency: str | None
    people: tuple[UserId, ...]
    start: datetime
    zone: Zone
    length: timedelta
    rule: str
    turn: int = 1
    ended: datetime | None = None

    def occurrences(self, since: datetime, until: datetime) -> Iterator[tuple[Span, UserId]]:
        """Return the shifts that have a moment in [*since*, *until*) (UTC), the earliest first, and whose they are."""
        zone = ZoneInfo(self.zone)
        margin = self.length + timedelta(days=1)
        earliest = since.astimezone(zone).replace(tzinfo=None) - margin
        latest = until.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
        for number, wall in walls(self.rule, self.start, self.zone).since(earliest):
            if wall > latest:
                return
            span = _span(wall, self.length, self.zone)
            if self.ended is not None and span.since >= self.ended:
                return
            if span.since < until and span.until > since:
                yield span, self.people[number // self.turn % len(self.people)]
