"""What turns raw inbox rows into events; `bot.matrix.events` does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.store.inbox import InboxRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """The event cannot be read before the room key `session_id` comes."""

    session_id: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The event can never be read; `reason` goes into the inbox row."""

    reason: str


class Reader(Protocol):
    """What turns a raw row into an event."""

    def read(self, row: InboxRow) -> Incoming | Waiting | Unreadable:
        """Return the event of *row*, or why there is none."""
        ...

    async def refresh(self, sender: UserId) -> None:
        """Learn the devices of *sender* anew, so that the next `read` may trust them."""
        ...

    def still_trusts(self, incoming: Incoming) -> bool:
        """Return whether the device that a trusted *incoming* came from is trusted at this moment."""
        ...

    def unlearn(self, incoming: Incoming) -> None:
        """Make *incoming*, and what came before it by the same room key, unreadable from now on."""
        ...
