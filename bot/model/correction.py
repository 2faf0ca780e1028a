"""What a person put in place of a machine's translation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.i18n import _
from bot.model.person import UserId
from bot.model.reference import tail_for

SUBJECT = "translate fix"
"""The command whose question it is whether a correction is right; its data is the correction's id."""
APPROVE, REFUSE = "approve", "refuse"
"""What may be answered."""
ENDED = _("That correction is no longer up for approval.")
MOST_ASKED = 3
"""How many people are asked to approve one correction: the first answer counts."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of the translation of the text that the event `event_id` has, asked for by the event `command`.

    `key` stands for the words of the original, empty if the correction serves that message alone; `text` has the
    original's protected tokens in slots. Until somebody has approved it, it serves its own room.
    """

    id: int
    key: str
    room_id: str
    event_id: str
    command: str
    source: str
    target: str
    text: str
    author: UserId
    agency: str | None = None
    approved_by: UserId | None = None


def asks(id: int) -> dict[str, Any]:
    """Return what the question needs whether the correction *id* is right."""
    return {"correction": id, "tail": tail_for(f"{SUBJECT} {id}")}


def judges(author: UserId, agency: str | None, readers: Mapping[UserId, str | None]) -> Sequence[UserId]:
    """Return who may approve a correction of *author*'s, of *agency*: of *readers*, who read its language.

    Nobody alone, and nobody of no agency: a second person, and one of another agency where there is one. They come in
    the order in which they are best asked: one of each agency first.
    """
    others = {user: code for user, code in readers.items() if user != author and code is not None}
    chosen = {user: code for user, code in others.items() if code != agency} or others
    turn: Counter[str] = Counter()
    rank = {}
    for user in sorted(chosen):
        rank[user] = turn[chosen[user]]
        turn[chosen[user]] += 1
    return sorted(chosen, key=lambda user: (rank[user], user))
