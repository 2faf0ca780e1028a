"""What rendering comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.file import File


class Elsewhere(Exception):
    """What was for one person alone cannot be said in this room any more: it is said where it comes from."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message ready to be wrapped into an event: `record` is its machine-readable copy."""

    body: str
    html: str
    record: Mapping[str, Any]
    reply_to: str | None = None
    msgtype: str = "m.notice"
    mentions: tuple[str, ...] = field(default=())
    replaces: str | None = None
    """The event of our own that it takes the place of."""
    thread: str | None = None
    """The event that begins the thread it stands in."""
    rings_all: bool = False
    """Whether it rings everyone in the room."""
    type: str = "m.room.message"
    """The event's type; where it is another one, `content` is all that it has beside the record."""
    content: Mapping[str, Any] = field(default_factory=dict)
    file: Mapping[str, Any] = field(default_factory=dict)
    """What the content of a file has beside its caption."""
    enclosed: File | None = None
    """A file that was made for it, which is encrypted and uploaded when it is sent."""
