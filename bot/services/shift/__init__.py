"""Posts, their rosters, and who answers for them."""

from __future__ import annotations

from bot.services.shift.absences import AbsenceService
from bot.services.shift.assembly import Shifts, assemble
from bot.services.shift.calendars import CalendarService
from bot.services.shift.covering import CoverageService
from bot.services.shift.editing import RosterService
from bot.services.shift.presence import PresenceService
from bot.services.shift.ruling import RosterRules
from bot.services.shift.service import ShiftService
from bot.services.shift.swapping import SwapService
from bot.services.shift.telling import ShiftTelling
from bot.services.shift.turns import ShiftTurns

__all__ = [
    "AbsenceService",
    "CalendarService",
    "CoverageService",
    "PresenceService",
    "RosterRules",
    "RosterService",
    "ShiftService",
    "ShiftTelling",
    "ShiftTurns",
    "Shifts",
    "SwapService",
    "assemble",
]
