"""Checkpoints of a log: its size and root, signed, in the form that every transparency log has.

Sources: C2SP "tlog-checkpoint" and "signed-note" (Ed25519, signature type 1); the verifier key has the form of Go's
package sumdb/note.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.model.merkle import HASH_BYTES

ED25519 = b"\x01"
KEY_BYTES, ID_BYTES, SIGNATURE_BYTES = 32, 4, 64
MOST_BYTES = 1 << 16
"""More than sixteen signatures of any kind that is in use need."""

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")


class NotACheckpoint(ValueError):
    """A text is no checkpoint, or no verifier key; the words say what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: who says to have signed, the id of the key, and the signature proper."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root at some moment, and who signed that. Nothing of it counts before `verify`."""

    origin: str
    size: int
    root: bytes
    text: str
    """What is signed: the lines above the empty one."""
    signatures: tuple[Signature, ...]

    @property
    def head(self) -> str:
        """The first eight hexadecimal digits of the root, by which people compare."""
        return short(self.root)


@dataclass(frozen=True, slots=True)
class Cut:
    """A checkpoint of our own, as it is kept: what it says, the signed note, and when it was cut (UTC)."""

    size: int
    root: bytes
    note: str
    cut_at: datetime

    @property
    def head(self) -> str:
        """The first eight hexadecimal digits of the root."""
        return short(self.root)


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a log's key, with the log's name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that signatures name the key by."""
        return key_id(self.name, ED25519, self.public)

    @property
    def text(self) -> str:
        """The key as it is given to others."""
        return key_text(self.name, ED25519, self.public)

    def verify(self, checkpoint: Checkpoint) -> bool:
        """Return whether this key signed *checkpoint*, of the log of its own name; other keys do not count."""
        own = [one for one in checkpoint.signatures if (one.name, one.key_id) == (self.name, self.id)]
        return checkpoint.origin == self.name and bool(own) and all(self._signed(checkpoint, one) for one in own)

    def _signed(self, checkpoint: Checkpoint, signature: Signature) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.signature, checkpoint.text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class LogKey:
    """The key that signs a log's checkpoints: the log's name and the 32 secret bytes."""

    name: str
    seed: bytes

    @classmethod
    def make(cls, name: str) -> LogKey:
        """Return a new random key for the log *name*."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> Verifier:
        """The half that others check with."""
        return Verifier(self.name, self._private.public_key().public_bytes_raw())

    def sign(self, size: int, root: bytes) -> str:
        """Return the signed note that says that the log has *size* entries and that *root*."""
        return self.note(f"{self.name}\n{size}\n{encoded(root)}\n")

    def note(self, text: str) -> str:
        """Return the signed note of *text*, whole lines of which the first says what it is."""
        signature = encoded(self.verifier.id + self._private.sign(text.encode()))
        return f"{text}\n— {self.name} {signature}\n"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def parse(note: bytes) -> Checkpoint:
    """Return the checkpoint in *note*; raises NotACheckpoint for anything else. No signature is checked."""
    if len(note) > MOST_BYTES:
        raise NotACheckpoint("it is too long")
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise NotACheckpoint("it is not a text (UTF-8)") from None
    if any(letter < " " and letter != "\n" for letter in whole):
        raise NotACheckpoint("it holds control characters")
    text, empty, signed = whole.rpartition("\n\n")
    if not empty or not signed.endswith("\n"):
        raise NotACheckpoint("it is not signed, or cut off")
    text += "\n"
    origin, size, root = _head(text)
    return Checkpoint(origin, size, root, text, tuple(_signature(line) for line in signed[:-1].split("\n")))


def verifier(text: str) -> Verifier:
    """Return the verifier key in *text*, `NAME+ID+KEY`; raises NotACheckpoint for anything else."""
    return Verifier(*key_of(text, ED25519))


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return the four bytes that signatures name a key of that *kind* by."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:ID_BYTES]


def key_text(name: str, kind: bytes, public: bytes) -> str:
    """Return a key as it is given to others: `NAME+ID+KEY`."""
    return f"{name}+{key_id(name, kind, public).hex()}+{encoded(kind + public)}"


def key_of(text: str, kind: bytes) -> tuple[str, bytes]:
    """Return name and public half of the key of that *kind* in *text*; raises NotACheckpoint for anything else."""
    name, _, rest = text.strip().partition("+")
    id, _, key = rest.partition("+")
    data = decoded(key)
    if not _NAME.fullmatch(name) or data[:1] != kind or len(data) != 1 + KEY_BYTES:
        raise NotACheckpoint("it is no verifier key, which is a name, an id and a key with + between them")
    found = key_id(name, kind, data[1:])
    if found.hex() != id.lower():
        raise NotACheckpoint(f"a part of it is wrong: the id of this name and key is {found.hex()}")
    return name, data[1:]


def short(root: bytes) -> str:
    """Return the first eight hexadecimal digits of *root*."""
    return root.hex()[:8]


def _head(text: str) -> tuple[str, int, bytes]:
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise NotACheckpoint("it does not begin with the lines of a checkpoint: origin, size, root")
    root = decoded(lines[2])
    if not _SIZE.fullmatch(lines[1]) or len(root) != HASH_BYTES:
        raise NotACheckpoint("its second line is no size, or its third no root")
    return lines[0], int(lines[1]), root


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    data = decoded(found[2]) if found else b""
    if not found or len(data) <= ID_BYTES:
        raise NotACheckpoint("it has a line that is no signature")
    return Signature(found[1], data[:ID_BYTES], data[ID_BYTES:])


def decoded(text: str) -> bytes:
    """Return what *text* is the base64 of; raises NotACheckpoint if it is none, or not the usual one."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or encoded(data) != text:
        raise NotACheckpoint("it holds something that is not base64")
    return data


def encoded(data: bytes) -> str:
    """Return *data* in base64, as notes have it."""
    return b64encode(data).decode()
