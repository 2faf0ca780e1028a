"""All that briefings consist of, put together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Current
from bot.i18n import Catalogues
from bot.services.audit import AuditService
from bot.services.briefing.attendance import AttendanceService, Sittings
from bot.services.briefing.board import Board
from bot.services.briefing.calendars import BriefingCalendarService
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import Findings
from bot.services.briefing.reminding import Reminding
from bot.services.briefing.service import BriefingService
from bot.services.briefing.telling import Telling
from bot.services.incident import IncidentService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.services.room import RoomService
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Briefings:
    """The services of briefings."""

    briefing: BriefingService
    calendar: BriefingCalendarService
    reminding: Reminding
    sittings: Sittings
    attendance: AttendanceService


def assemble(
    config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
    room: RoomService, notice: NoticeService, question: QuestionService, catalogues: Catalogues,
) -> Briefings:  # fmt: skip
    """Return the services of briefings."""
    clocks, board = Clocks(config, person, room), Board(store, room)
    telling = Telling(store, notice, clocks)
    sittings = Sittings(config, store, incident, clocks, telling, question)
    reminding = Reminding(store, notice, clocks, telling, board, sittings)
    found = Findings(config, store)
    briefing = BriefingService(store, audit, incident, room, found, clocks, telling, board, reminding)
    attendance = AttendanceService(store, audit, person, room, clocks, sittings)
    calendar = BriefingCalendarService(config, audit, catalogues, briefing)
    return Briefings(briefing, calendar, reminding, sittings, attendance)
