"""How the running bot is doing, for `status` and the health endpoints."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

A_SKEW = timedelta(hours=1)
"""By how much our clock may differ from the homeserver's, and how old that comparison may be, to delete by it."""
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds at which latencies are told apart."""


@dataclass(slots=True)
class Latency:
    """How often something took up to each of BOUNDS, the last time longer; and how long all of it took."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


@dataclass(slots=True)
class Pulse:
    """Written by the edges, read by `status` and the health endpoints. Moments are UTC."""

    started_at: datetime
    connected: bool = False
    """The first sync is done, keys are uploaded, the device is cross-signed."""
    resumed: bool = True
    """After a restore: what came after the backup is done again."""
    models_loaded: bool = False
    synced_at: datetime | None = None
    failures: int = 0
    """Failed syncs since the last one that succeeded."""
    rounds: int = 0
    """How often the sync went round, answered or not."""
    skew: float | None = None
    """Seconds by which the homeserver's clock is ahead of ours, as far as we know."""
    looked_at: datetime | None = None
    """When it was last looked for what is too old, whether or not anything was deleted then."""
    counters: dict[str, int] = field(default_factory=dict)
    flagged: dict[str, int] = field(default_factory=dict)
    """Doubts of the quality gate about translations, by flag."""
    latencies: dict[str, Latency] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether everything that is needed to serve is there."""
        return self.connected and self.resumed and self.models_loaded

    def believes(self, now: datetime) -> bool:
        """Return whether our clock was compared with the homeserver's of late, and found right enough to delete by."""
        if self.skew is None or self.synced_at is None:
            return False
        return abs(self.skew) <= A_SKEW.total_seconds() and abs(now - self.synced_at) <= A_SKEW

    def count(self, name: str) -> None:
        """Add one to the counter *name*."""
        self.counters[name] = self.counters.get(name, 0) + 1

    def flag(self, flags: Iterable[str]) -> None:
        """Add one for each of the *flags* of a translation."""
        for flag in flags:
            self.flagged[flag] = self.flagged.get(flag, 0) + 1

    def took(self, work: str, since: datetime, now: datetime) -> None:
        """Note that a piece of *work* that came at *since* is done *now*."""
        seconds = max(0.0, (now - since).total_seconds())
        latency = self.latencies.setdefault(work, Latency())
        latency.counts[bisect_left(BOUNDS, seconds)] += 1
        latency.seconds += seconds
