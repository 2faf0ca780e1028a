"""What kind of day a date is in a country: working day, weekend or public holiday."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache

from holidays import HolidayBase, country_holidays

_WEEKEND = frozenset({5, 6})
"""Saturday and Sunday: the weekend of a country that nothing is known of."""


class Day(StrEnum):
    """What kind of day it is."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@lru_cache(4096)
def day_in(country: str | None, day: date) -> Day:
    """Return what kind of day it is in *country* (ISO 3166, two letters); only what holds in all of it counts.

    A Saturday that is worked in exchange for another day is a working day. Feasts that the moon decides are estimated.
    """
    calendar = _calendar(country, day.year) if country else None
    if calendar is None:
        return Day.WEEKEND if day.weekday() in _WEEKEND else Day.WORKING
    if day in calendar:
        return Day.HOLIDAY
    return Day.WORKING if calendar.is_working_day(day) else Day.WEEKEND


@lru_cache(256)
def _calendar(country: str, year: int) -> HolidayBase | None:
    """Return the public holidays of that year, or None of a country that the package does not know."""
    try:
        return country_holidays(country, years=year, expand=False)
    except NotImplementedError:
        return None
