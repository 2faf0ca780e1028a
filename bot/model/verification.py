"""Whether an audit log is as it was written: every entry, what stands on timelines, the hashes, every checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.model.audit import Entry
from bot.model.checkpoint import Checkpoint, Cut, NotACheckpoint, Verifier, parse
from bot.model.faulty import Fault, Head, What, counted, hashes, missing, outside, rewritten, truncated, unsigned
from bot.model.merkle import Tree, leaf_hash
from bot.model.purge import PURGED
from bot.model.recorded import Beside, Timelines, read


class Log(Beside, Protocol):
    """A log as it lies on the disk, and what lies beside it."""

    def entries(self) -> Iterable[Entry]:
        """Return all entries, by their index."""
        ...

    def nodes(self, level: int) -> Iterator[tuple[int, bytes]]:
        """Return place and hash of the full subtrees of one level, by their place."""
        ...

    def levels(self) -> Sequence[int]:
        """Return the levels of which there are subtrees."""
        ...

    def cuts(self) -> Iterable[Cut]:
        """Return the checkpoints that are kept, by their size."""
        ...

    def beyond(self, size: int) -> bool:
        """Return whether there are contents of entries from the index *size* on."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that was kept apart from the log, and where."""

    where: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Named:
    """A record that the log says was purged: when (as its entry has it), and which entries were emptied by that."""

    ref: str
    at: str
    leaves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """How far a log is as it was written; all of it without a `fault`."""

    size: int
    root: bytes
    emptied: int
    """How many entries have no content any more."""
    checkpoints: int
    last: Cut | None
    fault: Fault | None = None
    purged: tuple[Named, ...] = ()
    """The records that were purged, as the log names them."""


def verify(log: Log, key: Verifier, apart: Sequence[Kept] = (), told: Sequence[Head] = ()) -> Verified:
    """Return whether *log* is as it was written, by the checkpoints in it and those that were kept *apart*.

    *told* are heads that confirmations have told: the root of each may be cut short.

    Each entry is held against its leaf and its content, what stands on a timeline against both, the hashes above
    against the leaves, all of them against what was signed; whoever can write the file and knows the key in it is found
    by what was kept apart alone.
    """
    reading = _Reading(log, key, apart, told)
    fault = next(reading.faults(), None)
    return Verified(
        reading.tree.size, reading.tree.root, reading.emptied, reading.checkpoints, reading.last, fault,
        tuple(reading.purged),
    )  # fmt: skip


class _Heads:
    """Heads in the order of their size, and the last one that the log was found to begin with."""

    def __init__(self, heads: Iterator[Head]) -> None:
        self._heads = heads
        self.next = next(heads, None)
        self.held: Head | None = None

    def due(self, size: int) -> Iterator[Head]:
        """Yield the heads of trees of *size*."""
        while self.next and self.next.size == size:
            yield self.next
            self.held, self.next = self.next, next(self._heads, None)


