"""By which event, in which room, somebody told something, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    """All times in UTC: when the homeserver says that it was sent, when the bot got it, and now."""

    room_id: str
    event_id: str
    sent_at: datetime
    received_at: datetime
    now: datetime
    source: str = ""
    """The message that has said it, where the event only confirms that: an answer to a question about it."""

    @property
    def said(self) -> str:
        """The message whose words these are."""
        return self.source or self.event_id
