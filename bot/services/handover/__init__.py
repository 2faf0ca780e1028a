"""Handovers of posts, from the draft to the frozen record."""

from __future__ import annotations

from bot.services.handover.board import Board
from bot.services.handover.drafting import Drafting
from bot.services.handover.service import HandoverService
from bot.services.handover.sheets import Sheets
from bot.services.handover.texts import Texts

__all__ = ["Board", "Drafting", "HandoverService", "Sheets", "Texts"]
