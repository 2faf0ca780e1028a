"""The room that the bot has opened for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.person import UserId

INVITATION_LASTS = timedelta(hours=24)
"""How long an invitation that is not accepted counts, and how long nobody is invited again who declined one."""


@dataclass(frozen=True, slots=True)
class DirectRoom:
    """A room that was opened for a person; `room_id` is None where the homeserver refused to."""

    user_id: UserId
    room_id: str | None
    opened_at: datetime
