"""Who is out on duty from a post, how they are, and when they were last heard of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.i18n import Message, _c
from bot.model.ladder import Climb
from bot.model.person import UserId
from bot.model.shift import PostName

WELFARE = "welfare"
"""What somebody is asked about themselves; the kind of the due rows, one a person who is checked in."""
OVERDUE = "overdue"
"""What others are asked about somebody."""
ALARM = "alarm"
"""What those are asked who are told that somebody is forced."""
SUBJECT = "checkin"
"""The command whose questions they are."""
LEAST, MOST = timedelta(minutes=5), timedelta(hours=12)
"""How often somebody can be asked whether they are well."""
MOST_PERSONS = 500
LONGEST = 100
"""Characters of a vehicle, and of where somebody is."""


class Patrol(StrEnum):
    """What somebody is doing."""

    READY = "ready"
    OUT = "out"
    TASK = "task"
    BACK = "back"
    HELP = "help"


PATROLS = {
    Patrol.READY: _c("patrol", "ready at the post"),
    Patrol.OUT: _c("patrol", "out on patrol"),
    Patrol.TASK: _c("patrol", "on task"),
    Patrol.BACK: _c("patrol", "back at the post"),
    Patrol.HELP: _c("patrol", "needs help"),
}


def worded(patrol: Patrol) -> Message:
    """Return what *patrol* is called."""
    return PATROLS[patrol]


@dataclass(frozen=True, slots=True)
class CheckIn:
    """That a person is on duty from a post (the fields of ICS-211). Times are UTC.

    `id` is the event by which they checked in. `every` is how often they are asked whether they are well; None: never.
    `heard_at` is when they, or who knew, last said how they are; `wrote_at` when they last wrote anything in the room
    of their post, which says nothing of how they are. `place` is where they said to be, in their own words.
    """

    id: str
    person: UserId
    agency: str | None
    post: PostName
    room_id: str
    at: datetime
    heard_at: datetime
    vehicle: str = ""
    persons: int = 1
    every: timedelta | None = None
    status: Patrol = Patrol.READY
    place: str = ""
    status_at: datetime | None = None
    ended_at: datetime | None = None
    wrote_at: datetime | None = None

    @property
    def last_at(self) -> datetime:
        """When they were last heard of, whatever they said."""
        return max(self.heard_at, self.wrote_at or self.heard_at)

    def by(self, now: datetime) -> CheckIn:
        """Return it without what they wrote by a clock that was ahead of *now*: nobody knows when that was."""
        return replace(self, wrote_at=None) if self.wrote_at and self.wrote_at > now else self


@dataclass(frozen=True, slots=True)
class Change:
    """That somebody who was checked in said at a moment how they are, and where."""

    person: UserId
    status: Patrol
    place: str
    at: datetime


def beginning(one: CheckIn, since: datetime | None) -> Climb:
    """Return where the ladder about somebody begins: with themselves; if they need help, with everyone else."""
    return Climb(rung=1 if one.status is Patrol.HELP else 0, since=since)


def planned(climb: Climb, now: datetime) -> dict[str, Any]:
    """Return what is kept of a climb that is planned at *now*."""
    return {**climb.payload, "planned": now.isoformat()}


def ahead(payload: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a clock that was ahead of *now* has planned the climb that *payload* was made of."""
    return bool(payload.get("planned")) and datetime.fromisoformat(payload["planned"]) > now
