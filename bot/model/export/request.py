"""That somebody has asked for an export, who of the originator has agreed, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.handling import Purpose
from bot.model.person import UserId
from bot.model.reference import Reference

COMMAND = "incident export"
DUE, BUILD = "export", "export build"
"""What is due of a request that waits, and of one that was agreed to."""
AGREE, REFUSE = "export", "refuse"
MARKED = "marked"
"""What came of a request that a mark has ended."""
LASTS = timedelta(hours=24)
"""How long a request waits for its answer."""
MOST_ASKED = 3
"""How many leads are asked at once."""
MOST_TOGETHER = 50
"""How many records are given in one file."""
MOST_ENTRIES = 20_000
"""How many entries the timelines of records have that are given in one file."""


class Use(StrEnum):
    """What the receiving agency wants it for, as it is typed."""

    COOPERATION = "cooperation"
    COURT = "court"

    @property
    def purpose(self) -> Purpose:
        """What is decided about."""
        return Purpose.JUDICIAL if self is Use.COURT else Purpose.EXPORT


class Form(StrEnum):
    """As what it is given; a pack holds all the others."""

    PACK = "pack"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"
    CAP = "cap"
    ICS209 = "ics209"
    ICS214 = "ics214"


@dataclass(frozen=True, slots=True)
class Export:
    """A request for one record. `id` begins with the event that asked; times are UTC.

    Those that are asked for together, answered together and given in one file have the same `together`. `under` says
    how the record was marked then: whoever agrees, agrees to that. `digest` is the SHA-256 of the file that was given,
    `last` the number of the last entry in it, `people` who could read it where it was posted.
    """

    id: str
    ref: Reference
    agency: str
    use: Use
    form: Form
    asked_by: UserId
    room_id: str
    asked_at: datetime
    under: str
    agreed_by: UserId | None = None
    outcome: str | None = None
    digest: str = ""
    last: int = 0
    people: tuple[UserId, ...] = field(default=())
    sent_at: datetime | None = None
    together: str = ""

    @property
    def event(self) -> str:
        """The event that asked."""
        return self.id.partition(" ")[0]

    @property
    def place(self) -> int:
        """Which of the files that the event has asked for it is in, from 0 on."""
        return int(self.together.partition(" ")[2] or 0)

    def waits(self, now: datetime) -> bool:
        """Return whether it may still be answered."""
        return self.outcome is None and now < self.asked_at + LASTS


def ranges(numbers: Iterable[int]) -> str:
    """Return *numbers* as a log keeps them: `1-12,14`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
