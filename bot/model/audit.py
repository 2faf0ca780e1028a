"""An entry of the audit log: an envelope that stays for ever, and a content that can be deleted without a trace of it.

The leaf in the Merkle tree is the hash of the envelope, which holds a salted digest of the content: so the content
can go, the tree still verifies, and nobody can guess what it was. People stand in the envelope by pseudonyms.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.model.merkle import leaf_hash

FORGOTTEN = "log.forgotten"
"""The kind of an entry that says whose content was deleted: its `ref` is the index of that entry."""
HELD = "log.held"
"""The kind of an entry that says whose content would be deleted, were its record not under hold; `ref` as above."""
KEPT = "log.kept"
"""The kind of an entry that keeps what a record under hold has said where no other entry holds that any more."""
VERSION = 1
"""Of the envelope's form: it is part of what is hashed, so that a later form can be told apart."""
SALT_BYTES = 32
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What was done, as canonical JSON, and the random salt that hides it in its digest."""

    salt: bytes
    data: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of salt and data."""
        return sha256(self.salt + self.data).digest()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stays of an entry.

    `kind` is a noun and a verb such as `incident.declare`, `at` is UTC, `actor` a pseudonym or None for the bot
    itself, `ref` the reference of the record, `digest` that of the content.
    """

    index: int
    kind: str
    at: datetime
    actor: str | None
    agency: str | None
    ref: str | None
    digest: bytes

    @property
    def data(self) -> bytes:
        """The envelope as it is stored and hashed."""
        return canonical(
            {
                "v": VERSION,
                "index": self.index,
                "kind": self.kind,
                "time": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.at.microsecond // 1000:03}Z",
                "actor": self.actor,
                "agency": self.agency,
                "ref": self.ref,
                "content": self.digest.hex(),
            }
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the log keeps it: the envelope's bytes and the leaf that was made of them.

    `content` is None once it was deleted.
    """

    index: int
    envelope: bytes
    leaf: bytes
    content: Content | None

    @classmethod
    def of(cls, envelope: Envelope, content: Content) -> Entry:
        """Return the entry that *envelope* and the content that it has the digest of make."""
        data = envelope.data
        return cls(envelope.index, data, leaf_hash(data), content)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return *value* as the one JSON text that means it: keys sorted, no blanks, UTF-8.

    Half surrogate pairs, which UTF-8 cannot hold, become question marks. Raises ValueError for a number that JSON has
    no word for, TypeError for what is no JSON at all.
    """
    return _CANONICAL.encode(value).encode("utf-8", "replace")
