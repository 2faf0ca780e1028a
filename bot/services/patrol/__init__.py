"""Joint patrols: crews of several agencies that have a language in common, or somebody who interprets."""

from __future__ import annotations

from bot.services.patrol.assembly import Patrols, assemble
from bot.services.patrol.service import PatrolService
from bot.services.patrol.watching import DUE

__all__ = ["DUE", "PatrolService", "Patrols", "assemble"]
