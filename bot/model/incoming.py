"""One event of a room as it was read: decrypted, converted, with what may be believed of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.model.content import MEDIA, PLACE, POLLS, Voice, caption, geo, place, poll, voice
from bot.model.person import UserId

_REPLY_FALLBACK = re.compile(r"(?:>[^\n]*\n)+\n?")
GLOBE = "🌐"
"""The reaction that asks for a message in one's own language."""
COMPASS = "🧭"
"""The reaction that asks what the places and times of a message are for oneself."""
PIN = "📌"
"""The reaction that proposes a message for an incident's timeline."""
VERIFICATION = "m.key.verification."
_VARIATIONS = "\ufe0e\ufe0f"
_QUOTED_PERSON = re.compile(r"> (?:\* )?<@[^\s<>]{1,255}>")


class Trust(StrEnum):
    """What may be believed of where an event came from."""

    PLAIN = "plain"
    """It came unencrypted: anyone on the path may have written it."""
    FORGED = "forged"
    """Its room key belongs to a device of somebody else than its sender."""
    UNCHECKED = "unchecked"
    """Its device is not cross-signed by the sender, or not known; or its room key was passed on by others."""
    CHECKED = "checked"
    """It came by a room key straight from a device of the sender whose cross-signing chain we checked."""


@dataclass(frozen=True, slots=True)
class MegolmIndex:
    """Which message of which room key this was: it belongs to one event id only."""

    sender_key: str
    session_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event.

    `sent_at` follows from the age that the homeserver gave it, `received_at` is our own clock's; both UTC.
    """

    event_id: str
    room_id: str
    sender: UserId
    type: str
    content: Mapping[str, Any]
    sent_at: datetime
    received_at: datetime
    trust: Trust = Trust.PLAIN
    megolm: MegolmIndex | None = None
    state_key: str | None = None

    @property
    def encrypted(self) -> bool:
        """Whether it came encrypted."""
        return self.trust is not Trust.PLAIN

    @property
    def trusted(self) -> bool:
        """Whether what it asks for may be done."""
        return self.trust is Trust.CHECKED

    @property
    def msgtype(self) -> str:
        """The message's type, or an empty text."""
        return self._text("msgtype")

    @property
    def body(self) -> str:
        """The plain text, or an empty text."""
        return self._text("body")

    @property
    def verifies(self) -> bool:
        """Whether it is part of a verification of keys."""
        asks = self.type == "m.room.message" and self.msgtype == VERIFICATION + "request"
        return asks or self.type.startswith(VERIFICATION)

    @property
    def said(self) -> str:
        """The plain text without the quotation of what it answers that some clients put before it."""
        quoted = _REPLY_FALLBACK.match(self.body) if self._quotes() else None
        return self.body[quoted.end() :] if quoted else self.body

    @property
    def words(self) -> str:
        """What a person wrote: the message, a caption, a poll's question and answers; empty for a file's name."""
        if self.type in POLLS:
            return poll(self.content)
        if self.msgtype in MEDIA:
            return "" if self.voice else caption(self.content)
        return place(self.content) if self.msgtype == PLACE else self.said

    @property
    def geo(self) -> str:
        """The address of a place that is shared, a `geo:` link; empty if it is no such message."""
        return geo(self.content) if self.type == "m.room.message" and self.msgtype == PLACE else ""

    @property
    def html(self) -> str:
        """Those words as they were formatted, or an empty text."""
        written = self.type == "m.room.message" and self.msgtype != PLACE and self.words
        return self.formatted_body or "" if written else ""

    @property
    def voice(self) -> Voice | None:
        """The voice message that it is, or None."""
        return voice(self.content) if self.type == "m.room.message" else None

    @property
    def beside(self) -> bool:
        """Whether it is no plain message, but something that people write on."""
        return self.type in POLLS or self.msgtype in (*MEDIA, PLACE)

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
    def refers_to(self) -> str | None:
        """The event that this one refers to, as a vote does to its poll, or None."""
        relation = self._relation()
        return _event_id(relation.get("event_id")) if relation.get("rel_type") == "m.reference" else None

    @property
    def redacts(self) -> str | None:
        """The event that this redaction takes back, or None."""
        return _event_id(self.content.get("redacts"))

    @property
    def replies_to(self) -> str | None:
        """The event that this one answers (a thread's fallback is none), or None."""
        relation = self._relation()
        answered = relation.get("m.in_reply_to")
        if not isinstance(answered, Mapping) or relation.get("is_falling_back") is True:
            return None
        return _event_id(answered.get("event_id"))

    @property
    def wishes(self) -> str | None:
        """The event that this reaction asks for in its sender's language, or None if it is no such reaction."""
        return self._reacts(GLOBE)

    @property
    def expands(self) -> str | None:
        """The event whose places and times this reaction asks for, or None if it is no such reaction."""
        return self._reacts(COMPASS)

    @property
    def pins(self) -> str | None:
        """The event that this reaction proposes for a timeline, or None if it is no such reaction."""
        return self._reacts(PIN)

    @property
    def thread(self) -> str | None:
        """The event that begins the thread that this one stands in, or None."""
        relation = self._relation()
        return _event_id(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None

    @property
    def mentions(self) -> tuple[UserId, ...]:
        """Who is meant by name."""
        meant = self._mentions().get("user_ids")
        return tuple(UserId(user) for user in meant if isinstance(user, str)) if isinstance(meant, list) else ()

    @property
    def mentions_room(self) -> bool:
        """Whether everyone in the room is meant."""
        return self._mentions().get("room") is True

    @property
    def edited(self) -> Mapping[str, Any]:
        """The content that an edit puts in place of the old one; empty where there is none."""
        content = self.content.get("m.new_content")
        return content if isinstance(content, Mapping) else {}

    def revised(self) -> Incoming:
        """Return an edit as the message that it makes of the old one."""
        return replace(self, content=self.edited)

    def _reacts(self, wanted: str) -> str | None:
        """Return the event to which this is the *wanted* reaction, or None."""
        relation = self._relation()
        key = relation.get("key")
        if self.type != "m.reaction" or relation.get("rel_type") != "m.annotation" or not isinstance(key, str):
            return None
        return _event_id(relation.get("event_id")) if key.rstrip(_VARIATIONS) == wanted else None

    def _quotes(self) -> bool:
        """Whether a client quoted, not the person, whose own quotation is part of what they say."""
        if (self.formatted_body or "").startswith("<mx-reply>"):
            return True
        return "m.in_reply_to" in self._relation() and _QUOTED_PERSON.match(self.body) is not None

    def _text(self, key: str) -> str:
        value = self.content.get(key)
        return value if isinstance(value, str) else ""

    def _mentions(self) -> Mapping[str, Any]:
        mentions = self.content.get("m.mentions")
        return mentions if isinstance(mentions, Mapping) else {}

    def _relation(self) -> Mapping[str, Any]:
        relation = self.content.get("m.relates_to")
        return relation if isinstance(relation, Mapping) else {}


def _event_id(value: object) -> str | None:
    return value if isinstance(value, str) else None
