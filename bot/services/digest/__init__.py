"""Digests for those who coordinate: on demand, and by themselves each day and at the end of each shift."""

from bot.services.digest.gathering import Gathering
from bot.services.digest.service import DigestService
from bot.services.digest.standing import DUE, WITHIN, StandingDigestService

__all__ = ["DUE", "WITHIN", "DigestService", "Gathering", "StandingDigestService"]
