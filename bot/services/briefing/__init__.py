"""Briefings: planned, moved, left out, cancelled; shown, told of, reminded of, and written as calendars.

Parts, lowest first: `finding` (which is meant, and who may change it), `clocks` (by which clocks a room lives),
`telling` (who hears of what), `board` (the card), `attendance` (which is on, and who is there), `reminding`, `moving`
(what comes of a move), `service`, `calendars`.
"""

from bot.services.briefing.assembly import assemble
from bot.services.briefing.attendance import END, START, AttendanceService
from bot.services.briefing.calendars import BriefingCalendarService
from bot.services.briefing.finding import Planned
from bot.services.briefing.moving import Move, Moved
from bot.services.briefing.reminding import DUE
from bot.services.briefing.service import BriefingService

__all__ = [
    "DUE",
    "END",
    "START",
    "AttendanceService",
    "BriefingCalendarService",
    "BriefingService",
    "Move",
    "Moved",
    "Planned",
    "assemble",
]
