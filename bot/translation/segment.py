"""Sentences by rule, each short enough for a model; nothing is lost between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.translation.cues import Sentence, cues_of
from bot.translation.mask import SLOT

MAX_CHARACTERS = 280
"""Characters of one segment: some 70 tokens. The worker cuts by tokens where this was not enough."""

_CLOSED = "[\"'”’“»«)\\]]{0,3}"
_ASKS = frozenset("!?;\u037e")
_CLAUSE = re.compile(r"[,;:]\s+|\s[–—-]\s+|[、，；]")
_BLANK = re.compile(r"\s+")
_LEAD = re.compile(r"\s*(?:(?:[-*•‣>#|]+|\d{1,3}[.)])\s+)*")
_LAST_WORD = re.compile(r"[^\W_]+(?:[.-]{1,2}[^\W_]+)*$")
_FIRST_WORD = re.compile(r"\s*([^\W\d_]+)")
_INITIALS = re.compile(r"[^\W\d_](?:\.?-[^\W\d_])?")
_COUNT = re.compile(r"\d{1,2}")
_COUNTED = re.compile(r"\d\s?$")
_NUMBER = re.compile(rf"\s*(?:\d|{SLOT})")


def split(line: str, language: str = "") -> Iterator[str]:
    """Yield the segments of one *line*, as far as they are asked for; joined, they are the line.

    Its sentences are those of its *language*, or of English where we know nothing of that.
    """
    for sentence in _sentences(line, _ending(language)):
        yield from _shorten(sentence)


def lead(line: str) -> int:
    """Return how many characters of *line* are indentation, bullets and quote marks."""
    match = _LEAD.match(line)
    return match.end() if match else 0


@dataclass(frozen=True, slots=True)
class _Ending:
    """Where sentences of one language may end, and what it abbreviates."""

    rules: Sentence
    mark: re.Pattern[str]

    def ends(self, line: str, match: re.Match[str]) -> bool:
        """Return whether what *match* found in *line* ends a sentence."""
        if not match[0].startswith(".") or not _ASKS.isdisjoint(match[0]):
            return True
        if line[match.end() : match.end() + 20].lstrip()[:1].islower():
            return False
        if match[0].startswith(".."):
            return True
        word = _LAST_WORD.search(before := line[max(0, match.start() - 20) : match.start()])
        following = line[match.end() : match.end() + 40]
        return word is None or not self._shortened(word[0], before[: word.start()], following)

    def _shortened(self, said: str, before: str, following: str) -> bool:
        """Return whether the full stop behind *said* belongs to it, and the sentence goes on with *following*."""
        word = said.lower().replace("\u0307", "")  # the dot that Python leaves of İ
        if _NUMBER.match(following):
            numbered = self.rules.before_numbers
            if word in numbered or (self.rules.compounds and word.endswith(self.rules.compounds)):
                return True
        if _COUNT.fullmatch(said):
            counted = _FIRST_WORD.match(following)
            return counted is not None and counted[1].lower() in self.rules.after_numbers
        if len(said) == 1 and not said.isupper() and _COUNTED.search(before[-2:]):
            return False  # a unit: 100 m.
        return word in self.rules.abbreviations or (_INITIALS.fullmatch(said) is not None and said == said.upper())


@cache
def _ending(language: str) -> _Ending:
    cues = cues_of(language) or cues_of("en")
    assert cues is not None
    asks = re.escape(cues.sentence.questions)
    return _Ending(cues.sentence, re.compile(rf"[.!?{asks}]{{1,10}}{_CLOSED}(?=\s)|[。！？।؟؛]+"))


def _sentences(line: str, ending: _Ending) -> Iterator[str]:
    at = 0
    for match in ending.mark.finditer(line):
        if ending.ends(line, match):
            end = match.end() + _blanks(line, match.end())
            yield line[at:end]
            at = end
    if at < len(line):
        yield line[at:]


def _blanks(line: str, at: int) -> int:
    match = _BLANK.match(line, at)
    return len(match[0]) if match else 0


def _shorten(sentence: str) -> list[str]:
    if len(sentence) <= MAX_CHARACTERS:
        return [sentence]
    parts: list[str] = []
    for clause in _runs(sentence, _CLAUSE):
        for run in _runs(clause, _BLANK) if len(clause) > MAX_CHARACTERS else [clause]:
            parts += [run[i : i + MAX_CHARACTERS] for i in range(0, len(run), MAX_CHARACTERS)]
    return parts


def _runs(text: str, separator: re.Pattern[str]) -> Iterator[str]:
    """Yield *text* cut behind separators, each piece as long as a segment may be if there is a place to cut it."""
    start = cut = 0
    for end in (*(match.end() for match in separator.finditer(text)), len(text)):
        if end - start > MAX_CHARACTERS and cut > start:
            yield text[start:cut]
            start = cut
        cut = end
    if start < cut:
        yield text[start:cut]
