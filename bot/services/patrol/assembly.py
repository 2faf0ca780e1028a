"""All that patrols consist of, put together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Current
from bot.services.audit import AuditService
from bot.services.incident import IncidentService
from bot.services.notice import NoticeService
from bot.services.patrol.agreeing import Agreeing
from bot.services.patrol.ruling import PatrolRules
from bot.services.patrol.service import PatrolService
from bot.services.patrol.telling import PatrolTelling
from bot.services.patrol.tongues import Tongues
from bot.services.patrol.watching import Watching
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.services.room import RoomService
from bot.services.shift import RosterRules, ShiftService, ShiftTelling
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Patrols:
    """The services of patrols."""

    patrol: PatrolService
    watching: Watching


def assemble(
    config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
    room: RoomService, notice: NoticeService, question: QuestionService, shift: ShiftService, roster: RosterRules,
    shifts: ShiftTelling,
) -> Patrols:  # fmt: skip
    """Return the services of patrols."""
    rules = PatrolRules(config, store, room, shift, roster)
    tongues = Tongues(config, person, room)
    telling = PatrolTelling(config, person, room, notice, shifts, rules, tongues)
    watching = Watching(store, room, rules, tongues, telling)
    agreeing = Agreeing(config, store, audit, notice, question, rules, telling, watching)
    patrol = PatrolService(store, audit, incident, rules, tongues, notice, telling, agreeing, watching)
    return Patrols(patrol, watching)
