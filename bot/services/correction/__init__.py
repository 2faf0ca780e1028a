"""Corrections: what people put in place of a machine's translation, and who agreed."""

from bot.services.correction.drafting import Draft, Drafting
from bot.services.correction.service import Corrected, CorrectionService

__all__ = ["Corrected", "CorrectionService", "Draft", "Drafting"]
