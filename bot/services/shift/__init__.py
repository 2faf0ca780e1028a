"""Posts, their rosters, and who answers for them."""

from __future__ import annotations

from bot.services.shift.calendars import CalendarService
from bot.services.shift.covering import CoverageService
from bot.services.shift.editing import RosterService
from bot.services.shift.presence import PresenceService
from bot.services.shift.service import ShiftService
from bot.services.shift.swapping import SwapService
from bot.services.shift.telling import ShiftTelling

__all__ = [
    "CalendarService",
    "CoverageService",
    "PresenceService",
    "RosterService",
    "ShiftService",
    "ShiftTelling",
    "SwapService",
]
