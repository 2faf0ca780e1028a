"""Digests for those who coordinate: on demand, and by themselves each day."""

from bot.services.digest.gathering import Gathering
from bot.services.digest.service import DUE, WITHIN, DigestService

__all__ = ["DUE", "WITHIN", "DigestService", "Gathering"]
