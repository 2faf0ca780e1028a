"""What changes single stretches of a roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.person import UserId
from bot.model.shift.post import PostName
from bot.model.shift.rotation import Span


class Reason(StrEnum):
    """Why somebody else stands at a post than its rotation says."""

    OVERRIDE = "override"
    SWAP = "swap"
    TAKE = "take"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Override:
    """That `person` is at a post in `span`, whatever its rotations say; the one entered last counts.

    Without a `person` nobody is to be there: a post that is shut.
    """

    id: str
    post: PostName
    person: UserId | None
    span: Span
    reason: Reason
    by: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """That a person cannot be anywhere in `span`. Why is neither asked nor kept."""

    id: str
    person: UserId
    span: Span
    by: UserId
    at: datetime
