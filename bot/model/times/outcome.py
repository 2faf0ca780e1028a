"""What a time phrase comes to: a moment, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.person import Zone


class Note(StrEnum):
    """What a person should be told of how a time was understood."""

    MISSING = "missing"
    """The clocks skip this time; it was moved on by as much as they skip (1:30 becomes 2:30)."""
    DOUBLED = "doubled"
    """The clocks are put back and this time comes twice; the first one is meant, if it is still to come."""
    NEXT_DAY = "next_day"
    """The clock time was past today, so it is tomorrow's."""
    SAME_DAY = "same_day"
    """The weekday is today's, and the time is still to come today."""
    WHOLE_DAY = "whole_day"
    """No clock time was said: `wall` is the beginning of that day, which may be past if it is today."""


class Fault(StrEnum):
    """Why a phrase is no moment."""

    NOT_UNDERSTOOD = "not_understood"
    PAST = "past"
    """It is past, where a time to come is wanted."""
    FUTURE = "future"
    """It is to come, where a past time is wanted."""
    AMBIGUOUS = "ambiguous"
    """It can mean several moments, or hangs on something that it does not say."""
    IMPOSSIBLE = "impossible"
    """There is no such date or time: 31 February, 25:00, a date on another weekday."""


class Cause(StrEnum):
    """What is in doubt, where a person must be asked in other words than “which of these”."""

    HOUR = "hour"
    """A part of a day was said, and no clock time."""

    OBSERVER = "observer"
    """Zone letter J: the local time of whoever wrote it."""
    MIDNIGHT = "midnight"
    """Midnight of a named day: its beginning or its end."""


class Aim(StrEnum):
    """On which side of now the moment lies."""

    AHEAD = "ahead"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Understood:
    """A moment: `utc` aware, `wall` the same naive in the IANA `zone` that was said or else the person's."""

    utc: datetime
    wall: datetime
    zone: Zone
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class NotRead:
    """Why there is no moment. `choices` are what it can mean, where there are several, soonest first."""

    fault: Fault
    choices: tuple[Understood, ...] = ()
    cause: Cause | None = None


Outcome = Understood | NotRead
