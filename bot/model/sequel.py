"""Sequels: what became of records after a backup, and what a bot that was restored from it does again.

The room keys of the device that was lost are lost with it, so a sequel is no Megolm message: it is sealed with a key
made from the log's signing key, which every backup holds and nobody outside the bot. Whoever has not got that key can
neither read, nor make, nor change one; what is left to the homeserver, and to a room's moderators, is to withhold it.

Sources: RFC 5869 (HKDF), RFC 8439 (ChaCha20-Poly1305).
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

EVENT = "org.liaison.sequel"
"""The type of the event, and the kind of the outbox row."""
NONCE_BYTES = 12
BLOCK = 512
"""What is sealed is filled up to a multiple of so many bytes, so that its length does not tell what it says."""


class SequelKind(StrEnum):
    """All that is done again after a restore; `services/assembly/sequels.py` says by whom."""

    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    MARKED = "incident.remarked"
    PURGED = "record.purged"
    LOST = "lost.reported"
    FOUND = "lost.lifted"
    DOUBTED = "identity.doubted"


@dataclass(frozen=True, slots=True)
class Sequel:
    """That something was done at a moment (UTC): `values` say to what and by whom, never in anybody's words.

    `before` is the id of the sequel before this one, empty for the first, so that one that is missing is noticed.
    """

    id: str
    before: str
    kind: SequelKind
    at: datetime
    values: Mapping[str, Any]


def sealed(sequel: Sequel, seed: bytes) -> str:
    """Return the sequel as it is posted, in base64; *seed* is that of the log's signing key."""
    table = {"id": sequel.id, "before": sequel.before, "kind": sequel.kind, "at": sequel.at.isoformat()}
    text = json.dumps(table | {"values": dict(sequel.values)}, ensure_ascii=False).encode()
    nonce = token_bytes(NONCE_BYTES)
    filled = text + b" " * (-len(text) % BLOCK)
    return b64encode(nonce + _cipher(seed).encrypt(nonce, filled, None)).decode()


def opened(text: Any, seed: bytes) -> Sequel | None:
    """Return the sequel that was sealed so, or None for anything that this log's bot has not sealed, or of no kind."""
    try:
        data = b64decode(text, validate=True)
        plain = _cipher(seed).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None)
        table = json.loads(plain)
        at = datetime.fromisoformat(table["at"])
        return Sequel(table["id"], table["before"], SequelKind(table["kind"]), at, table["values"])
    except (InvalidTag, ValueError, TypeError, KeyError):
        return None


def _cipher(seed: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, None, b"org.liaison.sequel").derive(seed))
