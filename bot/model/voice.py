"""A voice message, and who has written down what is said in it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.person import UserId


@dataclass(frozen=True, slots=True)
class Recording:
    """A voice message of *sender*; `transcript` is the reply that says what was heard, or None so far."""

    event_id: str
    sender: UserId
    transcript: str | None = None
