"""Shifts: posts, their rosters, and who answers for each post."""

from __future__ import annotations

from bot.services.shift.service import ShiftService

__all__ = ["ShiftService"]
