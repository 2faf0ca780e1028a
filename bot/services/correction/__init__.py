"""Corrections: what people put in place of a machine's translation, and who agreed."""

from bot.services.correction.drafting import Draft, Drafting
from bot.services.correction.judging import Asked, Judging
from bot.services.correction.service import CorrectionService

__all__ = ["Asked", "CorrectionService", "Draft", "Drafting", "Judging"]
