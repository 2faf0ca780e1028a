"""The time phrases within a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.times.edges import goes_on, hangs_on, stopped
from bot.model.times.folding import fold
from bot.model.times.grammar import phrases
from bot.model.times.lexicon import Lexicon, lexicon
from bot.model.times.line import Line
from bot.model.times.outcome import Aim, Fault, NotRead, Outcome
from bot.model.times.reading import LONGEST, WORDS, here_of, one_of
from bot.model.times.said import Phrase

_REACH = 5_000
_ATTEMPTS = 25
_NEAR = 6
_ORDINAL = re.compile(r"[0-9]{1,2}\.")
_RUN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Span:
    """A time phrase in a text, where it stands, and what it comes to."""

    start: int
    end: int
    outcome: Outcome


def find(
    text: str,
    *,
    now: datetime,
    zone: str,
    language: str,
    sent: datetime | None = None,
    aim: Aim = Aim.AHEAD,
) -> list[Span]:
    """Return the time phrases in running *text*, from left to right: those that are plainly times.

    A number or a weekday alone is none. The work is limited: the first 5,000 characters, and 25 places that look
    like the beginning of a time.
    """
    here, known = here_of(now, zone, sent, aim), lexicon(language)
    words = [(found.start(), found.end()) for found in _RUN.finditer(text[:_REACH])]
    spans: list[Span] = []
    at = attempts = 0
    while at < len(words) and attempts < _ATTEMPTS:
        taken = 1
        if _may_begin(text[slice(*words[at])], known):
            attempts += 1
            if reached := _longest(text, words[at : at + WORDS], known):
                alone = _stands_alone(text, words[:at], reached)
                span = alone and _span(text, words[at][0], words[at + reached.count - 1][1], one_of(reached.ways, here))
                taken = reached.count if span or not alone else 1
                spans += [span] if span else []
        at += taken
    return spans


def _may_begin(word: str, known: Lexicon) -> bool:
    first = fold(word) if len(word) <= LONGEST else ""
    return bool(first) and (first[0].isdigit() or first.split(" ")[0] in known.beginnings)


def _span(text: str, start: int, end: int, outcome: Outcome) -> Span | None:
    if isinstance(outcome, NotRead) and outcome.fault is Fault.NOT_UNDERSTOOD:
        return None
    return Span(start, start + len(text[start:end].rstrip(".,;:!?")), outcome)


@dataclass(frozen=True, slots=True)
class _Reached:
    """A phrase at the beginning of a line: how many words it has, where it ends, and what it says."""

    count: int
    line: Line
    end: int
    ways: list[Phrase]
    longer: bool
    """Whether more could be read, though not as plainly a time."""
    stopped: bool


def _stands_alone(text: str, before: Sequence[tuple[int, int]], reached: _Reached) -> bool:
    """Return whether nothing around the phrase may belong to it. A comma or a full stop parts them."""
    line, end = reached.line, reached.end
    near = [text[slice(*place)] for place in before[-_NEAR:]]
    if reached.longer or (not reached.stopped and goes_on(line, end, reached.ways, " ".join(near[-1:]))):
        return False
    cut = max((i for i, word in enumerate(near, 1) if stopped(word)), default=0)
    return not hangs_on(near[cut:], Line(line.text[:end], line.lexicon), listing=True)


def _longest(text: str, words: Sequence[tuple[int, int]], known: Lexicon) -> _Reached | None:
    """Return the longest plain phrase at the beginning of *words*."""
    ends: dict[int, int] = {}
    folded = ""
    for count, (start, end) in enumerate(words, 1):
        if end - start > LONGEST or len(folded) > LONGEST:
            break
        folded = f"{folded} {_folded(text, start, end)}".strip()
        ends[len(folded)] = count
    line = Line(folded, known)
    found = phrases(line)
    reached = sorted(found.keys() & ends.keys(), reverse=True)
    for end in reached:
        plain = [phrase for phrase in found[end] if phrase.unmistakable]
        if plain:
            count = ends[end]
            return _Reached(count, line, end, plain, end < reached[0], stopped(text[slice(*words[count - 1])]))
    return None


def _folded(text: str, start: int, end: int) -> str:
    """Return the word, with the full stop of an ordinal (“am 30. um 8 Uhr”) where no sentence begins behind it."""
    word = text[start:end]
    following = text[end : end + 2].strip()
    ordinal = _ORDINAL.fullmatch(word) and (following.islower() or following.isdigit())
    return word if ordinal else fold(word)
