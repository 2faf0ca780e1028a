"""Rules of RFC 5545 on the wall clock of a zone: when something comes again.

A wall time that does not exist counts with the offset before the change of the clocks, so it moves on by the length of
the gap; one that exists twice is the first of the two (RFC 5545, 3.3.5).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from bot.model.person import Zone

LONGEST_RULE = 200
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
    """A rule cannot be used."""

    def __init__(self, fault: RuleFault) -> None:
        super().__init__(fault)
        self.fault = fault


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) of the naive *wall* time in *zone*."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def rule_of(text: str, start: datetime, zone: Zone, length: timedelta) -> str:
    """Return the rule *text* in its one spelling; raise RuleRefused if nothing of *length* can come by it.

    It may repeat daily, weekly, monthly or yearly, has to come true within five years, and what lasts *length* has to
    be over when the next begins.
    """
    rule = text.strip().upper().removeprefix("RRULE:")
    if len(rule) > LONGEST_RULE or not _WHOLE.fullmatch(rule):
        raise RuleRefused(RuleFault.UNREADABLE)
    said = parts(rule)
    if not said.keys() <= _NAMES:
        raise RuleRefused(RuleFault.UNREADABLE)
    if not said.keys().isdisjoint(_SMALL) or said.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise RuleRefused(RuleFault.OFTEN)
    if said.get("INTERVAL", "1").strip("0") == "":
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


class Walls:
    """The naive wall times of a rule, the earliest first: worked out once, as far as anybody has asked."""

    def __init__(self, rule: rrule) -> None:
        """Keep the rule; nothing is worked out yet."""
        self._left = iter(rule)
        self._found: list[datetime] = []

    def __iter__(self) -> Iterator[datetime]:
        return (wall for _number, wall in self.since(datetime.min))

    def __contains__(self, wall: object) -> bool:
        return isinstance(wall, datetime) and next((found for _number, found in self.since(wall)), None) == wall

    def since(self, earliest: datetime) -> Iterator[tuple[int, datetime]]:
        """Return those that are not before *earliest*, with their numbers, 0 for the first of all."""
        found = self._found
        while not (found and found[-1] >= earliest) and self._another():
            pass
        number = bisect_left(found, earliest)
        while number < len(found) or self._another():
            yield number, found[number]
            number += 1

    def _another(self) -> bool:
        """Work out one more; return False if there is none."""
        for wall in self._left:
            self._found.append(wall)
            return True
        return False


@lru_cache(512)
def walls(rule: str, start: datetime, zone: Zone) -> Walls:
    """Return the naive wall times of *rule* from *start* on."""
    said = parts(rule)
    if "UNTIL" in said:
        said["UNTIL"] = f"{until(said['UNTIL'], zone):{_WRITTEN}}"
    return Walls(_built(said, start))


def parts(rule: str) -> dict[str, str]:
    """Return what *rule* says, by the names of its parts."""
    return dict(part.partition("=")[::2] for part in rule.split(";"))


def joined(said: Mapping[str, str]) -> str:
    """Return the rule that says *said*."""
    return ";".join(f"{name}={value}" for name, value in said.items())


def until(text: str, zone: Zone) -> datetime:
    """Return the naive wall time in *zone* of an UNTIL, which RFC 5545 wants in UTC: a date holds the whole day."""
    if len(text) == len("20260101"):
        return datetime.strptime(text, "%Y%m%d") + timedelta(days=1, seconds=-1)
    if not text.endswith("Z"):
        return datetime.strptime(text, _WRITTEN)
    return datetime.strptime(text, _WRITTEN + "Z").replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def until_text(wall: datetime, zone: Zone) -> str:
    """Return the UNTIL of the naive *wall* time in *zone*, as RFC 5545 wants it."""
    return f"{moment(wall, ZoneInfo(zone)):{_WRITTEN}}Z"


def _soon(text: str, start: datetime, zone: Zone) -> list[datetime]:
    """Return the first occurrences within `AHEAD`, `ENOUGH` at most.

    dateutil looks for the next one until the year 9999, which takes it a quarter of a minute where there is none. So it
    is looked for close to that end, in years with the same days of the week and the same 29 February.
    """
    said = parts(text)
    years = _alike(start) - start.year
    last = until(said["UNTIL"], zone) if "UNTIL" in said else start + AHEAD
    count = int(said.pop("COUNT")) if "COUNT" in said else ENOUGH
    moved = start.replace(year=start.year + years)
    said["UNTIL"] = f"{moved + (min(last, start + AHEAD) - start):{_WRITTEN}}"
    return list(islice(_built(said, moved), min(count, ENOUGH)))


def _alike(start: datetime) -> int:
    """Return the last year that is followed by as many as `AHEAD`, and has the days of the week of *start*'s."""
    latest = MAXYEAR - AHEAD // timedelta(days=365) - 1
    day = start.replace(month=1, day=1).weekday()
    return next(
        year for year in range(latest, latest - 28, -1)
        if (year - start.year) % 4 == 0 and start.replace(year=year, month=1, day=1).weekday() == day
    )  # fmt: skip


def _built(said: Mapping[str, str], start: datetime) -> rrule:
    found = rrulestr(joined(said), dtstart=start, cache=True)
    if not isinstance(found, rrule):
        raise ValueError("a set of rules")
    return found
