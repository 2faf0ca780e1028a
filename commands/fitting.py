"""How many lines of a list one answer holds."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.i18n import Message, to_json

MOST_BYTES = 12_000
"""Of the lines of one list, before they are translated and marked up: about a quarter of what an event holds."""


def fitting(lines: Sequence[Message], most: int = MOST_BYTES) -> int:
    """Return how many of *lines*, from the first on, an answer holds: one at least, if there is one."""
    left = most
    for number, line in enumerate(lines):
        left -= len(json.dumps(to_json(line), ensure_ascii=False).encode())
        if left < 0:
            return max(1, number)
    return len(lines)
