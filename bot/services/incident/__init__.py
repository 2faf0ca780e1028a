"""Incidents: declared, directed, shown and closed."""

from bot.services.incident.cards import CardService
from bot.services.incident.contests import Contests
from bot.services.incident.declaring import DeclaringService
from bot.services.incident.noting import NotingService
from bot.services.incident.pinning import PINNED_BY, Name, PinningService, Proposal
from bot.services.incident.service import IncidentService
from bot.services.incident.undoing import UndoingService
from bot.services.incident.wording import Wordings

__all__ = [
    "PINNED_BY",
    "CardService",
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
