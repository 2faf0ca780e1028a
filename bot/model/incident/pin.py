"""A message of the room as it is pinned to a timeline: what it was, proved by digests, and how it was translated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.model.audit import canonical
from bot.model.incident.declaration import Words
from bot.model.original import Original
from bot.model.person import UserId
from bot.model.translation import Flag, Translation

_RELATION = "m.relates_to"


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, of an event's decrypted content as canonical JSON.

    Without what it relates to: that may stand outside the encryption, where the homeserver can change it.
    """
    return sha256(data_of(content)).hexdigest()


def data_of(content: Mapping[str, Any]) -> bytes:
    """Return what `digest_of` is the digest of."""
    return canonical({key: value for key, value in content.items() if key != _RELATION})


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a message encloses: its name, where it lies, and the SHA-256 of its decrypted bytes. No copy."""

    name: str
    url: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Pinned:
    """A message before it is pinned.

    `original` is what was known of it then; `digest` is that of the event as it was sent, `edit` that of the edit by
    which it says now what `words` say, with that event's id. `words` is None where there are none.
    """

    original: Original
    trusted: bool
    sent_at: datetime
    happened_at: datetime
    digest: str
    edit: tuple[str, str] | None = None
    words: Words | None = None
    attached: Attached | None = None

    def values(self, agency: str | None, shown: Iterable[Translation]) -> dict[str, Any]:
        """Return what the entry keeps beside the text: JSON. *shown* are the translations that the room got."""
        kept: dict[str, Any] = {
            "event": self.original.event_id,
            "by": self.original.sender,
            "agency": agency,
            "sent": self.sent_at.isoformat(),
            "trusted": self.trusted,
            "sha256": self.digest,
            "handling": str(self.original.handling or ""),
            "translations": {one.target: _kept(one) for one in shown if one.text and Flag.UNAVAILABLE not in one.flags},
        }
        if self.edit:
            kept["edit"] = {"event": self.edit[0], "sha256": self.edit[1]}
        if file := self.attached:
            kept["file"] = {"name": file.name, "url": file.url, "sha256": file.sha256, "size": file.size}
        return kept


def _kept(one: Translation) -> dict[str, Any]:
    """Return a translation with what it was labelled by."""
    kept: dict[str, Any] = {"text": one.text, "route": list(one.route), "engine": one.engine, "flags": list(one.flags)}
    if one.corrected and one.reworded:
        kept["corrected_by"] = UserId(one.corrected.by)
    return kept
