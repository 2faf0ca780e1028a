"""Who is out on duty from a post, how they are, and when they were last heard of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.i18n import Message, _, _c
from bot.model.distress import distressed
from bot.model.ladder import Climb
from bot.model.person import UserId
from bot.model.question import SAID
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


CALLED = _("I call for help. I ask everyone at the post, then the leads.")
"""What whoever calls for help is told."""
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
class Call:
    """That somebody's account called for help last, while nobody had confirmed its keys. Times are UTC.

    `key` is the master key that it had, empty once the call is over; `place` is where whoever called said to be.
    """

    at: datetime
    key: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """That a person is on duty from a post (the fields of ICS-211). Times are UTC.

    `id` is the event by which they checked in. `every` is how often they are asked whether they are well; None: never.
    `heard_at` is when they, or who knew, last said how they are; `wrote_at` when they last wrote anything in the room
    of their post, which says nothing of how they are. `place` is where they said to be, in their own words. What a
    `call` from keys in doubt says stands apart from all these.
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
    call: Call | None = None

    @property
    def doubted(self) -> Call | None:
        """The call for help from keys in doubt that is not over, or None: their own word ends it."""
        return self.call if self.call and self.call.key else None

    @property
    def needs_help(self) -> bool:
        """Whether they need help, by their own word or by that of whoever calls from their account."""
        return self.status is Patrol.HELP or self.doubted is not None

    @property
    def heard(self) -> CheckIn:
        """It as it is once they, or who knows, have said how they are: no call from keys in doubt lasts longer."""
        return replace(self, call=replace(self.call, key="", place="") if self.call else None)

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
    return Climb(rung=1 if one.needs_help else 0, since=since)


def planned(climb: Climb, now: datetime) -> dict[str, Any]:
    """Return what is kept of a climb that is planned at *now*."""
    return {**climb.payload, "planned": now.isoformat()}


def ahead(payload: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a clock that was ahead of *now* has planned the climb that *payload* was made of."""
    return bool(payload.get("planned")) and datetime.fromisoformat(payload["planned"]) > now


def calls(choice: str, data: Mapping[str, Any]) -> bool:
    """Return whether that answer to whether somebody is well, by a digit or in words, calls for help.

    Of a question that is settled only the choices are known; no other question about check-ins has that one.
    """
    return choice == Patrol.HELP or (choice == SAID and data.get("kind") == WELFARE and distressed(data[SAID]))
