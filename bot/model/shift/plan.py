"""What somebody wants a roster to be, what it comes to, and what came of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.i18n import Message
from bot.model.person import UserId, Zone
from bot.model.shift.post import PostName
from bot.model.shift.rotation import Span
from bot.model.shift.sound import Gap, Load, Short
from bot.model.shift.strain import Over


@dataclass(frozen=True, slots=True)
class Plan:
    """A rotation as somebody wants it; `start` is naive wall time in `zone`."""

    people: tuple[UserId, ...]
    start: datetime
    zone: Zone
    length: timedelta
    rule: str
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of a change: its number, or, where nothing was changed yet, what speaks against it."""

    number: int = 0
    against: tuple[Message, ...] = ()
    told: int = 0
    """How many people were told that their shifts have changed."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the rosters of a stretch are sound: where nobody is, and what is asked of each person."""

    span: Span
    gaps: tuple[Gap, ...]
    shorts: tuple[Short, ...]
    over: tuple[Over, ...]
    loads: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A stretch of a roster: somebody, somebody who is absent, a post that is shut, or nobody at all.

    `twice` is another post at which the person is to be at the same time.
    """

    span: Span
    person: UserId | None
    absent: UserId | None = None
    shut: bool = False
    twice: PostName | None = None
