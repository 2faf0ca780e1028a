"""When two spellings are the same word, and which words are near one another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.i18n import Verbatim

MARKS = "\u200b\u200e\u200f\u061c\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Direction marks and invisible spaces that clients put around words."""

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
"""What keyboards make of a hyphen or of two."""

LONGEST_COMPARED = 100
"""Characters of a word that are looked at: no name is longer, and one character can fold to eighteen."""

# ı is i for everybody: `IPTAL` then is `iptal`, and a Turkish `LIST` is `list`.
_SAME = str.maketrans({"ı": "i", "\u0307": None, "_": "-", "’": "'", "‘": "'", " ": "-"})
_SAME.update(dict.fromkeys(map(ord, MARKS + "\u200c\u200d\u00ad\u0640"), None))
_SAME.update(dict.fromkeys(map(ord, DASHES), "-"))
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"})
# Arabic letters that are written for one another, on Persian keyboards too; hamzas go with the accents.
_PLAIN.update(str.maketrans({"ة": "ه", "ى": "ي", "ٱ": "ا", "ی": "ي", "ک": "ك"}))
# Accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowels. Indic vowel signs are letters and stay.
_ACCENT = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
_SPACE = re.compile(r"\s+")
_LONGEST_SHOWN = 60
_SHORTEST_BEGUN = 3
_NEAR = 0.6


def key(text: str) -> str:
    """Return what every spelling of the word *text* has in common, accents kept."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", _SPACE.sub(" ", folded).strip().translate(_SAME))


def bare(text: str) -> str:
    """Return `key(text)` without accents, Arabic letters that are taken for one another as one."""
    return _ACCENT.sub("", unicodedata.normalize("NFD", key(text))).translate(_PLAIN)


def nearest(word: str, names: Sequence[str]) -> str | None:
    """Return the one of the bare *names* that begins with the bare *word* or is nearest to it, or None."""
    begun = [name for name in names if len(word) >= _SHORTEST_BEGUN and name.startswith(word)]
    if begun:
        return min(begun, key=len)
    found = process.extractOne(word, names, scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
    return found[0] if found else None


def slip(one: str, other: str, most: int = 2) -> bool:
    """Return whether the bare word *one* is *other* with a slip of the fingers, or *most*: short words allow none.

    Of four letters, another letter makes another word (`fire`, `dire`).
    """
    if len(one) == len(other) == 4 and sorted(one) != sorted(other):
        return False
    allowed = min(most, 0 if min(len(one), len(other)) < 4 else 1 if len(other) < 8 else 2)
    # Most names are shorter or longer by more than that, and need not be held against the word letter by letter.
    return abs(len(one) - len(other)) <= allowed and OSA.distance(one, other, score_cutoff=allowed) <= allowed


def cited(text: str) -> Verbatim:
    """Return what a person typed as a sentence shows it: on one line, no longer than a line."""
    line = _SPACE.sub(" ", text).strip()
    shown = line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"
    return Verbatim(shown)
