"""Incidents: declared, directed, shown and closed; and who may see them."""

from bot.services.incident.clearing import Clearing
from bot.services.incident.service import GONE, Change, IncidentService
from bot.services.incident.wording import Wordings

__all__ = ["GONE", "Change", "Clearing", "IncidentService", "Wordings"]
