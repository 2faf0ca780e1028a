"""Words as a search compares them: no case, no accents, letters that are taken for one another as one."""

from __future__ import annotations

import re

from bot.model.places import spelled

# Arabic letters that are written for one another, on Persian keyboards too; the stroke that only widens is nothing.
_SAME = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None, "ħ": "h", "’": None})


_ENDINGS = frozenset("aeiouynsxαεηιουωςνσаеиоуыяюьийієвмхهاتينو")
"""Letters in which words of our languages are inflected: what is left is looked for, and tells words apart well."""
_MOST_CUT = 3
_SHORTEST_LEFT = 4
_MOST_SPELLED = 60_000
"""Characters that are looked at, as they are spelled: one that is typed can be eighteen of these."""
_PIECE = re.compile(r"(\S(?:.{0,400}(?=\s)|.{0,400}))\S*", re.DOTALL)
"""Some words of a text, or the beginning of one that is too long to be a word."""


def stem(word: str) -> str:
    """Return what a word of `terms` has in common with its other forms: `boat` of `boats`, `barc` of `barcos`."""
    end = len(word)
    while end > _SHORTEST_LEFT and end > len(word) - _MOST_CUT and word[end - 1] in _ENDINGS:
        end -= 1
    return word[:end]


def stems(*texts: str) -> tuple[str, ...]:
    """Return the stems of the words of *texts*, each once."""
    return tuple(dict.fromkeys(map(stem, terms(*texts))))


def terms(*texts: str) -> tuple[str, ...]:
    """Return the words of *texts*, each once, in the order in which they come; of very long ones only the first."""
    found: dict[str, None] = {}
    left = _MOST_SPELLED
    for piece in (piece for text in texts for piece in _PIECE.finditer(text)):
        words = spelled(piece[1].translate(_SAME))
        found.update(dict.fromkeys(words.split()))
        left -= len(words)
        if left <= 0:
            break
    return tuple(found)
