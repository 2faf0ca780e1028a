"""What people do. A service reads and writes the store in the transaction that its caller has open."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.checking import CheckService
from bot.services.correction import CorrectionService
from bot.services.identity import IdentityService
from bot.services.notice import NoticeService
from bot.services.original import OriginalService
from bot.services.person import PersonService
from bot.services.phrase import PhraseService
from bot.services.relay import RelayService
from bot.services.room import RoomService
from bot.services.status import StatusService

__all__ = [
    "CheckService",
    "CorrectionService",
    "IdentityService",
    "NoticeService",
    "OriginalService",
    "PersonService",
    "PhraseService",
    "RelayService",
    "RoomService",
    "Services",
    "StatusService",
]


@dataclass(frozen=True, slots=True)
class Services:
    """All services, as a handler finds them on its Context."""

    check: CheckService
    correction: CorrectionService
    identity: IdentityService
    notice: NoticeService
    original: OriginalService
    person: PersonService
    phrase: PhraseService
    relay: RelayService
    room: RoomService
    status: StatusService
