"""How a time was understood, and why it was not, in sentences."""

from __future__ import annotations

from datetime import datetime

from bot.arguments.folding import cited
from bot.i18n import Message
from bot.model.times import NotRead
from bot.model.times.telling import note, unread

__all__ = ["fault", "note"]


def fault(text: str, why: NotRead, now: datetime) -> Message:
    """Return why *text* is no time, and what to write instead; *now* is for the example."""
    return unread(cited(text), why, now)
