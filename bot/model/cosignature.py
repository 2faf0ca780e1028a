"""Cosignatures: that a witness has seen a checkpoint, and that it extends all that it had seen before.

Source: C2SP "tlog-cosignature" (cosignature/v1, signature type 4): eight bytes of POSIX time before the signature.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.model.checkpoint import (
    SIGNATURE_BYTES,
    Checkpoint,
    NotACheckpoint,
    encoded,
    key_id,
    key_of,
    key_text,
    parse,
)

COSIGNATURE = b"\x04"
TIME_BYTES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799
"""The last second of the year 9999."""
_DASHES = re.compile(r"[-‐-―−]{1,2}")


@dataclass(frozen=True, slots=True)
class Cosigner:
    """The public half of a witness's key, with the witness's name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that cosignatures name the key by."""
        return key_id(self.name, COSIGNATURE, self.public)

    @property
    def text(self) -> str:
        """The key as it is given to others."""
        return key_text(self.name, COSIGNATURE, self.public)

    def cosigned(self, checkpoint: Checkpoint) -> datetime | None:
        """Return when this witness says to have cosigned *checkpoint* (UTC); None if it has not."""
        own = [one for one in checkpoint.signatures if (one.name, one.key_id) == (self.name, self.id)]
        times = [self._time(checkpoint, one.signature) for one in own]
        return None if None in times else max((time for time in times if time), default=None)

    def _time(self, checkpoint: Checkpoint, signature: bytes) -> datetime | None:
        seconds = int.from_bytes(signature[:TIME_BYTES])
        if len(signature) != TIME_BYTES + SIGNATURE_BYTES or seconds > _LATEST:
            return None
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature[TIME_BYTES:], _message(checkpoint, seconds))
        except InvalidSignature:
            return None
        return _EPOCH + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """That witnesses have cosigned a checkpoint: its size, and their names."""

    size: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The key that a witness cosigns with: its name and the 32 secret bytes."""

    name: str
    seed: bytes

    @classmethod
    def make(cls, name: str) -> WitnessKey:
        """Return a new random key for the witness *name*."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def cosigner(self) -> Cosigner:
        """The half that others check with."""
        return Cosigner(self.name, self._private.public_key().public_bytes_raw())

    def cosign(self, checkpoint: Checkpoint, at: datetime) -> str:
        """Return the line that says that *checkpoint* was seen *at* that time and extends all that was seen before."""
        seconds = int(at.timestamp())
        signature = self._private.sign(_message(checkpoint, seconds))
        return f"— {self.name} {encoded(self.cosigner.id + seconds.to_bytes(TIME_BYTES) + signature)}\n"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def cosigner(text: str) -> Cosigner:
    """Return the witness's key in *text*, `NAME+ID+KEY`; raises NotACheckpoint for anything else."""
    return Cosigner(*key_of(text, COSIGNATURE))


def pasted(text: str) -> Checkpoint:
    """Return the checkpoint in *text*, in which a client may have changed blanks, line ends and dashes.

    Only for logs whose name is one word and whose checkpoints have three lines, as ours. Raises NotACheckpoint.
    """
    words = "".join(letter for letter in text if letter.isprintable() or letter.isspace()).replace("`", " ").split()
    head, signed = words[:3], words[3:]
    if len(head) < 3 or not signed or len(signed) % 3 or not all(map(_DASHES.fullmatch, signed[::3])):
        raise NotACheckpoint("it does not consist of an origin, a size, a root and signatures")
    lines = [f"— {name} {signature}" for name, signature in zip(signed[1::3], signed[2::3], strict=True)]
    return parse("\n".join([*head, "", *lines, ""]).encode())


def only(checkpoint: Checkpoint, name: str, id: bytes) -> Checkpoint:
    """Return *checkpoint* with no signatures but those of that key."""
    kept = tuple(one for one in checkpoint.signatures if (one.name, one.key_id) == (name, id))
    return replace(checkpoint, signatures=kept)


def lines(checkpoint: Checkpoint) -> str:
    """Return the signature lines of *checkpoint*."""
    return "".join(f"— {one.name} {encoded(one.key_id + one.signature)}\n" for one in checkpoint.signatures)


def _message(checkpoint: Checkpoint, seconds: int) -> bytes:
    """Return what is signed: the time of the observation, then the checkpoint without its signatures."""
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()
