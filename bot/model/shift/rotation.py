"""Rotations: rules of RFC 5545 on the wall clock of a zone, and the people who follow each other in them.

A watch from 22:00 to 06:00 ends at 06:00 by the clock on the wall, also in the nights in which that is seven or nine
hours away: watches that meet on the wall meet on every day of the year. A wall time that does not exist counts with the
offset before the change of the clocks, one that exists twice is the first of the two (RFC 5545, 3.3.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from bot.model.person import UserId, Zone
from bot.model.shift.post import PostName

LONGEST_RULE = 200
LONGEST = timedelta(hours=36)
"""The longest shift: more than a night shift in the autumn, and what some posts at sea are."""
AHEAD = timedelta(days=5 * 366)
"""A rule has to come true within this time: 29 February does."""

ENOUGH = 400
"""How many occurrences tell whether they overlap."""

_WHOLE = re.compile(r"[A-Z]+=[A-Z0-9,+-]+(?:;[A-Z]+=[A-Z0-9,+-]+)*")
_SMALL = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
"""The time of day is the start's."""
_NAMES = _SMALL | {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS",
}  # fmt: skip
_WRITTEN = "%Y%m%dT%H%M%S"


class RuleFault(StrEnum):
    """Why a rule of RFC 5545 is refused."""

    UNREADABLE = "unreadable"
    OFTEN = "often"
    """More than once a day."""
    NEVER = "never"
    OVERLAPS = "overlaps"
    """Its own occurrences overlap."""


class RuleRefused(ValueError):
    """A rule cannot be used for shifts."""

    def __init__(self, fault: RuleFault) -> None:
        super().__init__(fault)
        self.fault = fault


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
        for number, wall in enumerate(_rule(self.rule, self.start, self.zone)):
            if wall > latest:
                return
            if wall < earliest:
                continue
            span = Span(moment(wall, zone), moment(wall + self.length, zone))
            if self.ended is not None and span.since >= self.ended:
                return
            if span.since < until and span.until > since:
                yield span, self.people[number // self.turn % len(self.people)]


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) of the naive *wall* time in *zone*."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def rule_of(text: str, start: datetime, zone: Zone, length: timedelta) -> str:
    """Return the rule *text* in its one spelling; raise RuleRefused if no shifts can come of it.

    It may repeat daily, weekly, monthly or yearly, has to come true within five years, and a shift of *length* has to
    be over when the next begins.
    """
    rule = text.strip().upper().removeprefix("RRULE:")
    if len(rule) > LONGEST_RULE or not _WHOLE.fullmatch(rule):
        raise RuleRefused(RuleFault.UNREADABLE)
    parts = _parts(rule)
    if not parts.keys() <= _NAMES:
        raise RuleRefused(RuleFault.UNREADABLE)
    if not parts.keys().isdisjoint(_SMALL) or parts.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise RuleRefused(RuleFault.OFTEN)
    if parts.get("INTERVAL", "1").strip("0") == "":
        raise RuleRefused(RuleFault.UNREADABLE)  # for ever the same day
    try:
        found = _soon(rule, start, zone)
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError) as error:
        raise RuleRefused(RuleFault.UNREADABLE) from error
    if not found:
        raise RuleRefused(RuleFault.NEVER)
    if any(following - before < length for before, following in pairwise(found)):
        raise RuleRefused(RuleFault.OVERLAPS)
    return rule


def _soon(text: str, start: datetime, zone: Zone) -> list[datetime]:
    """Return the first occurrences within `AHEAD`, `ENOUGH` at most.

    dateutil looks for the next one until the year 9999, which takes it a quarter of a minute where there is none. So it
    is looked for close to that end, in years with the same days of the week and the same 29 February.
    """
    parts = _parts(text)
    years = _alike(start) - start.year
    last = _until(parts["UNTIL"], zone) if "UNTIL" in parts else start + AHEAD
    count = int(parts.pop("COUNT")) if "COUNT" in parts else ENOUGH
    moved = start.replace(year=start.year + years)
    parts["UNTIL"] = f"{moved + (min(last, start + AHEAD) - start):{_WRITTEN}}"
    return list(islice(_built(parts, moved), min(count, ENOUGH)))


def _alike(start: datetime) -> int:
    """Return the last year that is followed by as many as `AHEAD`, and has the days of the week of *start*'s."""
    latest = MAXYEAR - AHEAD // timedelta(days=365) - 1
    day = start.replace(month=1, day=1).weekday()
    return next(
        year for year in range(latest, latest - 28, -1)
        if (year - start.year) % 4 == 0 and start.replace(year=year, month=1, day=1).weekday() == day
    )  # fmt: skip


@lru_cache(512)
def _rule(text: str, start: datetime, zone: Zone) -> rrule:
    """Return the rule on the wall clock; its UNTIL, which RFC 5545 wants in UTC, becomes a wall time of *zone*."""
    parts = _parts(text)
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_until(parts['UNTIL'], zone):{_WRITTEN}}"
    return _built(parts, start)


def _parts(text: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in text.split(";"))


def _until(text: str, zone: Zone) -> datetime:
    """Return the naive wall time of an UNTIL: a date holds the whole day."""
    if len(text) == len("20260101"):
        return datetime.strptime(text, "%Y%m%d") + timedelta(days=1, seconds=-1)
    if not text.endswith("Z"):
        return datetime.strptime(text, _WRITTEN)
    return datetime.strptime(text, _WRITTEN + "Z").replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _built(parts: Mapping[str, str], start: datetime) -> rrule:
    found = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start, cache=True)
    if not isinstance(found, rrule):
        raise ValueError("a set of rules")
    return found
