"""Rooms that are linked so that what is said in one is read in the others, each in its own language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.person import LanguageCode, UserId

PROPOSAL_LASTS = timedelta(hours=24)
"""How long the leads of the other rooms have to agree."""


@dataclass(frozen=True, slots=True)
class Companion:
    """One of the rooms of a circle: what crosses into it is put into its language."""

    room_id: str
    circle: str
    language: LanguageCode


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rooms that are to be one circle once a lead of each has agreed.

    `languages` and `members` (who was in each room when it was proposed) are by room; `agreed` says who has agreed.
    """

    id: str
    asked_in: str
    languages: Mapping[str, LanguageCode]
    members: Mapping[str, tuple[UserId, ...]]
    agreed: Mapping[str, UserId]
    made_at: datetime
    outcome: str | None = None

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The rooms whose leads have not agreed yet."""
        return tuple(room_id for room_id in self.languages if room_id not in self.agreed)

    def stands(self, now: datetime) -> bool:
        """Return whether it can still be agreed to."""
        return self.outcome is None and now - self.made_at <= PROPOSAL_LASTS
