"""Incidents: declared, directed, shown and closed."""

from bot.services.incident.declaring import DeclaringService
from bot.services.incident.noting import NotingService
from bot.services.incident.pinning import PINNED_BY, Name, PinningService, Proposal
from bot.services.incident.service import GONE, Change, IncidentService
from bot.services.incident.wording import Wordings

__all__ = [
    "GONE",
    "PINNED_BY",
    "Change",
    "DeclaringService",
    "IncidentService",
    "Name",
    "NotingService",
    "PinningService",
    "Proposal",
    "Wordings",
]
