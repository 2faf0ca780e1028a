"""Reminders: what somebody wants to be told again, when, and until somebody says that it was seen.

Wall time and its IANA zone are kept, never an offset. A wall time that the clocks skip moves on by as much as they
skip; of one that comes twice the first is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model import times
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.recurrence import moment
from bot.model.reference import Reference
from bot.model.times import Fault, Outcome, Understood

LONGEST = 500
"""Characters that a reminder may have."""
AHEAD = timedelta(days=3660)
"""How far ahead the first moment may be."""
AGAIN = timedelta(minutes=10)
"""After which time somebody who has not said that they saw it is rung again."""
MOST_RINGS = 4
"""How often is rung for one moment."""
PUT_OFF = {"soon": timedelta(minutes=10), "later": timedelta(hours=1)}
"""The choices by which it rings later, and after what time."""
WITHIN = timedelta(days=1)
"""How late it still rings; later than that it is only said. So long it is waited for somebody to have seen it."""

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = "|".join(_CODES)
_RULE = re.compile(rf"FREQ=(?:DAILY|WEEKLY(?:;BYDAY=((?:{_DAY})(?:,(?:{_DAY}))*))?)")
_QUOTED = re.compile(r'["“”„«]([^"“”„«»]+)["“”»][\s,:;–—-]*(.*)', re.DOTALL)
_JOINT = " \t\n,:;–—-"


class Whom(StrEnum):
    """Whom a reminder is for."""

    ME = "me"
    """For whoever has set it, alone where that can be."""
    ROOM = "room"
    """For everyone in its room."""


class State(StrEnum):
    """How far a reminder is."""

    WAITING = "waiting"
    """Its moment is to come."""
    RUNG = "rung"
    """It has rung, and nobody has said that they saw it."""
    SEEN = "seen"
    UNSEEN = "unseen"
    """It has rung, and nobody has said in a day that they saw it."""
    MISSED = "missed"
    """It was too late to ring for it."""
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        """Whether something may still come of it."""
        return self in (State.WAITING, State.RUNG)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What `by` wants to be told again.

    `begins` is naive wall time in `zone`, `rule` an RFC 5545 RRULE value or None, `at` the moment (UTC) for which it
    waits, or has rung. `room_id` is where it was set, and `event` the message that has set it; `alone` says that nobody
    else was there. `rings` counts those for this moment, `post` is the outbox row that has said last what it is about,
    and `told_in` where that was.
    """

    ref: Reference
    room_id: str
    by: UserId
    whom: Whom
    text: str
    language: LanguageCode
    begins: datetime
    zone: Zone
    rule: str | None
    at: datetime
    event: str
    made_at: datetime
    alone: bool = False
    state: State = State.WAITING
    rings: int = 0
    post: str = ""
    told_in: str = ""
    ended_at: datetime | None = None

    def waits(self, at: datetime) -> Reminder:
        """Return it as it waits for the moment *at*."""
        return replace(self, at=at, state=State.WAITING, rings=0)

    def said_in(self, where: str) -> bool:
        """Return whether what it is about stands in the room *where* already, for the moment that it has rung for.

        What was said to the person's own id stands in the room that was opened for them.
        """
        opened = self.told_in == self.by and where != self.room_id
        return self.state is State.RUNG and (where == self.told_in or opened)

    def ends(self, state: State, now: datetime) -> Reminder:
        """Return it as it is over."""
        return replace(self, state=state, ended_at=now)

    def after(self, when: datetime) -> datetime | None:
        """Return the first moment (UTC) later than *when* (aware) at which it comes by its rule; None without one."""
        return next(self._coming(when), None)

    def latest(self, now: datetime) -> datetime:
        """Return the last moment that has come by *now*, no earlier than the one for which it waits."""
        found = self.at
        for at in self._coming(max(self.at, now - timedelta(days=8))):
            if at > now:
                break
            found = at
        return found

    def _coming(self, after: datetime) -> Iterator[datetime]:
        if self.rule is None:
            return
        days = weekdays(self.rule, self.begins)
        zone = ZoneInfo(self.zone)
        # A day earlier: what the clocks have moved on may be of the day before.
        day = max(self.begins.date(), after.astimezone(zone).date() - timedelta(days=1))
        while True:
            at = moment(datetime.combine(day, self.begins.time()), zone)
            if day.weekday() in days and at > after:
                yield at
            day += timedelta(days=1)


def simple(rule: str) -> str | None:
    """Return a rule as it is kept, if a reminder can come by it: every day, every week, on days of the week."""
    found = _RULE.fullmatch("".join(rule.upper().split()))
    return found[0] if found else None


def weekdays(rule: str, begins: datetime) -> frozenset[int]:
    """Return the days of the week (Monday is 0) of a simple rule that begins with the day of *begins*."""
    found = _RULE.fullmatch(rule)
    if found and found[1]:
        return frozenset(map(_CODES.index, found[1].split(",")))
    return frozenset([begins.weekday()]) if rule.startswith("FREQ=WEEKLY") else frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Parted:
    """When, and what: the words that say the time, what these come to, and the other words."""

    phrase: str
    outcome: Outcome
    text: str


def parted(
    text: str, *, now: datetime, zone: Zone, language: LanguageCode, sent: datetime | None = None
) -> Parted | None:
    """Return when, and what, *text* says, as `in 2h TEXT` or `TEXT in 2h`; None if there is no time in it.

    The time may stand in quotes before the rest. What does not plainly begin or end it belongs to the text.
    """
    text = text.strip()
    if quoted := _QUOTED.match(text):
        phrase = quoted[1].strip()
        outcome = times.read(phrase, now=now, zone=zone, language=language, sent=sent)
        if isinstance(outcome, Understood) or outcome.fault is not Fault.NOT_UNDERSTOOD:
            return Parted(phrase, outcome, quoted[2].strip())
    spans = times.find(text, now=now, zone=zone, language=language, sent=sent)
    if spans and spans[0].start == 0:
        first = spans[0]
        return Parted(text[: first.end], first.outcome, text[first.end :].lstrip(_JOINT))
    words = text.split()
    tail = times.longest_tail(words, now=now, zone=zone, language=language, sent=sent)
    if tail is None or tail.count >= len(words):
        return None
    rest = " ".join(words[: -tail.count]).rstrip(_JOINT)
    whole = _QUOTED.fullmatch(rest)
    return Parted(" ".join(words[-tail.count :]), tail.outcome, whole[1] if whole and not whole[2] else rest)
