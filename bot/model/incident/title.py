"""The title of an incident, as what somebody says in haste makes it."""

from __future__ import annotations

import re

from bot.model.names import one_line

LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
"""Characters that one entry of a timeline may have."""
_PART = re.compile(rf"\S(?:.{{0,{LONGEST_TEXT - 1}}}(?=\s|\Z)|.{{0,{LONGEST_TEXT - 1}}})", re.DOTALL)


def title_of(text: str) -> str:
    """Return *text* as a title: one line, without control or direction marks, no longer than a title may be."""
    line = one_line(text)
    if len(line) <= LONGEST_TITLE:
        return line
    begun = line[: LONGEST_TITLE - 1]
    return f"{begun.rpartition(' ')[0] or begun}…"


def whole_of(text: str) -> tuple[str, ...]:
    """Return *text* in parts that an entry can hold; none if its title says all of it."""
    return tuple(_PART.findall(text)) if len(one_line(text)) > LONGEST_TITLE else ()