@dataclass(slots=True)
class _Reading:
    """One reading of a log from its beginning to its end."""

    log: Log
    key: Verifier
    apart: Sequence[Kept]
    told: Sequence[Head]
    tree: Tree = field(default_factory=Tree)
    emptied: int = 0
    checkpoints: int = 0
    last: Cut | None = None
    purged: list[Named] = field(default_factory=list)

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong, from the first entry on; nothing after the first fault can be relied on."""
        others = sorted([*(_apart(kept, self.key) for kept in self.apart), *self.told], key=lambda head: head.size)
        signed = (_Heads(self._own()), _Heads(iter(others)))
        levels = {level: self.log.nodes(level) for level in self.log.levels()}
        timelines = Timelines(self.log)
        yield from self._checkpoints(signed)
        for entry in self.log.entries():
            if entry.index < 0:
                yield outside(entry.index)
            if entry.index != self.tree.size:
                yield missing(self.tree.size, entry.index - 1)
            envelope = read(entry.envelope)
            yield from _entry_faults(entry, envelope)
            yield from _faults_beside(entry, envelope, timelines)
            self.emptied += entry.content is None
            if envelope.get("kind") == PURGED:
                self.purged.append(_named(envelope, entry))
            for node in self.tree.add(entry.leaf)[1:]:
                if next(levels.get(node.at.level, iter(())), None) != (node.at.place, node.hash):
                    yield hashes(node.at)
            yield from self._checkpoints(signed)
        yield from self._ends(signed, levels, timelines)

    def _own(self) -> Iterator[Head]:
        """Yield the heads that are kept in the log itself."""
        for cut in self.log.cuts():
            yield _own(cut, self.key)
            # Not before it was found right, or the reading ended there.
            self.checkpoints, self.last = self.checkpoints + 1, cut

    def _checkpoints(self, signed: Iterable[_Heads]) -> Iterator[Fault]:
        """Yield what is wrong with the checkpoints of the size that the log has so far."""
        for heads in signed:
            for head in heads.due(self.tree.size):
                if head.fault:
                    yield head.fault
                if not self.tree.root.startswith(head.root):
                    yield rewritten(head, heads.held)

    def _ends(
        self, signed: Iterable[_Heads], levels: Mapping[int, Iterator[tuple[int, bytes]]], timelines: Timelines
    ) -> Iterator[Fault]:
        """Yield what there should be after the last entry."""
        size = self.tree.size
        for heads in signed:
            if heads.next:
                yield heads.next.fault or truncated(size, heads.next)
        if text := timelines.stray(size):
            yield Fault(What.TIMELINE, size, None, text)
        if any(next(nodes, None) for nodes in levels.values()) or self.log.beyond(size) or timelines.more:
            text = f"The log was cut off: it has {counted(size)}, and traces of more."
            yield Fault(What.TRUNCATED, size, None, text)


def _entry_faults(entry: Entry, envelope: Mapping[str, Any]) -> Iterator[Fault]:
    index = entry.index
    if leaf_hash(entry.envelope) != entry.leaf:
        yield Fault(What.ALTERED, index, index, f"Entry {index} was altered: it does not have the hash in the tree.")
    says, digest = envelope.get("index"), envelope.get("content")
    if not isinstance(says, int):
        yield Fault(What.ALTERED, index, index, f"Entry {index} was altered: it is not in the form of an entry.")
    if says != index:
        yield Fault(What.MOVED, index, index, f"Entry {index} is not where it was written: it is entry {says}.")
    if entry.content and entry.content.digest.hex() != digest:
        yield Fault(What.CONTENT, index, index, f"The content of entry {index} was altered.")


def _faults_beside(entry: Entry, envelope: Mapping[str, Any], timelines: Timelines) -> Iterator[Fault]:
    index = entry.index
    if timelines.gone(entry):
        text = f"The content of entry {index} is missing, and no later entry says that it was forgotten."
        yield Fault(What.GONE, index, index, text)
    if wrong := timelines.wrong(entry, envelope):
        yield Fault(What.TIMELINE, index, index, wrong)


def _named(envelope: Mapping[str, Any], entry: Entry) -> Named:
    """Return what an entry says of a purge; no entries once its own content, which names them, was deleted."""
    says = read(entry.content.data).get("entries") if entry.content else None
    leaves = tuple(one for one in says if isinstance(one, int)) if isinstance(says, list) else ()
    return Named(str(envelope.get("ref")), str(envelope.get("time")), leaves)


def _own(cut: Cut, key: Verifier) -> Head:
    name = f"of {counted(cut.size)} that the log keeps"
    try:
        checkpoint = parse(cut.note.encode())
        right = (checkpoint.size, checkpoint.root) == (cut.size, cut.root) and key.verify(checkpoint)
    except NotACheckpoint:
        right = False
    return Head(name, cut.size, cut.root, None if right else unsigned(name, cut.size))


def _apart(kept: Kept, key: Verifier) -> Head:
    checkpoint = kept.checkpoint
    name = f"of {counted(checkpoint.size)} in {kept.where}"
    fault = None if key.verify(checkpoint) else unsigned(name, checkpoint.size)
    return Head(name, checkpoint.size, checkpoint.root, fault)
