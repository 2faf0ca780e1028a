"""What a briefing is, what was changed of single occurrences, and what comes of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference


class State(StrEnum):
    """Whether a briefing takes place."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Method(StrEnum):
    """What a calendar is to do with a file (RFC 5546)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing, once or again and again: `begins` is naive wall time in `zone`, never a moment.

    `rule` is a rule of RFC 5545 as `bot.model.recurrence.rule_of` returns it; its first occurrence is the first that is
    not earlier than `begins`. `length` is time that passes: half an hour is thirty minutes in every night of the year.
    `sequence` grows with whatever changes the whole of it, `handling` is the mark that its title bears.
    """

    ref: Reference
    title: str
    language: LanguageCode
    room_id: str
    by: UserId
    agency: str | None
    begins: datetime
    zone: Zone
    length: timedelta
    rule: str | None
    declared_at: datetime
    sequence: int = 0
    state: State = State.PLANNED
    handling: str = ""


def proposed_as(room_id: str, event_id: str) -> str:
    """Return under which name posts are listed that ask whether to plan what the message in the room has named."""
    return f"proposed {room_id} {event_id}"


@dataclass(frozen=True, slots=True)
class Change:
    """What differs in the occurrence that by the rule is at `original`, a naive wall time.

    `begins` is its naive wall time now, and None if it is left out; `length` is None where it stays the briefing's.
    """

    original: datetime
    begins: datetime | None
    length: timedelta | None
    sequence: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A briefing that takes place: `original` is its naive wall time by the rule, the others are aware, in its zone.

    Two times of one zone are compared and subtracted by the wall: what passes between them is `length`.
    """

    original: datetime
    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        """How much time passes in it."""
        return self.ends.astimezone(UTC) - self.begins.astimezone(UTC)
