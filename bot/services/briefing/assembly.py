"""All that briefings consist of, put together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Current
from bot.i18n import Catalogues
from bot.services.audit import AuditService
from bot.services.briefing.agenda import AgendaService
from bot.services.briefing.answering import AnsweringService
from bot.services.briefing.asking import Asker
from bot.services.briefing.attending import AttendingService
from bot.services.briefing.board import Board
from bot.services.briefing.busy import BusyService
from bot.services.briefing.calendars import BriefingCalendarService
from bot.services.briefing.catching import CatchingUp
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.confirming import Confirming
from bot.services.briefing.counting import Counting
from bot.services.briefing.finding import Findings
from bot.services.briefing.inviting import Inviting
from bot.services.briefing.minuted import Minuted
from bot.services.briefing.minutes import MinutesService
from bot.services.briefing.pack import Pack
from bot.services.briefing.polling import PollService
from bot.services.briefing.ranking import Ranking
from bot.services.briefing.remarking import Remarking
from bot.services.briefing.reminding import Reminding
from bot.services.briefing.service import BriefingService
from bot.services.briefing.sittings import Sittings
from bot.services.briefing.telling import Telling
from bot.services.direct import DirectService
from bot.services.handover import HandoverService
from bot.services.incident import IncidentService, Wordings
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.services.room import RoomService
from bot.services.shift import RosterRules, ShiftService
from bot.services.task import TaskService
from bot.services.term import TermService
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Briefings:
    """The services of briefings."""

    briefing: BriefingService
    calendar: BriefingCalendarService
    reminding: Reminding
    answering: AnsweringService
    inviting: Inviting
    agenda: AgendaService
    pack: Pack
    sittings: Sittings
    attending: AttendingService
    minutes: MinutesService
    remarking: Remarking
    catching: CatchingUp
    asker: Asker
    polling: PollService
    busy: BusyService


def assemble(
    config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
    room: RoomService, notice: NoticeService, question: QuestionService, wordings: Wordings, handover: HandoverService,
    term: TermService, task: TaskService, direct: DirectService, catalogues: Catalogues, shift: ShiftService,
    rules: RosterRules,
) -> Briefings:  # fmt: skip
    """Return the services of briefings."""
    clocks, board = Clocks(config, person, room), Board(store, room)
    telling, inviting = Telling(store, notice, clocks), Inviting(store, question)
    agenda = AgendaService(store, audit, incident, wordings, room, handover, notice)
    pack = Pack(store, notice, clocks, telling, agenda, term)
    sittings = Sittings(config, store, incident, notice, question, clocks, telling, inviting)
    reminding = Reminding(store, notice, clocks, telling, board, pack, sittings)
    found = Findings(config, store)
    briefing = BriefingService(store, audit, incident, room, notice, found, clocks, telling, board, reminding, inviting)
    counting = Counting(config, store, found, clocks, telling, board)
    answering = AnsweringService(
        config, store, audit, notice, question, found, clocks, telling, board, inviting, counting
    )
    calendar = BriefingCalendarService(config, audit, catalogues, briefing)
    attending = AttendingService(config, store, audit, room, clocks, sittings)
    minuted = Minuted(store, incident, wordings, room, telling, attending)
    confirming = Confirming(config, store, audit, notice, question, clocks, sittings, minuted)
    catching = CatchingUp(store, audit, notice, question, room, direct, found, clocks, board, sittings, minuted)
    minutes = MinutesService(
        store, audit, incident, task, wordings, question, clocks, attending, minuted, confirming, catching
    )
    ranking = Ranking(config, store, person, shift, rules, clocks)
    asker = Asker(config, store, notice, question, briefing, clocks, telling, ranking)
    polling = PollService(store, audit, person, notice, question, briefing, telling, ranking, asker)
    busy = BusyService(store, direct)
    return Briefings(
        briefing,
        calendar,
        reminding,
        answering,
        inviting,
        agenda,
        pack,
        sittings,
        attending,
        minutes,
        Remarking(store, audit, person, notice, confirming, catching),
        catching,
        asker,
        polling,
        busy,
    )
