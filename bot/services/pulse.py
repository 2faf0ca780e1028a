"""How the running bot is doing, for `status` and the health endpoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Pulse:
    """Written by the edges, read by `status` and the health endpoints. Moments are UTC."""

    started_at: datetime
    connected: bool = False
    """The first sync is done, keys are uploaded, the device is cross-signed."""
    models_loaded: bool = False
    synced_at: datetime | None = None
    failures: int = 0
    """Failed syncs since the last one that succeeded."""
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether everything that is needed to serve is there."""
        return self.connected and self.models_loaded

    def count(self, name: str) -> None:
        """Add one to the counter *name*."""
        self.counters[name] = self.counters.get(name, 0) + 1
