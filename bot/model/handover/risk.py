"""What makes a handover more likely to go wrong, and how much of it must be read back therefore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model.handover.values import Depth

AWAY = timedelta(days=7)
"""After how long without a watch somebody has been away."""
NIGHT = (time(22), time(6))
LOAD = 10
"""From how many items on it is much to take over."""
DEEP = 3
"""From which weight on every item is read back."""


class Reason(StrEnum):
    """Why a handover is at risk."""

    LANGUAGE = "language"
    AGENCY = "agency"
    ABSENCE = "absence"
    NEW = "new"
    NIGHT = "night"
    LOAD = "load"


WEIGHT = {Reason.LANGUAGE: 2}
"""What a reason counts; the others count 1."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Why a handover is at risk, and which items must be read back."""

    reasons: tuple[Reason, ...] = ()

    @property
    def depth(self) -> Depth:
        """Which items must be read back: with much to take over never every item, it would only be recited."""
        weight = sum(WEIGHT.get(one, 1) for one in self.reasons)
        if weight == 0:
            return Depth.NONE
        return Depth.EVERY if weight >= DEEP and Reason.LOAD not in self.reasons else Depth.CRITICAL


@dataclass(frozen=True, slots=True)
class Side:
    """A person as far as it counts for the risk: language, agency, and the last moment on watch, here and anywhere."""

    language: str
    agency: str | None
    here: datetime | None = None
    anywhere: datetime | None = None


def risk_of(outgoing: Side, incoming: Side, items: int, now: datetime, zone: str) -> Risk:
    """Return what is at risk when *incoming* takes over so many *items* at *now* at a post in *zone*."""
    clock = now.astimezone(ZoneInfo(zone)).time()
    found: Sequence[tuple[Reason, bool]] = (
        (Reason.LANGUAGE, outgoing.language != incoming.language),
        (Reason.AGENCY, outgoing.agency != incoming.agency),
        (Reason.ABSENCE, incoming.anywhere is not None and now - incoming.anywhere > AWAY),
        (Reason.NEW, incoming.here is None),
        (Reason.NIGHT, clock >= NIGHT[0] or clock < NIGHT[1]),
        (Reason.LOAD, items >= LOAD),
    )
    return Risk(tuple(reason for reason, counts in found if counts))
