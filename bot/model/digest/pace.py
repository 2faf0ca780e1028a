"""When things were done in a while: so much each hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.digest.counting import SILENT, Stand
from bot.model.digest.period import Period
from bot.model.incident import EntryKind
from bot.model.person import UserId

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """What people did in the hour that begins `at` (UTC): incidents declared and closed, and all else that was entered.

    No entry is counted twice, and none of what was cancelled.
    """

    at: datetime
    opened: int = 0
    closed: int = 0
    other: int = 0


def hours(stands: Sequence[Stand], period: Period, bot: UserId) -> tuple[Hour, ...]:
    """Return each hour of *period*, as far as it has come; what the *bot* enters is nobody's."""
    length = max(1, -((period.since - period.until) // HOUR))
    opened, closed, other = [0] * length, [0] * length, [0] * length
    for stand in stands:
        if stand.cancelled:
            continue
        if period.holds(stand.life.now.declared_at):
            opened[(stand.life.now.declared_at - period.since) // HOUR] += 1
        for step in stand.life.seen:
            if period.holds(step.at) and step.author != bot and step.kind not in SILENT | {EntryKind.DECLARED}:
                (closed if step.kind is EntryKind.CLOSED else other)[(step.at - period.since) // HOUR] += 1
    return tuple(Hour(period.since + n * HOUR, opened[n], closed[n], other[n]) for n in range(length))
