"""Briefings: planned, moved, left out, cancelled; shown, told of, reminded of, and written as calendars.

Parts, lowest first: `finding` (which is meant, and who may change it), `clocks` (by which clocks a room lives),
`telling` (who hears of what), `board` (the card), `reminding`, `moving` (what comes of a move), `service`, `calendars`,
`inviting` (the poll who comes, and its end), `counting` and `answering` (who comes), `agenda`,
`pack` (the agenda beforehand), `ranking` (which times are hard on whom), `busy` (hours that people block), `asking` and
`polling` (finding the time); `sittings` (one as it is held), `attending` (who is there), `minuted` (how minutes
read), `confirming` (decisions), `catching` (who was not there reads them), `minutes`.
"""

from bot.services.briefing.agenda import AgendaService
from bot.services.briefing.answering import AnsweringService
from bot.services.briefing.asking import Asker
from bot.services.briefing.assembly import Briefings, assemble
from bot.services.briefing.attending import AttendingService
from bot.services.briefing.busy import BusyService
from bot.services.briefing.calendars import BriefingCalendarService
from bot.services.briefing.catching import UNREAD
from bot.services.briefing.finding import Planned
from bot.services.briefing.inviting import Inviting
from bot.services.briefing.minutes import MinutesService
from bot.services.briefing.moving import Move, Moved
from bot.services.briefing.pack import DUE as PACK
from bot.services.briefing.polling import PollService
from bot.services.briefing.remarking import Remarking
from bot.services.briefing.reminding import DUE
from bot.services.briefing.service import BriefingService
from bot.services.briefing.sittings import END, START

__all__ = [
    "DUE",
    "END",
    "PACK",
    "START",
    "UNREAD",
    "AgendaService",
    "AnsweringService",
    "Asker",
    "AttendingService",
    "BriefingCalendarService",
    "BriefingService",
    "Briefings",
    "BusyService",
    "Inviting",
    "MinutesService",
    "Move",
    "Moved",
    "Planned",
    "PollService",
    "Remarking",
    "assemble",
]
