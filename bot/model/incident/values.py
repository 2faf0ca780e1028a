"""What is said of an incident in codes: stored as they are, and put in words in each reader's language."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How bad it is, the worst last."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"

    @property
    def rank(self) -> int:
        """4 to 1, 1 the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(reversed(Severity), 1)}


class Status(StrEnum):
    """What is still to be done about it."""

    OPEN = "open"
    CONTAINED = "contained"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why an incident is closed."""

    RESOLVED = "resolved"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


class Type(StrEnum):
    """What kind of incident it is: the catalogue of types, by their codes."""

    CROSSING = "crossing"
    SMUGGLING = "smuggling"
    TRAFFICKING = "trafficking"
    DOCUMENT = "document"
    DRUGS = "drugs"
    WEAPONS = "weapons"
    VEHICLE = "vehicle"
    RESCUE = "rescue"
    VIOLENCE = "violence"
    AIRCRAFT = "aircraft"
    VESSEL = "vessel"
    OTHER = "other"
