"""Where a time must not be cut off: what follows it, or stands before it, may belong to it.

“A las 8 y pico”, “dalle 8 alle 12”: the end or the beginning alone would be another time than the one that was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from bot.model.times.clocks import clocks
from bot.model.times.folding import fold
from bot.model.times.grammar import phrases
from bot.model.times.lexicon import Kind, Lexicon
from bot.model.times.line import Line
from bot.model.times.said import Phrase, Weight

_REACH = 6
_WORD = 40
_STOPS = ".,;:!?…)»”"
_FULL = re.compile(r"\d[:.h]\d\d\b")
_HOUR = re.compile(r"\d|[01]\d|2[0-4]|([01]\d|2[0-3])[0-5]\d")
_DAY = re.compile(r"2[5-9]|3[01]")
_MEASURE = re.compile(r"\d+(?:[.,]\d+)? ?(?:km|m|kg|%|€)(?!\w)")
_LOOSE = re.compile(r"(\S+) \d{1,2}$")
_CONTINUING = (Kind.UNIT, Kind.QUARTER, Kind.MINUS, Kind.ADDED)
_COUNTING = (Kind.HOUR_MARK, Kind.FIVE)
_BETWEEN = (Kind.AT, Kind.BEFORE, Kind.TO, Kind.PAST)
_UNFINISHED = (Kind.TO, Kind.PAST, Kind.MINUS, Kind.PLUS, Kind.LEADING, Kind.SHORT_OF, Kind.TOWARDS)
_NUMBERS = (Kind.HOUR, Kind.FIVE, Kind.QUARTER, Kind.LEADING, Kind.NOON, Kind.MIDNIGHT)


def goes_on(line: Line, end: int, ways: Sequence[Phrase], before: str = "") -> bool:
    """Return whether what follows the phrase that ends at *end* may belong to it: “8 | menos algo”, “8 | - 12”.

    *before* is the word before it.
    """
    at = line.gap(end)
    if not line.text[at:]:
        return False
    full = bool(_FULL.search(line.text[:end]))
    if line.text[at].isdigit() or _has(line, at, *_CONTINUING) or (not full and _has(line, at, *_COUNTING)):
        return True
    if any(_is_time(line, line.gap(close)) for kind in _BETWEEN for _, close in line.of(at, kind)):
        return True
    if _has(line, at, Kind.AND, Kind.PLUS) and any(way.after for way in ways):
        return True  # “in 2 hours and …”
    listed = full and not any(way.dated for way in ways) and not _connects(before, line.lexicon, Kind.SINCE)
    return _range_follows(line, at, listed) or _counts(line, end, at)


def _range_follows(line: Line, at: int, listed: bool) -> bool:
    """Return whether a second time follows that lacks what the first says; one of a list of whole times is whole."""
    if line.text.startswith("- ", at):
        return _is_time(line, at + 2)
    if any(_is_time(line, line.gap(end)) for _, end in line.of(at, Kind.UNTIL)):
        return True
    joints = [end for kind in (Kind.AND, Kind.PLUS) for _, end in line.of(at, kind)]
    return not listed and any(_is_time(line, line.gap(end)) for end in joints)


def _counts(line: Line, end: int, at: int) -> bool:
    """Return whether the number at the end of a phrase may count the things behind it: “8 e 15 | pessoas”."""
    found = _LOOSE.search(line.text, 0, end)
    if not found or _has(line, at, Kind.ON):
        return False
    close = found.end(1)
    starts = (place for place in range(close) if place == 0 or line.text[place - 1] == " ")
    return not any(
        end == close for start in starts for kind in (Kind.AT, Kind.BEFORE, Kind.DAY) for _, end in line.of(start, kind)
    )


def hangs_on(before: Sequence[str], line: Line, listing: bool = False) -> int:
    """Return how many words before the phrase at the beginning of *line* may belong to it, or 0.

    *listing*: whole times that are joined by “and” are several times, not one.
    """
    known = line.lexicon
    rest, joints = _parted(before[-_REACH:], known)
    last = rest[-1:] and _line(rest[-1], known)
    clock_first = any(said.clock and said.clock.weight >= Weight.HOURS for said, _ in clocks(line, 0))
    if not last or not (clock_first or joints or _has(line, 0, Kind.UNTIL)):
        return 0
    ranged = any(_connects(word, known, Kind.UNTIL) for word in joints) or any(map(partial(_since, known), rest))
    only_and = listing and bool(joints) and not ranged
    if only_and and not clock_first:
        return 0
    if words := _phrase_ends(rest, known, only_and, clock_first):
        return words + len(joints)
    unsettled = _has(last, 0, *_UNFINISHED) or _half_said(rest, line, bool(joints))
    return len(joints) + 1 if clock_first and unsettled else 0


def _half_said(rest: Sequence[str], line: Line, joined: bool) -> bool:
    """Return whether the number before a clock time is a part of what is said: “8 bis | 12 Uhr”, “el 26 | a las 8”."""
    last = _line(rest[-1], line.lexicon)
    if not _bare(last):
        return bool(_DAY.fullmatch(last.text)) and _connects(" ".join(rest[-2:-1]), line.lexicon, Kind.ON, Kind.DAY_OF)
    until = joined or any(_is_number(line, line.gap(end)) for _, end in line.of(0, Kind.UNTIL))
    hours = len(last.text) != 4 and _has(line, 0, Kind.UP_TO) and not _FULL.search(line.text)
    before = [" ".join(rest[-1 - count : -1]) for count in (1, 2)]
    kinds = (Kind.SINCE, Kind.ON, Kind.DAY_OF)
    return until or hours or any(_connects(words, line.lexicon, *kinds) for words in before)


def _parted(words: Sequence[str], known: Lexicon) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words without “and” and “until” at their end, and those."""
    close = len(words)
    while close:
        count = next((n for n in (2, 1) if _connects(" ".join(words[max(close - n, 0) : close]), known)), 0)
        if not count:
            break
        close = max(close - count, 0)
    return words[:close], words[close:]


