"""One event of a room as it was read: decrypted, converted, with what may be believed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.person import UserId


@dataclass(frozen=True, slots=True)
class MegolmIndex:
    """Which message of which room key this was: it belongs to one event id only."""

    sender_key: str
    session_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event.

    `sent_at` is the homeserver's word, `received_at` ours; both UTC. `encrypted` says that it came
    encrypted; `trusted` that it came from a device of `sender` whose cross-signing chain we checked,
    by a room key that was not forwarded.
    """

    event_id: str
    room_id: str
    sender: UserId
    type: str
    content: Mapping[str, Any]
    sent_at: datetime
    received_at: datetime
    encrypted: bool = False
    trusted: bool = False
    megolm: MegolmIndex | None = None
    state_key: str | None = None

    @property
    def msgtype(self) -> str:
        """The message's type, or an empty text."""
        return self._text("msgtype")

    @property
    def body(self) -> str:
        """The plain text, or an empty text."""
        return self._text("body")

    @property
    def formatted_body(self) -> str | None:
        """The HTML, where there is some."""
        if self.content.get("format") != "org.matrix.custom.html":
            return None
        return self._text("formatted_body") or None

    @property
    def replaces(self) -> str | None:
        """The event that this one edits, or None."""
        relation = self._relation()
        return _event_id(relation.get("event_id")) if relation.get("rel_type") == "m.replace" else None

    @property
    def replies_to(self) -> str | None:
        """The event that this one answers (a thread's fallback is none), or None."""
        relation = self._relation()
        answered = relation.get("m.in_reply_to")
        if not isinstance(answered, Mapping) or relation.get("is_falling_back") is True:
            return None
        return _event_id(answered.get("event_id"))

    def _text(self, key: str) -> str:
        value = self.content.get(key)
        return value if isinstance(value, str) else ""

    def _relation(self) -> Mapping[str, Any]:
        relation = self.content.get("m.relates_to")
        return relation if isinstance(relation, Mapping) else {}


def _event_id(value: object) -> str | None:
    return value if isinstance(value, str) else None
