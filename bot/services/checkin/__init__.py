"""Check-ins: who is on duty from a post, whether they are well, and the word that says that they are forced."""

from __future__ import annotations

from bot.services.checkin.duress import DuressService
from bot.services.checkin.hearing import HearingService
from bot.services.checkin.service import CheckInService
from bot.services.checkin.welfare import WelfareService

__all__ = ["CheckInService", "DuressService", "HearingService", "WelfareService"]
