"""Combining marks: no more on one letter than any script needs.

Source: UAX #15, "Unicode Normalization Forms", stream-safe text. Normalising sorts the marks of a letter, and in Python
by comparing each with each: 50,000 of them in two orders take two seconds.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MOST = 30
"""Marks that one letter may carry."""


def calm(text: str) -> str:
    """Return *text* without the marks of a letter beyond the thirtieth, so that it can be normalised in linear time."""
    if len(text) <= MOST or text.isascii():
        return text
    marks = {character for character in set(text) if _is_mark(character)}
    if not marks:
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if character in marks else 0
        if run <= MOST:
            kept.append(character)
    return "".join(kept)


@lru_cache(4096)
def _is_mark(character: str) -> bool:
    """Return whether *character*, or what it stands for, is put on the letter before it."""
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) != 0
