"""Words and what is left of them without their inflection, so that a term is found however it is inflected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from bot.model.term.endings import AGAIN, ENDINGS, PREFIXES, SOFTENED

_MARKS = "\u0300-\u036f\u064b-\u0652\u0670\u0640"
_WORD = re.compile(rf"(?:[^\W\d_][{_MARKS}]*)+")
_GAP = re.compile(r"[ \t\u00a0\u202f]{1,2}|\s?[-‐‑–'’]\s?")
_SHORTEST = 3
_MOST_WORD = 60
_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "\u0640": ""})
_ACCENTED = frozenset({"uk", "tr"})
"""Languages whose letters with marks are letters of their own, and typed as such."""


class Word(NamedTuple):
    """A word of a text: where it is, and what it is without its inflection."""

    start: int
    end: int
    stem: str


class Said:
    """The words of a text in one language."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self.words = tuple(Word(found.start(), found.end(), stem(found[0], language)) for found in _WORD.finditer(text))

    @property
    def stems(self) -> tuple[str, ...]:
        """Every word without its inflection."""
        return tuple(word.stem for word in self.words)

    def follows(self, at: int) -> bool:
        """Return whether nothing but blanks, a hyphen or an apostrophe stands before the word *at*."""
        end, start = self.words[at - 1].end, self.words[at].start
        return self.text[end:start] == " " or _GAP.fullmatch(self.text, end, start) is not None

    def joined(self, first: int, last: int) -> bool:
        """Return whether each word from *first* to *last* follows the one before it."""
        return all(self.follows(at) for at in range(first + 1, last + 1))

    def count(self, wording: str) -> int:
        """Return how often the text says *wording*, in whatever inflection."""
        wanted = Said(wording, self.language).stems
        return sum(self._is(wanted, at) for at in range(len(self.words) - len(wanted) + 1)) if wanted else 0

    def _is(self, wanted: Sequence[str], at: int) -> bool:
        found = self.words[at : at + len(wanted)]
        return all(word.stem == one for word, one in zip(found, wanted, strict=True)) and self.joined(
            at, at + len(wanted) - 1
        )


def folded(text: str, language: str) -> str:
    """Return *text* as it is compared: in small letters, and without accents where the language allows."""
    if language in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    if text.isascii():
        return text.lower()
    text = text.lower().replace("ß", "ss").replace("ς", "σ")
    if language in _ACCENTED:
        return unicodedata.normalize("NFC", text).replace("i\u0307", "i")
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


@lru_cache(10_000)
def stem(word: str, language: str) -> str:
    """Return *word* of *language* without its inflection; of an unknown language, as it is compared."""
    plain = folded(word[:_MOST_WORD], language)
    rules = _rules(language)
    if rules is None:
        return plain
    plain = next((plain[len(p) :] for p in rules.prefixes if plain.startswith(p) and _left(plain, p)), plain)
    for _ in range(rules.times):
        shorter = _shorter(plain, rules.endings)
        if shorter == plain:
            break
        plain = shorter
    return plain[:-1] + rules.softened.get(plain[-1:], plain[-1:])


@dataclass(frozen=True, slots=True)
class _Rules:
    endings: dict[int, dict[str, str]]
    """What takes the place of an ending, the longest endings first, by length."""
    prefixes: tuple[str, ...]
    softened: dict[str, str]
    times: int


@cache
def _rules(language: str) -> _Rules | None:
    if language not in ENDINGS:
        return None
    endings: dict[int, dict[str, str]] = {}
    for rule in sorted(ENDINGS[language].split(), key=lambda rule: -len(rule.partition(":")[0])):
        ending, _, instead = rule.partition(":")
        endings.setdefault(len(ending), {})[ending] = instead
    softened = dict(rule.split(":") for rule in SOFTENED.get(language, "").split())
    return _Rules(endings, tuple(PREFIXES.get(language, "").split()), softened, AGAIN.get(language, 1))


def _shorter(word: str, endings: dict[int, dict[str, str]]) -> str:
    for length, ones in endings.items():
        instead = ones.get(word[-length:])
        if instead is not None and len(word) - length + len(instead) >= _SHORTEST:
            return word[:-length] + instead
    return word


def _left(word: str, prefix: str) -> bool:
    return len(word) - len(prefix) >= _SHORTEST
