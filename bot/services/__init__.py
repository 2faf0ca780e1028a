"""What people do. A service reads and writes the store in the transaction that its caller has open."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.audit import AuditService
from bot.services.checking import CheckService
from bot.services.companion import CompanionService
from bot.services.correction import CorrectionService
from bot.services.direct import DirectService
from bot.services.due import DueService
from bot.services.file import FileService
from bot.services.hint import HintService
from bot.services.identity import IdentityService
from bot.services.incident import IncidentService
from bot.services.mark import MarkService
from bot.services.notice import NoticeService
from bot.services.original import OriginalService
from bot.services.person import PersonService
from bot.services.phrase import PhraseService
from bot.services.question import QuestionService
from bot.services.relay import RelayService
from bot.services.release import ReleaseService
from bot.services.room import RoomService
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
    "DueService",
    "FileService",
    "HintService",
    "IdentityService",
    "IncidentService",
    "MarkService",
    "NoticeService",
    "OriginalService",
    "PersonService",
    "PhraseService",
    "QuestionService",
    "RelayService",
    "ReleaseService",
    "RoomService",
    "Services",
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
    due: DueService
    file: FileService
    hint: HintService
    identity: IdentityService
    incident: IncidentService
    mark: MarkService
    notice: NoticeService
    original: OriginalService
    person: PersonService
    phrase: PhraseService
    question: QuestionService
    relay: RelayService
    release: ReleaseService
    room: RoomService
    status: StatusService
    switch: SwitchService
    term: TermService
    wish: WishService
