"""What an officer's client made of the events it received, and waiting for one of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PATIENCE_SECONDS = 45.0
"""How long an officer waits: more than a poll of 30 s, should the homeserver ever forget to end one early."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of a room's timeline, as an officer's client understood it.

    `content` is the decrypted content when `encrypted`; empty when it could not be decrypted, and then
    `error` says why ("withheld: m.unverified" when the sender's device refused us the key). `trust` names
    the client's opinion of the sending device ("cross-signed-tofu", "unverified" …, "verified" for an own
    event), "" for an unencrypted event.
    """

    event_id: str
    room_id: str
    sender: str
    type: str
    content: dict[str, Any]
    encrypted: bool
    trust: str
    error: str | None
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def body(self) -> str:
        """The message's plain text, or "" when it has none."""
        return str(self.content.get("body", ""))

    @property
    def relation(self) -> dict[str, Any]:
        """What the event says it relates to: `m.relates_to`, or an empty dict."""
        relation = self.content.get("m.relates_to", {})
        return relation if isinstance(relation, dict) else {}

    @property
    def replies_to(self) -> str | None:
        """The id of the event that this one answers, or None."""
        answered = self.relation.get("m.in_reply_to", {})
        return answered.get("event_id") if isinstance(answered, dict) else None


class Ears:
    """All that one client has heard, in the order of arrival; an event understood later keeps its place."""

    def __init__(self, owner: str) -> None:
        """Begin with nothing heard; `owner` is named in reports."""
        self.owner = owner
        self.heard: list[Heard] = []
        self.fault: BaseException | None = None
        self._places: dict[str, int] = {}
        self._news = asyncio.Condition()

    async def record(self, heard: Heard) -> None:
        """Keep one event, in place of what was known of it before, and wake those who wait."""
        async with self._news:
            place = self._places.setdefault(heard.event_id, len(self.heard))
            if place == len(self.heard):
                self.heard.append(heard)
            else:
                self.heard[place] = heard
            self._news.notify_all()

    async def wait(self, predicate: Callable[[Heard], object], seconds: float) -> Heard:
        """Return the first event, past or to come, that the predicate holds for.

        After `seconds` an AssertionError lists all that was heard instead.
        """
        try:
            async with asyncio.timeout(seconds), self._news:
                while True:
                    for heard in self.heard:
                        if predicate(heard):
                            return heard
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(self._report(seconds)) from None

    def _report(self, seconds: float) -> str:
        lines = [f"{self.owner} did not hear it within {seconds:g} s. Heard, oldest first:"]
        for heard in self.heard:
            what = heard.error or heard.body or json.dumps(heard.content, ensure_ascii=False)
            lines.append(f"  {heard.event_id} {heard.sender} {heard.type} [{heard.trust}] {what[:200]!r}")
        if self.fault is not None:
            lines.append(f"  and stopped listening: {self.fault!r}")
        return "\n".join(lines)
