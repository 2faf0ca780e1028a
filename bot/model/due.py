"""What is to be done at a moment: a row of the database, which the clock wakes once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LATE = timedelta(minutes=2)
"""By how much something may be late before that is said."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done `at` a moment (UTC): one a kind and reference.

    `tries` is how often it failed, `number` how often something of that kind was planned.
    """

    kind: str
    ref: str
    at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 0
    number: int = 1


@dataclass(frozen=True, slots=True)
class Woken:
    """That something is done now, with what was `prepared` for it before, where its kind prepares anything."""

    due: Due
    now: datetime
    prepared: Any = None

    @property
    def delay(self) -> timedelta:
        """How long after its moment it is done."""
        return self.now - self.due.at

    @property
    def late(self) -> bool:
        """Whether it is so late that it is said: the bot was away, or its clock was wrong."""
        return self.delay > LATE

    @property
    def cause(self) -> str:
        """What brings about whatever is posted for it: of one plan, the same each time."""
        return f"due {self.due.kind} {self.due.ref} {self.due.number} {self.due.at.isoformat()}"
