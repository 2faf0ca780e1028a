"""Handovers of posts, from the draft to the frozen record."""

from __future__ import annotations

from bot.services.handover.assembly import Handovers, assemble
from bot.services.handover.gate import GateService
from bot.services.handover.lateness import LatenessService
from bot.services.handover.reading import ReadingService
from bot.services.handover.service import HandoverService

__all__ = ["GateService", "HandoverService", "Handovers", "LatenessService", "ReadingService", "assemble"]
