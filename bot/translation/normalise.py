"""Tidying a text before an engine sees it. The original stays what everyone can read."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from operator import eq

from bot.model.marks import calm
from bot.translation.protect import shouts
from bot.translation.words import NUMBERS

# Zero-width, direction and format characters; the joiners inside emoji and Arabic-script words stay.
_FORMAT = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
    "|(?<![\u0600-\u06ff])\u200c|\u200c(?![\u0600-\u06ff])"
    "|(?<![\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])\u200d"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LETTER_RUN = re.compile(r"([^\W\d_])\1{3,}")
_SIGN_RUN = re.compile(r"([!?.,;:=~*_-])\1{3,}")
_EMPHASIS = re.compile(r"(?<!\d)(?:\*\*|__|~~)|(?:\*\*|__|~~)(?!\d)")
_SLANTED = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,200}?)(?<=\S)\1(?![\w*])")
_KEPT = 3
_SPELLED_OUT = 1000
_LONGEST_PHRASE = 4


def clean(text: str) -> str:
    """Return *text* without format and control characters, lines ended by `\\n`."""
    return _CONTROL.sub("", _FORMAT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def plain(text: str) -> str:
    """Return *text*, its tokens already in slots, in NFKC, without emphasis marks, repeats collapsed."""
    text = _SLANTED.sub(r"\2", _EMPHASIS.sub("", _normal(calm(text))))
    return _SIGN_RUN.sub(r"\1\1\1", _LETTER_RUN.sub(r"\1\1\1", text))


def _normal(text: str) -> str:
    """Return *text* in NFKC; in NFC where that would make a book of it: one sign can stand for 18 letters."""
    room = 2 * len(text) + _SPELLED_OUT
    for at in range(0, len(text), _SPELLED_OUT):  # in pieces, so that no book is made to find out
        room -= len(unicodedata.normalize("NFKC", text[at : at + _SPELLED_OUT]))
        if room < 0:
            return unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFKC", text)


def collapse(segment: str) -> str:
    """Return *segment* with words and short phrases said more than three times said three times."""
    words = segment.split(" ")
    folded = list(map(_fold, words))
    if len(set(folded)) == len(words):
        return segment  # no word twice, so nothing over and over
    for size in range(1, _LONGEST_PHRASE + 1):
        if _echoes(folded, size):
            words = _collapse(words, folded, size)
            folded = list(map(_fold, words))
    return " ".join(words)


def sentence_case(segment: str, language: str) -> str:
    """Return *segment* with a capital first letter only, if it is written in capitals throughout."""
    if not shouts(segment):
        return segment
    if language in ("tr", "az"):
        segment = segment.replace("I", "ı").replace("İ", "i")
    lowered = segment.lower().replace("i\u0307", "i")
    for i, letter in enumerate(lowered):
        if letter.isalpha():
            return lowered[:i] + letter.upper() + lowered[i + 1 :]
    return lowered


def _fold(word: str) -> str:
    return word.casefold().strip(".,;:!?")


def _counts(word: str) -> bool:
    return word in NUMBERS or any(map(str.isdigit, word))


def _echoes(folded: list[str], size: int) -> bool:
    """Return whether as many words in a row as *size* and _KEPT make are the same as those *size* before them."""
    same = map(eq, folded[size:], folded)
    return any(alike and len(list(run)) >= size * _KEPT for alike, run in groupby(same))


def _collapse(words: list[str], folded: list[str], size: int) -> list[str]:
    kept: list[str] = []
    runs = 0
    at = 0
    while at < len(words):
        phrase = folded[at : at + size]
        said = size <= at and len(phrase) == size and any(phrase) and phrase == folded[at - size : at]
        said = said and not any(map(_counts, phrase))  # “7 7 7 7” is a number, not an echo
        runs = runs + 1 if said else 0
        if runs < _KEPT:
            kept += words[at : at + size] if said else words[at : at + 1]
        at += size if said else 1
    return kept
