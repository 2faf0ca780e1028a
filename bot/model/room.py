"""What a room has chosen: where translations appear, and whether there are any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.person import LanguageCode


class RoomName(str):
    """A room as one writes it: its id `!abc:example.org`, or its address `#north:example.org`."""


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


class Use(StrEnum):
    """What a room is for."""

    OPERATIONS = "operations"
    COORDINATION = "coordination"
    AUDIT = "audit"
    """What auditors are told and shown stands there: checkpoints of the log, and what is under hold."""


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What a room has chosen. `on` is whether it is translated for, `paused_until` (UTC) from when on it is again.

    `use` is what the room is for, None where that was never said.
    """

    mode: Mode = Mode.REPLY
    on: bool = True
    paused_until: datetime | None = None
    use: Use | None = None

    def translates(self, at: datetime) -> bool:
        """Return whether what is said in the room at *at* (UTC) is translated without being asked for."""
        return self.on and (self.paused_until is None or at >= self.paused_until)


@dataclass(frozen=True, slots=True)
class Translated:
    """How a room is translated for: its settings, who needs which language, how many want none, and the pairs."""

    settings: RoomSettings
    needs: tuple[tuple[LanguageCode, int], ...]
    """Each language that somebody needs, and how many people do; the most needed first."""
    out: int
    there: tuple[tuple[str, ...], ...]
    """The ways that there are between languages spoken here: `("pt", "en", "es")`."""
    missing: tuple[tuple[str, str], ...]
    invited: int = 0
    """How many of those who need one have not come into their direct room, where it would appear."""
