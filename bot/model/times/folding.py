"""When two spellings of a time are the same: letters without accents, one kind of digit, no marks."""

from __future__ import annotations

import re
import unicodedata

_DROPPED = dict.fromkeys(
    map(
        ord,
        "\u200b\u200c\u200d\u200e\u200f\u061c\ufeff\u00ad\u0640\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
)
# A power or a fraction would become a digit of the number before it: what nothing knows is refused later.
_REFUSED = dict.fromkeys(map(ord, "¹²³⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"), "^")
_BEFORE = {**_DROPPED, **_REFUSED, **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")}
_AFTER: dict[int, str | None] = {ord(a): b for a, b in zip("ıłøđىةىﻻ’‘´ʼ`", "ilodيهيا'''''", strict=True)}
_AFTER[ord("ء")] = None
for _zero in (0x660, 0x6F0):
    _AFTER.update({_zero + digit: str(digit) for digit in range(10)})
_ACCENT = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
# Full stops of abbreviations (`p.m.`), hyphens and apostrophes of words, commas before a space.
_STOP = re.compile(r"(?<=[^\W\d_])\.")
_JOINT = re.compile(r"'|(?<=[^\W\d_])-(?=[^\W\d_])|[,،;](?=\s|$)|[\s_()“”„«»\x22]|(?<=[^\W\d_])،")
# `14'30` and `14,30` are said with an hour's word; “1° dicembre” writes the ordinal as a degree.
_PRIME = re.compile(r"(?<=\d)'(?=\d\d(?!\d))")
_DEGREE = re.compile(r"(?<=\d)°(?=\s+[^\W\d_]|$)")
_END = re.compile(r"(?<=\d)\.$|[!?؟…]+$")
_SPACES = re.compile(" {2,}")


def fold(text: str) -> str:
    """Return what every spelling of *text* has in common: words of plain letters, single spaces, ASCII digits."""
    known = unicodedata.normalize("NFKC", text.translate(_BEFORE)).casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", known.translate(_AFTER))).translate(_AFTER)
    if bare.isalpha():
        return bare
    plain = _DEGREE.sub("o", _PRIME.sub(",", _STOP.sub("", bare)))
    spaced = _SPACES.sub(" ", _JOINT.sub(" ", plain)).strip()
    return _END.sub("", spaced).strip()
