"""The occurrences of a briefing: what its rule says, and what was changed of it.

A wall time that the clocks skip moves on by as much as they skip, and of one that comes twice the first is meant, for
each occurrence anew: a briefing at 01:30 in Lisbon is at 02:30 on one day in March, and at 01:30 on the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.model.briefing.values import Briefing, Change, Occurrence, State
from bot.model.recurrence import Walls, moment, walls

MOST = 366
FAR = timedelta(days=9 * 366)
"""How far ahead the next occurrence is looked for: 29 February comes again within eight years, also around 2100."""


def occurrences(
    briefing: Briefing, changes: Sequence[Change], since: datetime, until: datetime, most: int = MOST
) -> list[Occurrence]:
    """Return the first *most* occurrences that begin in [*since*, *until*), both aware, the earliest first.

    A cancelled briefing has none. A change of what is not, or no longer, an occurrence by the rule counts for nothing.
    """
    if briefing.state is State.CANCELLED:
        return []
    first, last = since.astimezone(UTC), until.astimezone(UTC)
    changed = {one.original: one for one in changes}
    kept = (wall for wall in _between(briefing, first, last) if wall not in changed)
    found = [placed(briefing, wall, wall, briefing.length) for wall in islice(kept, most)]
    found += (one for one in moved(briefing, changes) if first <= one.begins.astimezone(UTC) < last)
    return sorted(found, key=lambda one: one.begins.astimezone(UTC))[:most]


def next_of(briefing: Briefing, changes: Sequence[Change], after: datetime) -> Occurrence | None:
    """Return the first occurrence that begins later than *after* (aware), or None if none does within `FAR`."""
    later = after.astimezone(UTC) + datetime.resolution
    return next(iter(occurrences(briefing, changes, later, later + FAR, most=1)), None)


def by_rule(briefing: Briefing) -> Walls | tuple[datetime, ...]:
    """Return the naive wall times of all occurrences by the rule, the earliest first; there may be no end to them."""
    if briefing.rule is None:
        return (briefing.begins,)
    return walls(briefing.rule, briefing.begins, briefing.zone)


def moved(briefing: Briefing, changes: Sequence[Change]) -> Iterator[Occurrence]:
    """Return what stands now where single occurrences were changed and not left out."""
    planned = by_rule(briefing)
    for one in {one.original: one for one in changes}.values():
        if one.begins is not None and one.original in planned:
            length = briefing.length if one.length is None else one.length
            yield placed(briefing, one.original, one.begins, length)


def _between(briefing: Briefing, since: datetime, until: datetime) -> Iterator[datetime]:
    """Return the wall times by the rule whose moments are in [*since*, *until*), both UTC."""
    zone = ZoneInfo(briefing.zone)
    for wall in by_rule(briefing):
        begins = moment(wall, zone)
        if begins >= until:
            return
        if begins >= since:
            yield wall


def placed(briefing: Briefing, original: datetime, wall: datetime, length: timedelta) -> Occurrence:
    """Return the occurrence that by the rule is at *original* and now at the naive *wall* time."""
    zone = ZoneInfo(briefing.zone)
    begins = moment(wall, zone)
    return Occurrence(original, begins.astimezone(zone), (begins + length).astimezone(zone))
