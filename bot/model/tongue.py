"""Which language a person writes, by the languages of what they wrote: pure, and without a word of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

HEARD = 20
"""The messages, the last ones, that count."""

LEAST = 5
"""How many there must be at least."""

TELLING = 4
"""Words that a message must have to count: one short message must not change what a person reads."""

_SHARE = 0.8


def hear(heard: Sequence[str], language: str) -> tuple[str, ...]:
    """Return the languages of the last messages after one more, in *language*."""
    return (*heard, language)[-HEARD:]


def learned(heard: Sequence[str]) -> str | None:
    """Return the language that four in five of the messages *heard* are in, or None."""
    if len(heard) < LEAST:
        return None
    language, count = Counter(heard).most_common(1)[0]
    return language if count >= _SHARE * len(heard) else None
