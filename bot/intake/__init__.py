"""From the inbox to the outbox: each event once, in order within its room, with its effects in one transaction."""

from __future__ import annotations

from bot.intake.intake import Intake
from bot.intake.reading import Reader, Unreadable, Waiting

__all__ = ["Intake", "Reader", "Unreadable", "Waiting"]
