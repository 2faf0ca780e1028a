"""What a room has chosen: where translations appear, and whether there are any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """Where the translations of a room's messages appear."""

    REPLY = "reply"
    """One reply below the message, all languages in it."""
    THREAD = "thread"
    """A thread below the message."""
    COMPANION = "companion"
    """The rooms that are linked with this one, each in its own language."""
    DM = "dm"
    """Each reader's own direct room with the bot."""


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What a room has chosen. `on` is whether it is translated for, `paused_until` (UTC) from when on it is again."""

    mode: Mode = Mode.REPLY
    on: bool = True
    paused_until: datetime | None = None
