"""Reminders: set, put off, taken back, and rung until somebody says that they saw it."""

from __future__ import annotations

from bot.services.reminder.ringing import DUE, ReminderRinging
from bot.services.reminder.service import ReminderService

__all__ = ["DUE", "ReminderRinging", "ReminderService"]
