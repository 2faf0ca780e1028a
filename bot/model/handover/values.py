"""States of a handover, kinds of its items, and the answers to them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a handover stands."""

    DRAFT = "draft"
    READY = "ready"
    """It is the incoming person's turn."""
    WAITING = "waiting"
    """The incoming person has begun to answer."""
    ACCEPTED = "accepted"
    REFUSED = "refused"

    @property
    def open(self) -> bool:
        """Whether anything can still come of it."""
        return self not in (State.ACCEPTED, State.REFUSED)

    @property
    def handed(self) -> bool:
        """Whether it waits for the incoming person."""
        return self in (State.READY, State.WAITING)


class ItemKind(StrEnum):
    """What an item is about."""

    INCIDENT = "incident"
    TASK = "task"
    PIN = "pin"
    """A message that stands on the timeline of an open incident."""
    STANDING = "standing"
    """An order that counts until it is cleared."""
    EQUIPMENT = "equipment"
    EXPECTED = "expected"
    """What is expected to happen."""
    NOTE = "note"

    @property
    def written(self) -> bool:
        """Whether it is what somebody wrote for the handover, and not a record of its own."""
        return self not in (ItemKind.INCIDENT, ItemKind.TASK, ItemKind.PIN)


class Answer(StrEnum):
    """What the incoming person says to an item."""

    OK = "ok"
    ASKED = "asked"
    REFUSED = "refused"


class Gone(StrEnum):
    """Why an item needs no answer any more."""

    CLOSED = "closed"
    """What it is about is closed, done, cleared or withdrawn meanwhile."""
    HIDDEN = "hidden"
    """Not everyone in the room may see any more what it is about."""


class Depth(StrEnum):
    """Which items must be read back."""

    NONE = "none"
    CRITICAL = "critical"
    EVERY = "every"
