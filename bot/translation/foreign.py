"""Words that are not written with the letters of the text's language: engines lose those, or make signs of them.

A Portuguese name in an English message, a Ukrainian one in either: they are kept from the engine, letter by letter.
So is what is too long to be a word.
"""

from __future__ import annotations

import re

from bot.translation import detect
from bot.translation.cues import LANGUAGES, cues_of
from bot.translation.route import base

_ALPHABETS = {
    "en": "",
    "pt": "áàâãçéêíóôõúü",
    "es": "áéíñóúü",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "de": "äöüß",
    "it": "àáèéìíîòóùú",
    "pl": "ąćęłńóśźż",
    "ro": "ăâîșțşţ",
    "tr": "âçğıîöşüû\u0307",  # small İ is i and a dot
}
"""The letters beyond a to z that a language writes."""

_FIRST = 0x108000  # the upper half of the slots' second plane; hidden digits have the lower
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HIDDEN = re.compile("[\U00108000-\U0010fffd]")
_ENDLESS = re.compile(r"[^\W\d_]{65}")
"""More letters than a word has: of 5,000 without a blank an engine makes nothing, for twenty seconds."""

_A_NAME = 2
"""Words without capitals, in a script that has none, that may be a name; more are a sentence."""


def hide(segment: str, language: str) -> tuple[str, tuple[str, ...]]:
    """Return *segment* with each foreign word in a slot of its own, and those words."""
    language = base(language)
    if segment.isascii() and detect.written_in("a", language) and not _ENDLESS.search(segment):
        return segment, ()
    words: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        if _own(match[0], language):
            return match[0]
        words.append(match[0])
        return chr(_FIRST + len(words) - 1)

    return _WORD.sub(replaced, segment), tuple(words)


def show(segment: str, words: tuple[str, ...]) -> str:
    """Return *segment* with the hidden *words* back."""
    return _HIDDEN.sub(lambda match: words[ord(match[0]) - _FIRST], segment) if words else segment


def speak(words: tuple[str, ...]) -> bool:
    """Return whether *words* are more than a name: a reader must know that they are not translated."""
    small = sum(word[0].islower() for word in words)
    bare = sum(not word[0].islower() and not word[0].isupper() for word in words)
    return small > 1 or bare > _A_NAME or any(map(_negates, words))


def _own(word: str, language: str) -> bool:
    """Return whether *word* is written with the letters of *language*."""
    if language in LANGUAGES and _ENDLESS.search(word):
        return False
    if word.isascii() or language not in _ALPHABETS:
        return detect.written_in(word, language)
    letters = _ALPHABETS[language]
    return all(letter.isascii() or letter in letters or letter == "’" for letter in word.lower())


def _negates(word: str) -> bool:
    folded = word.casefold()
    return any(cues.negates(folded) for cues in map(cues_of, LANGUAGES) if cues)
