"""Words as a search compares them: no case, no accents, letters that are taken for one another as one."""

from __future__ import annotations

import sys

from bot.model.places import spelled

# Arabic letters that are written for one another, on Persian keyboards too; the stroke that only widens is nothing.
_SAME = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None, "ħ": "h", "’": None})


def terms(*texts: str) -> tuple[str, ...]:
    """Return the words of *texts*, each once, in the order in which they come."""
    found = (word for text in texts for word in spelled(text.translate(_SAME)).split())
    return tuple(map(sys.intern, dict.fromkeys(found)))
