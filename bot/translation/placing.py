"""Where in a translated sentence the words stand that were marked in the original.

Engines lose tags, and masks in their place change what they write: of 40 sentences with one bold phrase, English and
Portuguese, the slots all came back, but 25 read differently for it and in 14 the mark stood around nothing or something
else. So a sentence is translated without its marks, word for word as it would be in a plain message; its marked
phrases, and what stands before and behind each, are translated beside it, only to find them again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

_WORD = re.compile(r"[^\s]+")
_ENDS = ".,;:!?…\"'”’»“‘«()[]"
_ALIKE = 75.0
_MOST_WORDS = 60
"""Words of a sentence that are still compared phrase by phrase."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hints:
    """What became of a marked phrase by itself, and of what stands before and behind it; empty where nothing does."""

    phrase: str
    before: str
    behind: str


def find(sentence: str, hints: Hints, within: Span, near: float) -> Span | None:
    """Return where the phrase stands in *sentence*, *within* these bounds; of several places the one *near* there.

    *near* is a share of the sentence, 0 to 1. None if it is not found.
    """
    words = [(m.start(), m.end()) for m in _WORD.finditer(sentence, *within)]
    if not words or len(words) > _MOST_WORDS:
        return None
    found = _alike(sentence, words, _plain(hints.phrase), near)
    return found or _between(sentence, words, hints)


def exactly(sentence: str, text: str, within: Span) -> Span | None:
    """Return where *text*, which no engine changes, stands in *sentence*, *within* these bounds."""
    at = sentence.find(text, *within)
    return (at, at + len(text)) if text and at >= 0 else None


def _plain(text: str) -> str:
    """Return *text* as it is compared: in small letters, no signs at its ends, nothing said twice in a row."""
    kept: list[str] = []
    for word in text.casefold().split():
        word = word.strip(_ENDS)
        if word and (not kept or kept[-1] != word):
            kept.append(word)
    return " ".join(kept)


def _alike(sentence: str, words: Sequence[Span], phrase: str, near: float) -> Span | None:
    """Return the run of words that is most like *phrase*, if one is like enough."""
    if not phrase:
        return None
    size = len(phrase.split())
    best: tuple[float, float, Span] | None = None
    for length in range(max(1, size - 1), size + 2):
        for i in range(len(words) - length + 1):
            span = _trimmed(sentence, (words[i][0], words[i + length - 1][1]))
            score = fuzz.ratio(sentence[slice(*span)].casefold(), phrase)
            if score >= _ALIKE:
                away = abs((span[0] + span[1]) / 2 / max(1, len(sentence)) - near)
                rank = (-round(score), away, span)
                best = min(best, rank) if best else rank
    return best[2] if best else None


def _between(sentence: str, words: Sequence[Span], hints: Hints) -> Span | None:
    """Return what stands between the translations of what is before and behind the phrase."""
    said = [_plain(sentence[slice(*word)]) for word in words]
    before, behind = _plain(hints.before).split(), _plain(hints.behind).split()
    first = _shared(said, before)
    last = len(said) - _shared(said[::-1], behind[::-1])
    known = (first or not before) and (last < len(said) or not behind)
    size = max(1, len(_plain(hints.phrase).split()))
    if not known or not 0 < last - first <= 2 * size + 1:
        return None
    return _trimmed(sentence, (words[first][0], words[last - 1][1]))


def _shared(said: Sequence[str], hint: Sequence[str]) -> int:
    """Return with how many words both begin."""
    count = 0
    for a, b in zip(said, hint, strict=False):
        if a != b:
            break
        count += 1
    return count


def _trimmed(sentence: str, span: Span) -> Span:
    """Return *span* without the signs at its ends."""
    start, end = span
    while start < end and sentence[start] in _ENDS:
        start += 1
    while end > start and sentence[end - 1] in _ENDS:
        end -= 1
    return (start, end) if start < end else span
