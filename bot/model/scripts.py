"""Plates and callsigns in letters of two alphabets: АB-12-34 with a Cyrillic А looks right, and no search finds it."""

from __future__ import annotations

import re

LATIN = "A-Za-z"
GREEK = "\u0391-\u03a9\u03b1-\u03c9"
CYRILLIC = "\u0400-\u045f\u0490\u0491"

_TOKEN = re.compile(rf"[{LATIN}{GREEK}{CYRILLIC}0-9·. \u00a0\u202f-]{{2,60}}")
_ALPHABETS = tuple(re.compile(f"[{letters}]") for letters in (LATIN, GREEK, CYRILLIC))
_CAPITAL = re.compile("[A-Z\u0391-\u03a9\u0400-\u042f\u0490]")
_MEASURE = re.compile(r"[0-9., \u00a0\u202f]+(?:[kMGmµμn]?Ω|[μΔ][A-Za-z]{1,2})")


def mixed(token: str) -> bool:
    """Return whether *token*, with a digit and a capital, has letters of more than one alphabet; 10 kΩ has not."""
    if not _TOKEN.fullmatch(token) or _MEASURE.fullmatch(token):
        return False
    if not any(map(str.isdigit, token)) or not _CAPITAL.search(token):
        return False
    return sum(letters.search(token) is not None for letters in _ALPHABETS) > 1
