"""Files as people post them, and as the bot does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_NAME = 100


@dataclass(frozen=True, slots=True)
class File:
    """A file in clear: its name, its media type (RFC 2046) and its bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An encrypted file as an event encloses it: where it lies (mxc://…), and the key, start value and SHA-256 for it.

    The three are base64 as the event has them; nothing but their being texts is checked yet.
    """

    name: str
    url: str
    key: str
    iv: str
    sha256: str


def enclosed(content: Mapping[str, Any]) -> Enclosed | None:
    """Return the encrypted file of a message with that *content*, or None if it holds none that can be read."""
    file = content.get("file")
    name = content.get("filename", content.get("body"))
    keys = keys_of(file)
    return Enclosed(name[:MOST_NAME] if isinstance(name, str) else "", *keys) if keys else None


def keys_of(file: object) -> tuple[str, str, str, str] | None:
    """Return where an encrypted file lies, its key, start value and SHA-256; None if *file* is not as it must be.

    Source: Matrix specification, "Sending encrypted attachments".
    """
    if not isinstance(file, Mapping) or file.get("v") != "v2":
        return None
    key, hashes = file.get("key"), file.get("hashes")
    if not isinstance(key, Mapping) or not isinstance(hashes, Mapping) or key.get("alg") != "A256CTR":
        return None
    url, secret, start, sha256 = file.get("url"), key.get("k"), file.get("iv"), hashes.get("sha256")
    if not isinstance(url, str) or not isinstance(secret, str):
        return None
    return (url, secret, start, sha256) if isinstance(start, str) and isinstance(sha256, str) else None
