"""A message that the bot posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """When it was posted (UTC), and whether what it says or asks still holds."""

    at: datetime
    stands: bool
