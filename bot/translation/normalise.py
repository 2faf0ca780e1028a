"""Tidying a text before an engine sees it. The original stays what everyone can read."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from operator import eq

from bot.model.marks import calm
from bot.translation.cues import cues_of
from bot.translation.mask import SLOT
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
_CALLED = re.compile(r"!+(?=¡?[^\W\d_])")
_EMPHASIS = re.compile(r"(?<!\d)(?:\*\*|__|~~)|(?:\*\*|__|~~)(?!\d)")
_SLANTED = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,200}?)(?<=\S)\1(?![\w*])")
_BETWEEN = re.compile(rf"(?:[ ,-]|{SLOT})+")
_CAPS = re.compile(r"[^\W\d_a-zß-ÿ]{2}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_VOWELS = frozenset("AEIOUÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜİĂĄĘΑΕΗΙΟΥΩΆΈΉΊΌΎΏАЕЄИІЇОУЮЯ")
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
    """Return *segment* with a capital first letter only, if it is written in capitals throughout.

    Words in a row that are, and cannot be names or abbreviations because one of them stands in any sentence, lose
    theirs: “Attention, DO NOT SHOOT”.
    """
    if not segment.isupper():
        return _calmer(segment, language)
    if not _shouted(segment):
        return segment
    lowered = _lower(segment, language)
    for i, letter in enumerate(lowered):
        if letter.isalpha():
            return lowered[:i] + letter.upper() + lowered[i + 1 :]
    return lowered


def called(segment: str) -> str:
    """Return *segment* with the exclamation marks that it begins with behind it: “!Parem” is “Parem!” to an engine."""
    begun = _CALLED.match(segment)
    if begun is None:
        return segment
    said = segment[begun.end() :]
    return f"{said}!" if said[-1].isalnum() else said


def _shouted(segment: str) -> bool:
    """Return whether *segment*, all in capitals, is more than abbreviations.

    These stand alone or have no vowel, and nobody calls them out.
    """
    if shouts(segment):
        return True
    spoken = [word for word in _WORD.findall(segment) if len(word) > 1 and not _VOWELS.isdisjoint(word)]
    return len(spoken) > 1 or (bool(spoken) and segment.endswith("!"))


def _calmer(segment: str, language: str) -> str:
    cues = cues_of(language)
    if cues is None or not _CAPS.search(segment):
        return segment
    parts: list[str] = []
    at = 0
    for first, last in _runs(segment):
        said = [word[0] for word in _WORD.finditer(segment, first, last)]
        if any(cues.small(word) for word in said) and (len(said) > 1 or cues.negates(said[0].casefold())):
            parts += [segment[at:first], _lower(segment[first:last], language)]
            at = last
    return "".join([*parts, segment[at:]])


def _runs(segment: str) -> list[tuple[int, int]]:
    """Return where words in capitals stand in a row, with nothing but blanks, commas and tokens between them."""
    runs: list[tuple[int, int]] = []
    for word in _WORD.finditer(segment):
        if not word[0].isupper():
            continue
        if runs and _BETWEEN.fullmatch(segment, runs[-1][1], word.start()):
            runs[-1] = (runs[-1][0], word.end())
        else:
            runs.append(word.span())
    return runs


def _lower(text: str, language: str) -> str:
    if language in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    return text.lower().replace("i\u0307", "i")


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
    counting = {word for word in set(folded) if _counts(word)}
    runs = 0
    at = 0
    while at < len(words):
        phrase = folded[at : at + size]
        said = size <= at and len(phrase) == size and any(phrase) and phrase == folded[at - size : at]
        said = said and counting.isdisjoint(phrase)  # “7 7 7 7” is a number, not an echo
        runs = runs + 1 if said else 0
        if runs < _KEPT:
            kept += words[at : at + size] if said else words[at : at + 1]
        at += size if said else 1
    return kept
