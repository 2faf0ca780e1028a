"""The Merkle tree of RFC 9162, section 2.1: hashes, the growing tree, proofs and what they prove.

A subtree that is full has an address: its level (0 is a leaf) and its place among those of its level. Such a node
never changes again, so a tree grows by adding nodes, and any hash in it is made of the few that cover its leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a full subtree stands: of 2 ** level leaves, the first of which is place * 2 ** level."""

    level: int
    place: int


@dataclass(frozen=True, slots=True)
class Node:
    """A full subtree and the hash of its leaves."""

    at: Address
    hash: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """The leaves from `begin` on, before `end`."""

    begin: int
    end: int


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of the leaf that holds *entry*."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above *left* and *right*."""
    return sha256(b"\x01" + left + right).digest()


def covering(span: Span) -> tuple[Address, ...]:
    """Return the fewest full subtrees that hold exactly the leaves of *span*, from left to right."""
    found, begin = [], span.begin
    while begin < span.end:
        room = (span.end - begin).bit_length() - 1
        # Where a subtree may begin is given by the zeros at the end of its first leaf's number.
        level = min(room, (begin & -begin).bit_length() - 1) if begin else room
        found.append(Address(level, begin >> level))
        begin += 1 << level
    return tuple(found)


def edge(size: int) -> tuple[Address, ...]:
    """Return the full subtrees that a tree of *size* leaves consists of: at most one of each level."""
    return covering(Span(0, size))


def joined(hashes: Sequence[bytes]) -> bytes:
    """Return the hash above full subtrees that grow smaller to the right, as those of an edge do."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes)) if hashes else EMPTY


class Tree:
    """A growing tree, known by its edge alone: *hashes* are those of `edge(size)`."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Raise ValueError if these are not as many hashes as the edge of *size* leaves has."""
        if len(hashes) != size.bit_count():
            raise ValueError(f"the edge of {size} leaves has {size.bit_count()} hashes, not {len(hashes)}")
        self.size = size
        self._edge = list(hashes)

    def add(self, leaf: bytes) -> list[Node]:
        """Add the hash of a leaf; return the nodes that it completes, itself first."""
        at, found = Address(0, self.size), leaf
        nodes = [Node(at, found)]
        while at.place & 1:
            at, found = Address(at.level + 1, at.place >> 1), node_hash(self._edge.pop(), found)
            nodes.append(Node(at, found))
        self._edge.append(found)
        self.size += 1
        return nodes

    @property
    def root(self) -> bytes:
        """The hash of all leaves."""
        return joined(self._edge)


def inclusion(index: int, size: int) -> tuple[Span, ...]:
    """Return whose hashes prove that leaf *index* is in a tree of *size* leaves, from the bottom up.

    Raises ValueError for a leaf that is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(begin, middle))
            begin = middle
    return tuple(reversed(path))


def consistency(first: int, second: int) -> tuple[Span, ...]:
    """Return whose hashes prove that a tree of *second* leaves begins with one of *first*, in the order of RFC 9162.

    Raises ValueError unless *second* is at least *first*, and *first* at least 1.
    """
    if not 1 <= first <= second:
        raise ValueError(f"no tree of {second} leaves begins with one of {first}")
    path, begin, end = [], 0, second
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(begin, middle))
            begin = middle
    # Who checks has the hash of the old tree, but of no other subtree.
    return tuple(reversed(path)) if begin == 0 else (Span(begin, end), *reversed(path))


def proof(spans: Iterable[Span], hash_of: Callable[[Address], bytes]) -> list[bytes]:
    """Return the hashes of *spans*, each made of what *hash_of* knows of full subtrees."""
    return [joined([hash_of(at) for at in covering(span)]) for span in spans]


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Return whether *path* proves that *leaf* is leaf *index* of the tree of *size* leaves and that *root*."""
    if not 0 <= index < size:
        return False
    spans = inclusion(index, size)
    if len(path) != len(spans) or not _hashes(leaf, *path):
        return False
    found = leaf
    for span, other in zip(spans, path, strict=True):
        found = node_hash(found, other) if span.begin > index else node_hash(other, found)
    return found == root


def extends(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether *path* proves that the tree of *second* leaves begins with that of *first*.

    Any tree begins with the empty one.
    """
    if not 0 <= first <= second:
        return False
    if first == 0:
        return first_root == EMPTY and not path
    spans = consistency(first, second)
    if len(path) != len(spans) or not _hashes(*path):
        return False
    steps = list(zip(spans, path, strict=True))
    # Where the old tree is not one full subtree of the new, its last full part comes first.
    old = steps.pop(0)[1] if steps and steps[0][0].begin < first else first_root
    new = old
    for span, other in steps:
        if span.begin >= first:
            new = node_hash(new, other)
        else:
            old, new = node_hash(other, old), node_hash(other, new)
    return old == first_root and new == second_root


def _split(size: int) -> int:
    """Return the greatest power of two below *size*, where RFC 9162 parts a tree of *size* leaves."""
    return 1 << (size - 1).bit_length() - 1


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
