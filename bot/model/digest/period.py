"""The while that a digest is about: a day of the task force, by the clock of its own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """The moments in [`since`, `until`), UTC."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Return whether *moment* is in it."""
        return self.since <= moment < self.until


def day_of(day: date, zone: str) -> Period:
    """Return the *day* in the IANA *zone*, from its first moment to that of the next: of 23, 24 or 25 hours."""
    return Period(_first(day, zone), _first(day + timedelta(days=1), zone))


def day_around(moment: datetime, zone: str) -> date:
    """Return which day it is at *moment* in the IANA *zone*."""
    return moment.astimezone(ZoneInfo(zone)).date()


def _first(day: date, zone: str) -> datetime:
    """Return the first moment of *day*: where the clocks skip midnight, the one that they go on from."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def a_week_before(period: Period, zone: str) -> Period:
    """Return the same while by the clock of the IANA *zone*, seven days before."""
    return Period(_back(period.since, zone), _back(period.until, zone))


def _back(moment: datetime, zone: str) -> datetime:
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - WEEK
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
