"""Incidents: declared, directed, shown and closed."""

from bot.services.incident.declaring import DeclaringService
from bot.services.incident.finding import FindingService
from bot.services.incident.likeness import LikenessService
from bot.services.incident.relating import RelatingService
from bot.services.incident.service import GONE, Change, IncidentService
from bot.services.incident.wording import Wordings

__all__ = [
    "GONE",
    "Change",
    "DeclaringService",
    "FindingService",
    "IncidentService",
    "LikenessService",
    "RelatingService",
    "Wordings",
]
