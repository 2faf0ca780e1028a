"""Which language a message is in: only what the text can tell, else what its sender usually writes."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.translation import normalise, protect
from bot.translation.route import base

MIN_WORDS = 3
"""Words below which a detector guesses."""

SAMPLE = 1000
"""Characters of a message that are looked at."""

_MARGIN = 0.2
_SURE = 0.75

_SCRIPTS = {
    "el": {"GREEK"},
    "bg": {"CYRILLIC"}, "mk": {"CYRILLIC"}, "ru": {"CYRILLIC"}, "uk": {"CYRILLIC"}, "be": {"CYRILLIC"},
    "sr": {"CYRILLIC", "LATIN"},
    "ar": {"ARABIC"}, "fa": {"ARABIC"}, "ur": {"ARABIC"}, "ps": {"ARABIC"},
    "he": {"HEBREW"}, "ka": {"GEORGIAN"}, "hy": {"ARMENIAN"}, "bn": {"BENGALI"}, "hi": {"DEVANAGARI"},
    "th": {"THAI"}, "ko": {"HANGUL"}, "zh": {"CJK"}, "ja": {"CJK", "HIRAGANA", "KATAKANA"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Detected:
    """A language, and whether the text itself decided it."""

    language: str
    certain: bool


def words(text: str) -> str:
    """Return what of *text* is words: no protected tokens, no format characters, no shouting."""
    text = normalise.clean(text)
    at = 0
    parts: list[str] = []
    for token in protect.find(text):
        parts.append(text[at : token.start])
        at = token.end
    kept = " ".join([*parts, text[at:]])
    return " ".join(kept.lower().split() if protect.shouts(kept) else kept.split())


def narrow(sample: str, candidates: Sequence[str]) -> list[str]:
    """Return those *candidates* that are written in the script of *sample*; none if it has no letters."""
    script = script_of(sample)
    return [code for code in candidates if script in _SCRIPTS.get(base(code), {"LATIN"})]


def written_in(text: str, language: str) -> bool:
    """Return whether most letters of *text*, if it has any, are of a script of *language*."""
    script = script_of(text)
    return script is None or script in _SCRIPTS.get(base(language), {"LATIN"})


def script_of(text: str) -> str | None:
    """Return the script most letters of *text* are of, as Unicode names it (`LATIN`), or None."""
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else None
    scripts = Counter(map(_script, filter(str.isalpha, text)))
    return scripts.most_common(1)[0][0] if scripts else None


@lru_cache(4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0].split("-")[0]


def enough(sample: str) -> bool:
    """Return whether *sample* is enough for a detector; scripts without blanks count letters."""
    letters = sum(map(str.isalpha, sample))
    if script_of(sample) in ("CJK", "HIRAGANA", "KATAKANA", "THAI"):
        return letters >= 2 * MIN_WORDS
    return sum(any(map(str.isalpha, word)) for word in sample.split()) >= MIN_WORDS


def decide(ranks: Sequence[tuple[str, float]], candidates: Sequence[str], fallback: str) -> Detected:
    """Return the likeliest of *candidates*, or *fallback* where it is nearly as likely or nothing is known.

    *ranks* are a detector's probabilities for all its languages.
    """
    known = dict(ranks)
    scores = {code: known.get(base(code), 0.0) for code in candidates}
    total = sum(scores.values())
    if not total:
        return Detected(fallback, False)
    best = max(scores, key=lambda code: scores[code])
    share = scores[best] / total
    usual = scores.get(fallback, 0.0) / total
    if best != fallback and share - usual < _MARGIN:
        return Detected(fallback, False)
    return Detected(best, share >= _SURE)
