"""Exports: asked for, agreed to by a second person, put together of what the agency may have, and posted."""

from bot.services.export.building import Building
from bot.services.export.choosing import Choosing
from bot.services.export.collecting import Collecting
from bot.services.export.service import ExportService

__all__ = ["Building", "Choosing", "Collecting", "ExportService"]
