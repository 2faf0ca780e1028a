"""Posts, their rosters, and who answers for them."""

from __future__ import annotations

from bot.services.shift.calendars import CalendarService
from bot.services.shift.editing import RosterService
from bot.services.shift.service import ShiftService
from bot.services.shift.telling import ShiftTelling

__all__ = ["CalendarService", "RosterService", "ShiftService", "ShiftTelling"]
