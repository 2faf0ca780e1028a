"""Who is asked next when nobody answers: one ladder for overdue tasks, for silent incidents, for whatever follows.

The first rung is asked `repeats` times, each other one once. Who does not answer in `wait` is passed over for the next
rung with somebody on it who was not on an earlier one. Whoever rests is not asked; where all of a rung rest, it is
waited for the first of them to wake, so that is for what can wait. After the last rung the ladder is at its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.model.person import UserId

MOST_ASKED = 5
"""People of one rung who are asked: each is rung by a message of their own."""


class Rung(StrEnum):
    """Who is asked, the nearest first."""

    OWNER = "owner"
    OUTGOING = "outgoing"
    INCOMING = "incoming"
    MATES = "mates"
    """Who else is on duty at the post."""
    LEAD = "lead"
    DEPUTY = "deputy"
    AGENCY = "agency"
    """The leads of the agency whose record it is."""
    LEADS = "leads"
    COORDINATORS = "coordinators"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nobody is asked what can wait, by the clock of whoever would be asked."""

    since: time
    until: time

    def ends(self, now: datetime, zone: str) -> datetime | None:
        """Return when the quiet hours of *zone* end that are at *now* (UTC); None if none are."""
        there = now.astimezone(ZoneInfo(zone))
        clock = there.time()
        if self.since <= self.until:
            quiet = self.since <= clock < self.until
        else:
            quiet = clock >= self.since or clock < self.until
        if not quiet:
            return None
        day = there.date() + timedelta(days=self.since > self.until and clock >= self.since)
        return datetime.combine(day, self.until, ZoneInfo(zone)).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Climb:
    """Where a ladder stands: the `turn` of the `rung` that was asked last, who was asked so far, how often it slept.

    `since` is when what it asks about began, where that is said.
    """

    rung: int = 0
    turn: int = -1
    snoozes: int = 0
    asked: tuple[UserId, ...] = ()
    since: datetime | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Climb:
        """Return what `payload` was made of."""
        asked = tuple(UserId(user) for user in payload["asked"])
        since = datetime.fromisoformat(payload["since"]) if payload["since"] else None
        return cls(payload["rung"], payload["turn"], payload["snoozes"], asked, since)

    @property
    def payload(self) -> dict[str, Any]:
        """It as JSON."""
        since = self.since.isoformat() if self.since else None
        return {
            "rung": self.rung, "turn": self.turn, "snoozes": self.snoozes, "asked": list(self.asked), "since": since,
        }  # fmt: skip

    def snoozed(self) -> Climb:
        """Return it as it is when those who were asked last are to be asked again."""
        return replace(self, turn=self.turn - 1, snoozes=self.snoozes + 1)


@dataclass(frozen=True, slots=True)
class Step:
    """Whom to ask now, and when to look again; without `again` nobody is left to be asked."""

    climb: Climb
    ask: tuple[UserId, ...] = ()
    again: datetime | None = None


def next_step(
    climb: Climb,
    rungs: Sequence[Sequence[UserId]],
    now: datetime,
    wait: timedelta,
    repeats: int,
    resting: Mapping[UserId, datetime],
) -> Step:
    """Return what follows at *now* when nobody has answered; *resting* is until when somebody is not to be asked."""
    rung, turn = climb.rung, climb.turn + 1
    if turn >= (repeats if rung == 0 else 1):
        rung, turn = rung + 1, 0
    while rung < len(rungs):
        earlier = {user for people in rungs[:rung] for user in people}
        people = [user for user in dict.fromkeys(rungs[rung]) if user not in earlier]
        awake = [user for user in people if user not in resting][:MOST_ASKED]
        if awake:
            asked = tuple(dict.fromkeys((*climb.asked, *awake)))
            return Step(replace(climb, rung=rung, turn=turn, asked=asked), tuple(awake), now + wait)
        if people:
            return Step(climb, again=min(resting[user] for user in people))
        rung, turn = rung + 1, 0
    return Step(climb)
