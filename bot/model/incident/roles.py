"""Who has which part in an incident: one lead, deputy and scribe, and a liaison of each agency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.model.person import UserId


class Part(StrEnum):
    """What somebody does in an incident."""

    LEAD = "lead"
    DEPUTY = "deputy"
    SCRIBE = "scribe"
    LIAISON = "liaison"


@dataclass(frozen=True, slots=True)
class Assigned:
    """That a person has a part; `agency` is the one that they are of."""

    part: Part
    user_id: UserId
    agency: str | None = None


def assigned(roles: Iterable[Assigned], new: Assigned) -> tuple[Assigned, ...]:
    """Return *roles* once *new* takes its part over: a liaison that of its own agency alone."""
    kept = [one for one in roles if one.part is not new.part or (one.part is Part.LIAISON and one.agency != new.agency)]
    return tuple(sorted([*kept, new], key=lambda one: (list(Part).index(one.part), one.agency or "")))
