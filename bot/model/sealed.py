"""Reports that only their readers can open: sealed with age the moment they come, so that nobody else ever has them.

Source: the age encryption format, https://age-encryption.org/v1; X25519 recipients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from pyrage import DecryptError, decrypt, encrypt
from pyrage.x25519 import Identity, Recipient

from bot.model.file import File
from bot.model.names import one_line
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told


class NotOpened(Exception):
    """A sealed report cannot be opened; the text says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A report that is sealed: its reference, the file, and whose keys open it."""

    ref: Reference
    data: bytes = field(repr=False)
    readers: tuple[UserId, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, in hexadecimal."""
        return sha256(self.data).hexdigest()

    @property
    def file(self) -> File:
        """The file as it is posted."""
        return File(f"{self.ref}.age", "application/octet-stream", self.data)


def seal(ref: Reference, text: str, keys: Mapping[UserId, str]) -> Sealed:
    """Return *text* sealed for *keys*, public keys by their owners: each of them opens it, and nobody else."""
    recipients = [Recipient.from_str(key) for key in keys.values()]
    return Sealed(ref, encrypt(text.encode("utf-8", "replace"), recipients), tuple(keys))


def unseal(data: bytes, identity: Identity) -> str:
    """Return the text that is sealed in *data*; raises NotOpened."""
    try:
        text: str = decrypt(data, [identity]).decode()
    except DecryptError as error:
        raise NotOpened(
            f"this is not its key, or it is no sealed report, or it is broken or cut off ({error})"
        ) from error
    except UnicodeDecodeError as error:
        raise NotOpened("it holds no text, so it is no report") from error
    return text


def written(ref: Reference, actor: Actor, told: Told, text: str) -> str:
    """Return what is sealed: who reports, and when, then the report as it was written."""
    agency = f", {actor.agency}" if actor.agency else ""
    return "\n".join(
        [
            f"Report    {ref}",
            f"From      {one_line(actor.name)} ({one_line(actor.user_id)}){agency}; reads {actor.language}",
            f"Sent      {_moment(told.sent_at)}",
            f"Received  {_moment(told.received_at)}",
            "",
            text,
            "",
        ]
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
