"""Incidents: declared, directed, shown and closed."""

from bot.services.incident.cards import CardService
from bot.services.incident.contests import Change, Contests
from bot.services.incident.declaring import DeclaringService
from bot.services.incident.noting import NotingService
from bot.services.incident.pinning import PINNED_BY, Name, PinningService, Proposal
from bot.services.incident.service import GONE, IncidentService
from bot.services.incident.undoing import UndoingService
from bot.services.incident.wording import Wordings

__all__ = [
    "GONE",
    "PINNED_BY",
    "CardService",
    "Change",
    "Contests",
    "DeclaringService",
    "IncidentService",
    "Name",
    "NotingService",
    "PinningService",
    "Proposal",
    "UndoingService",
    "Wordings",
]
