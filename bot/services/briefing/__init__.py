"""Briefings: planned, moved, left out, cancelled; shown, told of, reminded of, and written as calendars.

Parts, lowest first: `finding` (which is meant, and who may change it), `clocks` (by which clocks a room lives),
`telling` (who hears of what), `board` (the card), `reminding`, `moving` (what comes of a move), `service`, `calendars`,
`answering` (who comes), `agenda`,
`pack` (the agenda beforehand), `ranking` (which times are hard on whom), `busy` (hours that people block), `asking` and
`polling` (finding the time).
"""

from bot.services.briefing.agenda import AgendaService
from bot.services.briefing.answering import AnsweringService
from bot.services.briefing.asking import Asker
from bot.services.briefing.assembly import assemble
from bot.services.briefing.busy import BusyService
from bot.services.briefing.calendars import BriefingCalendarService
from bot.services.briefing.finding import Planned
from bot.services.briefing.moving import Move, Moved
from bot.services.briefing.pack import DUE as PACK
from bot.services.briefing.polling import PollService
from bot.services.briefing.reminding import DUE
from bot.services.briefing.service import BriefingService

__all__ = [
    "DUE",
    "PACK",
    "AgendaService",
    "AnsweringService",
    "Asker",
    "BriefingCalendarService",
    "BriefingService",
    "BusyService",
    "Move",
    "Moved",
    "Planned",
    "PollService",
    "assemble",
]
