"""What a witness makes of a checkpoint: whether it extends all that the witness has seen of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.checkpoint import Verifier
from bot.model.extension import Extension
from bot.model.faulty import counted
from bot.model.merkle import extends


class Alarm(StrEnum):
    """What a checkpoint shows that must not be."""

    WRONG_KEY = "wrong_key"
    FORKED = "forked"
    REWRITTEN = "rewritten"
    TRUNCATED = "truncated"
    REPLAYED = "replayed"
    GAP = "gap"
    """Nothing is shown: what would prove it is missing. A log that was rewritten has nothing better to offer."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm, and the words for it."""

    alarm: Alarm
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness has seen of one log: the root of each size, in ascending order."""

    roots: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries the last checkpoint has; 0 before the first."""
        return max(self.roots, default=0)

    def with_(self, size: int, root: bytes) -> Seen:
        """Return what has been seen once that checkpoint, the greatest so far, is."""
        return Seen({**self.roots, size: root})


def judge(log: Verifier, seen: Seen, shown: Extension, *, latest: bool = True) -> Raised | None:
    """Return what is wrong with a checkpoint after all that was *seen* of the log with that key; None if nothing is.

    The first one that is ever shown is believed. *latest*: it is presented as the last one that there is, so that
    one that was seen before another is an old one come back, and a smaller one that was never seen cuts the log off.
    """
    head, own = shown.checkpoint, seen.size
    if not log.verify(head):
        key = f"{log.name}+{log.id.hex()}"
        text = f"The checkpoint of {counted(head.size)} was not signed with the key of this log, {key}."
        return Raised(Alarm.WRONG_KEY, text)
    if known := seen.roots.get(head.size):
        if known != head.root:
            return Raised(
                Alarm.FORKED,
                f"The log was forked or rewritten: its key has signed two logs of {counted(head.size)}. The head of the"
                f" one that was seen here begins with {known.hex()[:8]}, that of the other with {head.head}.",
            )
        if latest and head.size < own:
            return Raised(
                Alarm.REPLAYED,
                f"An old checkpoint was replayed as if it were the last one: it is of {counted(head.size)}, and that"
                f" of {counted(own)} was seen here before.",
            )
        return None
    if head.size < own and not latest:
        return Raised(
            Alarm.GAP,
            f"Nothing proves that the log of {counted(head.size)}, which was never seen here, is the beginning of that"
            f" of {counted(own)}, which was. If its checkpoint only came late, it is: `liaison audit verify"
            " --checkpoint` says so, with a copy of the log.",
        )
    if head.size < own:
        return Raised(
            Alarm.TRUNCATED,
            f"The log was cut off: its key has signed a log of {counted(head.size)} that was never seen here, though"
            f" one of {counted(own)} had been.",
        )
    return _unlinked(seen, shown) if seen.roots else None


def _unlinked(seen: Seen, shown: Extension) -> Raised | None:
    """Return what is wrong with the proof that a greater checkpoint extends the last that was seen."""
    head, own = shown.checkpoint, seen.size
    if shown.old == own:
        if extends(own, seen.roots[own], head.size, head.root, shown.proof):
            return None
        return Raised(
            Alarm.REWRITTEN,
            f"The log was rewritten: its log of {counted(head.size)} does not begin with the {counted(own)} that were"
            " seen here; the proof that came with it proves nothing.",
        )
    if shown.old in seen.roots:
        return Raised(
            Alarm.REPLAYED,
            f"The log was put back to an earlier state: its checkpoint of {counted(head.size)} goes on from"
            f" {counted(shown.old)}, though {counted(own)} had been seen here. Unless an auditor gets a proof"
            f" with `!audit checkpoint since:{own}`, what came after those was replaced.",
        )
    return Raised(
        Alarm.GAP,
        f"Nothing proves that the log of {counted(head.size)} begins with the {counted(own)} that were seen here: a"
        f" checkpoint between them is missing. An auditor gets the proof with `!audit checkpoint since:{own}`; a log"
        " that cannot give it was rewritten.",
    )
