"""A checkpoint as it is handed to others: with the proof that it extends the one that they were given before.

The form is that in which logs hand checkpoints to witnesses (C2SP "tlog-witness", add-checkpoint): a line `old SIZE`,
the hashes of the consistency proof, an empty line, the signed note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.checkpoint import MOST_BYTES, Checkpoint, NotACheckpoint, decoded, encoded, parse
from bot.model.merkle import HASH_BYTES

MOST_HASHES = 63
"""More than any proof needs."""
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
_UNSEEN = {ord(letter): None for letter in "\ufeff\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\r"}
"""What clients and editors put into a text that is copied: marks of direction and of byte order."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A checkpoint, the signed note that it stands in, and what proves that it extends the tree of `old` entries.

    `old` is 0 where nothing is proved. Nothing of it counts before signature and proof are checked.
    """

    checkpoint: Checkpoint
    note: str
    old: int = 0
    proof: tuple[bytes, ...] = ()


def written(old: int, proof: Sequence[bytes], note: str) -> str:
    """Return a signed note with the proof that it extends the tree of *old* entries."""
    return "\n".join([f"old {old}", *map(encoded, proof), "", note])


def read(data: bytes) -> Extension:
    """Return the checkpoint in *data*, with its proof if there is one; raises NotACheckpoint for anything else.

    What copying does to a text is undone: marks of direction, line ends, empty lines around it.
    """
    if len(data) > MOST_BYTES:
        raise NotACheckpoint("it is too long")
    try:
        text = data.decode().translate(_UNSEEN)
    except UnicodeDecodeError:
        raise NotACheckpoint("it is not a text (UTF-8)") from None
    lines = [line.rstrip() for line in text.replace("\xa0", " ").strip("\n `").split("\n")]
    found = _OLD.fullmatch(lines[0])
    if not found:
        note = "\n".join([*lines, ""])
        return Extension(parse(note.encode()), note)
    head, empty, rest = lines[1:], "", [""]
    if empty in head:
        at = head.index(empty)
        head, rest = head[:at], head[at + 1 :]
    note = "\n".join([*rest, ""])
    if len(head) > MOST_HASHES:
        raise NotACheckpoint("its proof is too long")
    proof = tuple(map(decoded, head))
    if any(len(one) != HASH_BYTES for one in proof):
        raise NotACheckpoint("its proof holds something that is no hash")
    return Extension(parse(note.encode()), note, int(found[1]), proof)
