"""That single entries are in a log, without any other entry: a small file that anybody can check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.audit import Content, Entry
from bot.model.checkpoint import decoded, encoded
from bot.model.faulty import counted
from bot.model.merkle import Address, includes, inclusion, leaf_hash, proof
from bot.model.recorded import read

KIND = "liaison inclusion proof"
VERSION = 1
MOST_BYTES = 1 << 26


class NotAProof(ValueError):
    """A file is no proof; the words say what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Included:
    """An entry, and what proves that it is in the tree."""

    entry: Entry
    path: tuple[bytes, ...]

    @property
    def envelope(self) -> Mapping[str, Any]:
        """What the envelope says."""
        return read(self.entry.envelope)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Entries of a log, and what proves that they are in its tree of `size`; `note` is the checkpoint of that."""

    size: int
    note: str
    entries: tuple[Included, ...]


def proved(size: int, note: str, entries: Iterable[Entry], hash_of: Callable[[Address], bytes]) -> Inclusion:
    """Return the proof that *entries* are in the tree of *size* leaves, of whose full subtrees *hash_of* knows."""
    found = [Included(one, tuple(proof(inclusion(one.index, size), hash_of))) for one in entries]
    return Inclusion(size, note, tuple(found))


def fault(shown: Inclusion, root: bytes) -> str | None:
    """Return what is wrong with *shown* in the log whose tree of that size has *root*; None if it is all in it."""
    for one in shown.entries:
        entry = one.entry
        if not includes(root, shown.size, entry.index, leaf_hash(entry.envelope), one.path):
            return f"Entry {entry.index} is not in the log of {counted(shown.size)}, or was altered."
        if one.envelope.get("index") != entry.index:
            return f"Entry {entry.index} is not where it was written."
        if entry.content and entry.content.digest.hex() != one.envelope.get("content"):
            return f"The content of entry {entry.index} was altered."
    return None if shown.entries else "It holds no entry."


def written(shown: Inclusion) -> str:
    """Return the file that holds *shown*, as JSON."""
    shape = {"kind": KIND, "version": VERSION, "size": shown.size, "checkpoint": shown.note}
    return json.dumps({**shape, "entries": [_shape(one) for one in shown.entries]}, ensure_ascii=False, indent=1) + "\n"


def _shape(one: Included) -> dict[str, Any]:
    content = one.entry.content
    inside = {"salt": content.salt.hex(), "content": content.data.decode()} if content else {}
    path = [encoded(hash) for hash in one.path]
    return {"index": one.entry.index, "envelope": one.entry.envelope.decode(), **inside, "path": path}


def parsed(data: bytes) -> Inclusion:
    """Return the proof in the file *data*; raises NotAProof for anything else. Nothing of it is checked."""
    if len(data) > MOST_BYTES:
        raise NotAProof("it is too long")
    try:
        found = json.loads(data)
        if (found["kind"], found["version"]) != (KIND, VERSION):
            raise NotAProof("it is of another kind or version")
        entries = tuple(_included(one) for one in found["entries"])
        return Inclusion(_number(found["size"]), str(found["checkpoint"]), entries)
    except NotAProof:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAProof("it is in no form that a proof has") from error


def _included(one: Mapping[str, Any]) -> Included:
    envelope = one["envelope"].encode()
    content = Content(bytes.fromhex(one["salt"]), one["content"].encode()) if "content" in one else None
    entry = Entry(_number(one["index"]), envelope, leaf_hash(envelope), content)
    return Included(entry, tuple(map(decoded, one["path"])))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NotAProof("it has something that is no number where one belongs")
    return value
