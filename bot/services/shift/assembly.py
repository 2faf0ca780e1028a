"""All that shifts consist of, put together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Current
from bot.i18n import Catalogues
from bot.model.phrase import Phrasebook
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.incident import IncidentService, RelatingService
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.services.room import RoomService
from bot.services.shift.absences import AbsenceService
from bot.services.shift.calendars import CalendarService
from bot.services.shift.card import GrabCardService
from bot.services.shift.covering import CoverageService
from bot.services.shift.editing import RosterService
from bot.services.shift.log import ShiftLogService
from bot.services.shift.presence import PresenceService
from bot.services.shift.ruling import RosterRules
from bot.services.shift.service import ShiftService
from bot.services.shift.swapping import SwapService
from bot.services.shift.telling import ShiftTelling
from bot.services.shift.turns import ShiftTurns
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Shifts:
    """The services of shifts."""

    absence: AbsenceService
    calendar: CalendarService
    coverage: CoverageService
    grab_card: GrabCardService
    log: ShiftLogService
    presence: PresenceService
    roster: RosterService
    rules: RosterRules
    shift: ShiftService
    swap: SwapService
    telling: ShiftTelling
    turns: ShiftTurns


def assemble(
    config: Current, store: Store, audit: AuditService, incident: IncidentService, relating: RelatingService,
    person: PersonService, room: RoomService, direct: DirectService, notice: NoticeService, question: QuestionService,
    phrases: Phrasebook, catalogues: Catalogues,
) -> Shifts:  # fmt: skip
    """Return the services of shifts."""
    shift = ShiftService(config, store, audit, room)
    turns = ShiftTurns(config, store, room)
    telling = ShiftTelling(config, store, room, direct, notice, shift, turns)
    rules = RosterRules(config, room)
    roster = RosterService(store, audit, rules, shift, telling)
    return Shifts(
        absence=AbsenceService(store, notice, rules, roster),
        calendar=CalendarService(config, store, audit, room, shift, rules, roster),
        coverage=CoverageService(shift, rules),
        grab_card=GrabCardService(config, store, audit, person, room, direct, incident, shift, phrases, catalogues),
        log=ShiftLogService(config, store, audit, room, incident, relating, shift, catalogues),
        presence=PresenceService(store, audit, room, notice, shift),
        roster=roster,
        rules=rules,
        shift=shift,
        swap=SwapService(config, store, audit, room, person, notice, question, incident, shift, rules, roster, telling),
        telling=telling,
        turns=turns,
    )
