"""Who answers for a post: always exactly one person, until the next one has accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift.post import DutyPost, PostName
from bot.model.shift.roster import Shift


@dataclass(frozen=True, slots=True)
class Watch:
    """That `person` answers for a post from `since` (UTC) on, until another watch of it begins.

    `number` counts the watches of a post. `handover` is the one by which it was accepted; without one it was taken as
    the post was set up, or by a lead's word.
    """

    post: PostName
    number: int
    person: UserId
    since: datetime
    handover: Reference | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """That a person was at a post from `since` on, until `until` or still (UTC)."""

    person: UserId
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OnCall:
    """A post at a moment: who answers for it, whose shift it is, and the next shift."""

    post: DutyPost
    watch: Watch
    now: Shift | None
    next: Shift | None
