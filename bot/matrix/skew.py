"""How far two clocks differ, from what the homeserver's answers say of the time."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog

from bot.clock import Clock
from bot.services.pulse import Pulse

log = structlog.get_logger(__name__)

MOST_SECONDS = 60.0
"""Above this the operator is told: moments that people name would be wrong by minutes, and commands would come late."""


class Skew:
    """Follows the clock of the homeserver: `pulse.skew` moves no further than its answers prove."""

    def __init__(self, clock: Clock, pulse: Pulse) -> None:
        self._clock = clock
        self._pulse = pulse
        self._told = False

    def answered(self, date: str | None, seconds: float) -> None:
        """Take note of the `Date` in an answer that was *seconds* under way, with its request."""
        stated = _moment(date)
        if stated is None:
            return
        # Written at some moment of the request (Synapse: at its start, so a sync's is old), cut to the second.
        least = (stated - self._clock.now()).total_seconds()
        skew = min(max(self._pulse.skew or 0.0, least), least + seconds + 1.0)
        self._pulse.skew = skew
        wrong = abs(skew) > MOST_SECONDS
        if wrong and not self._told:
            log.warning("clock.skewed", seconds=round(skew), limit=MOST_SECONDS)
        elif self._told and not wrong:
            log.info("clock.right", seconds=round(skew))
        self._told = wrong


def _moment(date: str | None) -> datetime | None:
    """Return the moment that a `Date` header says, or None where it says none."""
    try:
        stated = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    return stated if stated.utcoffset() == timedelta() else None
