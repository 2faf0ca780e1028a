"""Incidents: declared, directed, shown and closed; and who may see them."""

from bot.services.incident.cards import ASKED, CardService
from bot.services.incident.clearing import Clearing
from bot.services.incident.contests import ANSWERED_BY, Change, Contests
from bot.services.incident.copying import CopyingService
from bot.services.incident.declaring import DeclaringService
from bot.services.incident.finding import FindingService
from bot.services.incident.likeness import LikenessService
from bot.services.incident.noting import NotingService
from bot.services.incident.outputs import Outputs
from bot.services.incident.pinning import PINNED_BY, Name, PinningService, Proposal
from bot.services.incident.relating import RelatingService
from bot.services.incident.ringing import Ringing
from bot.services.incident.seeing import CLOSED_TO, GONE
from bot.services.incident.service import IncidentService
from bot.services.incident.undoing import UndoingService
from bot.services.incident.withdrawing import WithdrawingService, show_task
from bot.services.incident.wording import Wordings

__all__ = [
    "ANSWERED_BY",
    "ASKED",
    "CLOSED_TO",
    "GONE",
    "PINNED_BY",
    "CardService",
    "Change",
    "Clearing",
    "Contests",
    "CopyingService",
    "DeclaringService",
    "FindingService",
    "IncidentService",
    "LikenessService",
    "Name",
    "NotingService",
    "Outputs",
    "PinningService",
    "Proposal",
    "RelatingService",
    "Ringing",
    "UndoingService",
    "WithdrawingService",
    "Wordings",
    "show_task",
]