def _phrase_ends(rest: Sequence[str], known: Lexicon, only_and: bool, clock_first: bool) -> int:
    """Return how many words the longest phrase at the end of *rest* has, or 0."""
    for count in range(len(rest), 0, -1):
        line = _line(" ".join(rest[-count:]), known)
        found = phrases(line).get(len(line.text), [])
        if any(one.closing or clock_first for one in found) and not (only_and and _stands_alone(line, found)):
            return count
    return 0


def _stands_alone(line: Line, found: Sequence[Phrase]) -> bool:
    return bool(_FULL.search(line.text)) and not any(one.dated for one in found)


def stopped(word: str) -> bool:
    """Return whether a sentence or a part of it ends with the *word*."""
    return word[-1:] in _STOPS


def _line(text: str, known: Lexicon) -> Line:
    return Line(fold(text[: _WORD * _REACH]), known)


def _connects(words: str, known: Lexicon, *kinds: Kind) -> bool:
    line, kinds = _line(words, known), kinds or (Kind.UNTIL, Kind.AND)
    return line.text == "-" or any(end == len(line.text) for kind in kinds for _, end in line.of(0, kind))


def _since(known: Lexicon, words: str) -> bool:
    return _connects(words, known, Kind.SINCE)


def _has(line: Line, at: int, *kinds: Kind) -> bool:
    return any(kind in kinds for kind, _, _ in line.words(at))


def _is_number(line: Line, at: int) -> bool:
    return line.text[at : at + 1].isdigit() or _has(line, at, *_NUMBERS)


def _is_time(line: Line, at: int) -> bool:
    """Return whether a number or a clock time begins at *at*."""
    starts = [at, *(line.gap(end) for kind in (Kind.AT, Kind.BEFORE) for _, end in line.of(at, kind))]
    return any(_is_number(line, start) and not _MEASURE.match(line.text, start) for start in starts)


def _bare(line: Line) -> bool:
    """Return whether the word is the number of an hour alone: `8`, `0830`."""
    return bool(_HOUR.fullmatch(line.text)) or _has(line, 0, Kind.HOUR)
