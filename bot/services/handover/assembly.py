"""All that handovers consist of, put together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Current
from bot.model.places import Gazetteer
from bot.services.audit import AuditService
from bot.services.duty import DutyService
from bot.services.handover.accepting import Accepting
from bot.services.handover.board import Board
from bot.services.handover.drafting import Drafting
from bot.services.handover.finding import Findings
from bot.services.handover.gate import GateService
from bot.services.handover.history import History
from bot.services.handover.keeping import Keeping
from bot.services.handover.lateness import LatenessService
from bot.services.handover.leaving import Leaving
from bot.services.handover.reading import ReadingService
from bot.services.handover.service import HandoverService
from bot.services.handover.sheets import Sheets
from bot.services.handover.starting import Starting
from bot.services.handover.texts import Texts
from bot.services.incident import IncidentService, Wordings
from bot.services.ladder.people import Rungs
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Handovers:
    """The services of handovers."""

    handover: HandoverService
    reading: ReadingService
    lateness: LatenessService
    gate: GateService


def assemble(
    config: Current, store: Store, audit: AuditService, incident: IncidentService, duty: DutyService,
    person: PersonService, room: RoomService, notice: NoticeService, question: QuestionService, wordings: Wordings,
    shift: ShiftService, gazetteer: Gazetteer,
) -> Handovers:  # fmt: skip
    """Return the services of handovers."""
    sheets = Sheets(store, incident)
    texts = Texts(store, wordings, sheets)
    board = Board(store, incident, person, notice, room, sheets)
    found = Findings(config, store, room, shift)
    drafting = Drafting(store, incident, duty, sheets)
    starting = Starting(config, store, audit, incident, person, room, shift, drafting, found, board)
    accepting = Accepting(config, store, audit, shift, sheets, starting, found, board)
    keeping = Keeping(store, audit, person, notice, room, shift, sheets, found, board, texts)
    history, leaving = History(store, sheets), Leaving(config, store, person, room, notice, found, board)
    handover = HandoverService(
        store, audit, starting, accepting, sheets, found, board, texts, keeping, history, leaving
    )
    reading = ReadingService(store, audit, person, notice, question, sheets, found, board, texts, gazetteer)
    lateness = LatenessService(store, audit, Rungs(config, person, room), room, notice, question, shift)
    gate = GateService(config, store, audit, notice, room, shift)
    return Handovers(handover, reading, lateness, gate)
