"""What people do. A service reads and writes the store in the transaction that its caller has open."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.audit import AuditService
from bot.services.checking import CheckService
from bot.services.companion import CompanionService
from bot.services.correction import CorrectionService
from bot.services.direct import DirectService
from bot.services.exercise import ExerciseService
from bot.services.file import FileService
from bot.services.hint import HintService
from bot.services.identity import IdentityService
from bot.services.incident import IncidentService
from bot.services.notice import NoticeService
from bot.services.original import OriginalService
from bot.services.person import PersonService
from bot.services.phrase import PhraseService
from bot.services.question import QuestionService
from bot.services.relay import RelayService
from bot.services.room import RoomService
from bot.services.sir import SirService
from bot.services.status import StatusService
from bot.services.switch import SwitchService
from bot.services.term import TermService
from bot.services.wish import WishService

__all__ = [
    "AuditService",
    "CheckService",
    "CompanionService",
    "CorrectionService",
    "DirectService",
    "ExerciseService",
    "FileService",
    "HintService",
    "IdentityService",
    "IncidentService",
    "NoticeService",
    "OriginalService",
    "PersonService",
    "PhraseService",
    "QuestionService",
    "RelayService",
    "RoomService",
    "Services",
    "SirService",
    "StatusService",
    "SwitchService",
    "TermService",
    "WishService",
]


@dataclass(frozen=True, slots=True)
class Services:
    """All services, as a handler finds them on its Context."""

    audit: AuditService
    check: CheckService
    companion: CompanionService
    correction: CorrectionService
    direct: DirectService
    exercise: ExerciseService
    file: FileService
    hint: HintService
    identity: IdentityService
    incident: IncidentService
    notice: NoticeService
    original: OriginalService
    person: PersonService
    phrase: PhraseService
    question: QuestionService
    relay: RelayService
    room: RoomService
    sir: SirService
    status: StatusService
    switch: SwitchService
    term: TermService
    wish: WishService
