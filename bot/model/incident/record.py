"""An incident as it stands now, and which changes it allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.handling import Handling
from bot.model.incident.roles import Assigned
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.person import LanguageCode, UserId
from bot.model.places import Place
from bot.model.reference import Reference


@dataclass(frozen=True, slots=True)
class Validation:
    """By whom, of which agency, and when an incident was confirmed to be what it says."""

    by: UserId
    agency: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as it stands now. Times are UTC.

    `title` is as it was written, in `language`; `agency` is the originator's code, `happened_at` when it happened,
    if that was said. `revision` counts its changes. `roles` are all parts but the lead's. A duplicate names the
    incident that it is one `of`. What is of an `exercise` is not real.
    """

    ref: Reference
    title: str
    language: LanguageCode
    room_id: str
    declared_by: UserId
    agency: str | None
    declared_at: datetime
    happened_at: datetime | None = None
    type: Type | None = None
    severity: Severity | None = None
    status: Status = Status.OPEN
    reason: Reason | None = None
    place: Place | None = None
    lead: UserId | None = None
    validation: Validation | None = None
    of: Reference | None = None
    handling: Handling | None = None
    revision: int = 1
    roles: tuple[Assigned, ...] = ()
    exercise: bool = False
    partial: bool = False
    """Whether something of it is left out for who is to read it: such a one is never recorded."""
    withheld: bool = False
    """Whether that is the title; a title that is empty otherwise was taken back."""

    @property
    def ended(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.status is Status.CLOSED

    @property
    def moment(self) -> datetime:
        """When it happened, as far as that was said: else when it was declared."""
        return self.happened_at or self.declared_at
