"""How people answer what takes the end of a reference beside the digit: as the question tells them to."""

from __future__ import annotations

import re

from .world import World

_EXAMPLE = re.compile(r"\b[1-9] ([0-9A-HJKMNP-TV-Z]{2})\b")


def tail_in(body: str) -> str:
    """Return the two characters that a question asks for, as its example shows them."""
    return _EXAMPLE.findall(body)[-1]


def sealed(world: World, question: str, digit: str) -> str:
    """Return the answer *digit* to the event *question* with what it asks for beside it."""
    [body] = [
        h.post.body for h in world.heard if h.post and h.kind == "question" and world.event_of(h.post) == question
    ]
    return f"{digit} {tail_in(body)}"
