"""Releases: that an agency may have a record is asked by anyone who reads it, and answered by its originator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model.person import UserId
from bot.model.reference import Reference

COMMAND = "release"
DUE, ENDS = "release", "release ends"
"""What is due of a request, and of a release that has an end."""
RELEASE, REFUSE = "release", "refuse"
MARKED = "marked"
"""What came of a request that a mark has ended."""
LASTS = timedelta(hours=24)
"""How long a request waits for its answer."""
MOST_ASKED = 3
"""How many leads are asked at once."""
FIRST = 2
"""How many leads must agree before an agency has anything for the first time; one is enough later."""


@dataclass(frozen=True, slots=True)
class Request:
    """That somebody has asked for a record to be released. `id` is the event that asked; times are UTC.

    `first`: nothing was released to that agency before. `agreed` are the leads who have agreed so far. `under` says how
    it was marked then: whoever agrees, agrees to that.
    """

    id: str
    ref: Reference
    agency: str
    asked_by: UserId
    room_id: str
    asked_at: datetime
    until: datetime | None = None
    first: bool = False
    agreed: tuple[UserId, ...] = field(default=())
    outcome: str | None = None
    under: str = ""

    @property
    def needed(self) -> int:
        """How many leads must agree."""
        return FIRST if self.first else 1

    @property
    def complete(self) -> bool:
        """Whether enough leads have agreed."""
        return len(self.agreed) >= self.needed

    def waits(self, now: datetime) -> bool:
        """Return whether it may still be answered."""
        return self.outcome is None and now < self.asked_at + LASTS

    def agreed_by(self, lead: UserId, still: Collection[UserId]) -> Request:
        """Return it once one more lead has agreed, of those before only who may *still*."""
        before = [one for one in self.agreed if one in still]
        return replace(self, agreed=tuple(dict.fromkeys([*before, lead])))
