"""An encrypted file that a message carries, as it can be carried on: its keys, never its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.content import MEDIA
from bot.model.file import keys_of

_FILE = ("url", "key", "iv", "hashes", "v", "mimetype")
_INFO = ("mimetype", "size", "w", "h", "duration", "thumbnail_info")
_VOICE = ("org.matrix.msc1767.audio", "org.matrix.msc3245.voice")
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: `content` is what a message needs that shares it anew."""

    msgtype: str
    content: Mapping[str, Any]


def attachment_of(content: Mapping[str, Any]) -> Attachment | None:
    """Return the encrypted file in the content of a message; None if there is none, or one in clear."""
    msgtype, file, body = content.get("msgtype"), _file(content.get("file")), content.get("body")
    if msgtype not in MEDIA or file is None or not isinstance(body, str):
        return None
    named = content.get("filename")
    name = named if isinstance(named, str) and named else body
    shared: dict[str, Any] = {"filename": name[:LONGEST_NAME], "file": file}
    if info := _info(content.get("info")):
        shared["info"] = info
    shared |= {key: content[key] for key in _VOICE if isinstance(content.get(key), Mapping)}
    return Attachment(msgtype, shared)


def _file(found: object) -> dict[str, Any] | None:
    """Return the keys of an encrypted file, and nothing beside them; None if something is not as it must be."""
    keys = keys_of(found)
    if not isinstance(found, Mapping) or keys is None or not keys[0].startswith("mxc://"):
        return None
    return {name: found[name] for name in _FILE if name in found}


def _info(found: object) -> dict[str, Any]:
    if not isinstance(found, Mapping):
        return {}
    info = {name: found[name] for name in _INFO if name in found}
    if thumbnail := _file(found.get("thumbnail_file")):
        info["thumbnail_file"] = thumbnail
    return info
