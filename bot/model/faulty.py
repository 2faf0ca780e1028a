"""What can be wrong with an audit log, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model.merkle import Address


class What(StrEnum):
    """What was done to a log."""

    ALTERED = "altered"
    CONTENT = "content_altered"
    GONE = "content_missing"
    TIMELINE = "timeline_altered"
    MISSING = "missing"
    MOVED = "moved"
    HASHES = "hashes_altered"
    REWRITTEN = "rewritten"
    TRUNCATED = "truncated"
    UNSIGNED = "checkpoint_not_signed"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: what, the entries from `first` to `last` that it concerns, and the words for it.

    `last` is None where nobody can tell how far it reaches.
    """

    what: What
    first: int
    last: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """What was signed: of which checkpoint, the size and the root; and why it does not count, if it does not."""

    name: str
    size: int
    root: bytes
    fault: Fault | None = None


def missing(first: int, last: int) -> Fault:
    """Return that entries are not there."""
    which = f"Entry {first} is missing." if first == last else f"The entries {first} to {last} are missing."
    return Fault(What.MISSING, first, last, which)


def outside(index: int) -> Fault:
    """Return that an entry has a number that none has."""
    text = f"The log has an entry with the number {index}, which Liaison never gives: the first one is entry 0."
    return Fault(What.MOVED, index, index, text)


def unsigned(name: str, size: int) -> Fault:
    """Return that a checkpoint does not count."""
    text = f"The checkpoint {name} was not signed with the key of this log."
    return Fault(What.UNSIGNED, 0, max(size - 1, 0), text)


def hashes(at: Address) -> Fault:
    """Return that a hash above entries is not theirs."""
    first, last = at.place << at.level, ((at.place + 1) << at.level) - 1
    text = f"The hash above the entries {first} to {last} was altered; the entries themselves agree with their own."
    return Fault(What.HASHES, first, last, text)


def rewritten(head: Head, held: Head | None) -> Fault:
    """Return that the log is not what *head* was signed for, but what *held* was."""
    first, last = held.size if held else 0, max(head.size - 1, 0)
    if head.size == 0:
        text = f"The checkpoint {head.name} was signed for something else than an empty log."
        return Fault(What.REWRITTEN, 0, 0, text)
    if held and held.size == head.size:
        text = (
            f"Two checkpoints contradict each other: the log is what the checkpoint {held.name} was signed for, not"
            f" what the checkpoint {head.name} was signed for."
        )
        return Fault(What.REWRITTEN, 0, last, text)
    begins = f" It begins as the checkpoint {held.name} says." if first and held else ""
    where = f"entry {first}" if first == last else f"among the entries {first} to {last}"
    text = (
        f"The log was rewritten: it is not what the checkpoint {head.name} was signed for.{begins}"
        f" What is wrong is {where}."
    )
    return Fault(What.REWRITTEN, first, last, text)


def truncated(size: int, head: Head) -> Fault:
    """Return that entries at the end are not there."""
    last = head.size - 1
    gone = f"entry {size} is" if last == size else f"the entries {size} to {last} are"
    text = f"The log was cut off: it has {counted(size)}; by the checkpoint {head.name}, {gone} missing."
    return Fault(What.TRUNCATED, size, last, text)


def counted(size: int) -> str:
    """Return how many entries that are, in words."""
    return "1 entry" if size == 1 else f"{size} entries"
