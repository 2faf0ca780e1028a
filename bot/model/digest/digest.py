"""A digest as it is put together for the people of a room, and when one comes by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model.digest.counting import Fact, Figures, Lists
from bot.model.digest.pace import Hour
from bot.model.digest.period import Period
from bot.model.handling import Cleared
from bot.model.incident import Incident
from bot.model.person import UserId, Zone
from bot.model.reference import Reference


@dataclass(frozen=True, slots=True)
class Duties:
    """What is to be done at the end of the while, tasks and those of them that are overdue, and what was in it.

    That is shifts that nobody took over in time, handovers that were accepted, and briefings that began.
    """

    tasks: int = 0
    overdue: int = 0
    missed: int = 0
    handovers: int = 0
    briefings: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What a room may read of a while. Exercises are counted apart, in `exercises`, and nowhere else."""

    period: Period
    figures: Figures
    before: Figures
    """The same while a week before."""
    lists: Lists
    duties: Duties
    duties_before: Duties
    """What was to be done then, and had been."""
    exercises: int
    seen: Mapping[Reference, Cleared[Incident]]
    """Every incident that is named, as far as the room may read it, and as far as it was at the end of the while."""
    over: bool
    """Whether the while has ended; else it is counted until now."""
    duplicates: int = 0
    """Incidents that were closed as duplicates in the while: another one is counted in the place of each."""
    hours: tuple[Hour, ...] = ()
    """What was done in each hour of it."""
    facts: tuple[Fact, ...] = ()
    """What is counted of each incident, and `facts_before` a week before: what `figures` and `before` sum up."""
    facts_before: tuple[Fact, ...] = ()
    areas: Mapping[str, str] = field(default_factory=dict)
    """What areas are called in which a named point of the task force lies, by their squares."""
    posts: tuple[str, ...] = ()
    """The posts whose shift it is, if it is one."""


@dataclass(frozen=True, slots=True)
class Daily:
    """That the digest of the day before comes to a room each day, at a wall time of an IANA zone; who set that."""

    room_id: str
    by: UserId
    at: time
    zone: Zone

    def next(self, now: datetime) -> datetime:
        """Return the first moment after *now* (UTC) at which it comes.

        A wall time that the clocks skip moves on by as much as they skip; of one that comes twice the first is meant.
        """
        today = now.astimezone(ZoneInfo(self.zone)).date()
        days = (today + timedelta(days=ahead) for ahead in (-1, 0, 1, 2))
        moments = (datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC) for day in days)
        return next(moment for moment in moments if moment > now)
