"""Reports by template: read, given, revised and found."""

from bot.services.report.alone import Alone
from bot.services.report.finding import Findings
from bot.services.report.reading import Readings
from bot.services.report.service import DUE, KEPT, ReportService

__all__ = ["DUE", "KEPT", "Alone", "Findings", "Readings", "ReportService"]
