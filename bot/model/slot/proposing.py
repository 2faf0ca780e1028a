"""Which times are proposed where nobody has named any: those that cost least, near the middle of everybody's day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.person import Zone
from bot.model.shift import Span
from bot.model.slot.ranking import Ranked

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
MOST_A_DAY = 2
"""Times of one day: who cannot come on that day at all still has a choice."""
_MIDDAY = 12 * 60 + 30


def candidates(since: datetime, zone: Zone, length: timedelta, days: int = 7) -> list[Span]:
    """Return a stretch of *length* at each full hour of the clock of *zone*, from *since* (aware) on, for *days*.

    Of an hour that comes twice as the clocks change, only the first is taken: a wall time means that one.
    """
    wall = since.astimezone(ZoneInfo(zone))
    past = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
    first = since - past + (AN_HOUR if past else timedelta())
    hours = [first + n * AN_HOUR for n in range(days * 24)]
    return [Span(hour, hour + length) for hour in hours if hour.astimezone(ZoneInfo(zone)).fold == 0]


def proposed(ranked: Sequence[Ranked], zones: Collection[Zone], zone: Zone, most: int) -> list[Ranked]:
    """Return the best *most* of *ranked* times, the best first, none of which overlap, MOST_A_DAY of a day of *zone*.

    Of those that cost the same, the one that is nearest to midday by the clocks of *zones*, then the earliest.
    """
    clocks = [ZoneInfo(one) for one in sorted(zones)]
    found: list[Ranked] = []
    for one in sorted(ranked, key=lambda one: (one.missing, one.cost, _off(one.slot, clocks), one.slot.since)):
        day = one.slot.since.astimezone(ZoneInfo(zone)).date()
        same = [two for two in found if two.slot.since.astimezone(ZoneInfo(zone)).date() == day]
        if len(same) < MOST_A_DAY and not any(one.slot.meets(two.slot) for two in found):
            found.append(one)
        if len(found) == most:
            break
    return found


def _off(slot: Span, clocks: Sequence[ZoneInfo]) -> int:
    """Return by how many minutes a time is off midday, at most of all *clocks*."""
    middle = slot.since + slot.length / 2
    walls = [middle.astimezone(clock) for clock in clocks]
    return max((abs(wall.hour * 60 + wall.minute - _MIDDAY) for wall in walls), default=0)
