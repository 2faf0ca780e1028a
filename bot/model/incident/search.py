"""What somebody looks for among incidents, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.handling import Cleared
from bot.model.incident.record import Incident
from bot.model.incident.values import Severity, Status, Type
from bot.model.places import Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an incident must be to be found: whatever is None, or empty, may be anything.

    `words`, as stems, must all stand in one text of its timeline. `metres` is how far from `near`.
    """

    words: tuple[str, ...] = ()
    type: Type | None = None
    status: Status | None = None
    severity: Severity | None = None
    since: datetime | None = None
    agency: str | None = None
    near: Place | None = None
    metres: float = 0.0
    before: datetime | None = None

    @property
    def nearest(self) -> bool:
        """Whether the nearest come first: of what is found by words it is the newest, or all would be compared."""
        return self.near is not None and not self.words

    @property
    def anything(self) -> bool:
        """Whether nothing is asked for."""
        return self == Wanted(metres=self.metres)


@dataclass(frozen=True, slots=True)
class Hit:
    """An incident that was found: by the entry of that `number`, if by words, and how far away it is."""

    cleared: Cleared[Incident]
    number: int | None = None
    metres: float | None = None

    @property
    def incident(self) -> Incident:
        """What it says."""
        return self.cleared.content
