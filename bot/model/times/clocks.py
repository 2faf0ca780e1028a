"""Clock times: `14:30`, `7h30`, `1430Z`, “half past 8”, noon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from bot.model.times.letters import OFFSETS, zone_of
from bot.model.times.lexicon import Kind, whole
from bot.model.times.line import Line
from bot.model.times.minutes import ahead, behind, joined, marked, straight
from bot.model.times.said import Clock, Phrase, Weight

Found = Iterator[tuple[Phrase, int]]

_COLON = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:]|\.\d)")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{2})(?![\d.:/])")
_COMMA = re.compile(r"(\d{1,2}),(\d{2})(?![\d,])")
_DIGITS = re.compile(r"(\d{2})(\d{2})(?!\d|[.:/-]\d)")
_NUMBER = re.compile(r"(\d{1,2})(?!\d|[.:/-]\d)")
_LETTER = re.compile(r"[a-z](?![^\W\d_])")
_AFTER_AT = {
    Weight.BARE: Weight.SAID,
    Weight.HOURS: Weight.SAID,
    Weight.LETTER: Weight.PLAIN,
    Weight.SAID: Weight.PLAIN,
}
_AFTER_BEFORE = {Weight.HOURS: Weight.SAID, Weight.LETTER: Weight.SAID}


def clocks(line: Line, at: int) -> Found:
    """Return the clock times at *at* of *line*, with what belongs to them, and where each ends."""
    starts: list[tuple[int, Mapping[Weight, Weight]]] = [(at, {})]
    for kind, after in ((Kind.AT, _AFTER_AT), (Kind.BEFORE, _AFTER_BEFORE)):
        starts += ((line.gap(end), after) for _, end in line.of(at, kind))
    for start, heavier in starts:
        for clock, end in chain(_bare(line, start), joined(line, start) if heavier else ()):
            said = replace(clock, weight=heavier.get(clock.weight, clock.weight))
            yield from _with_letter(line, said, end)
            yield from _with_half(line, said, end)


def _bare(line: Line, at: int) -> Iterator[tuple[Clock, int]]:
    if found := _COLON.match(line.text, at):
        clock = _clock(found[1], found[2], found[3] or "0")
        yield from ((clock, end) for end in _after_mark(line, found.end()))
    if found := _DOTTED.match(line.text, at):
        yield from _dotted(line, found)
    if found := _COMMA.match(line.text, at):
        start = line.gap(found.end())
        for _, end in line.of(start, Kind.HOUR_MARK):
            yield _clock(found[1], found[2], weight=_weight(line, start, end)), end
    if found := _DIGITS.match(line.text, at):
        yield _clock(found[1], found[2], weight=Weight.BARE), found.end()
        clock = _clock(found[1], found[2])
        yield from ((clock, end) for end in _after_mark(line, found.end())[1:])
    if found := _NUMBER.match(line.text, at):
        yield from _hours(line, _clock(found[1], "0", weight=Weight.BARE), found.end())
    for hour, end in line.of(at, Kind.HOUR):
        clock = Clock(whole(hour), weight=Weight.BARE)
        yield from _hours(line, clock, end)
        yield from straight(line, clock, end)
    for hour, end in line.of(at, Kind.HOUR_CASED):
        yield from behind(line, Clock(whole(hour)), end)
    yield from _named(line, at)


def _clock(hour: str, minute: str, second: str = "0", weight: Weight = Weight.PLAIN) -> Clock:
    return Clock(int(hour), int(minute), int(second), weight, civil=hour.startswith("0"))


def _after_mark(line: Line, at: int) -> list[int]:
    """Return where a clock time can end: at once, or after `h`, “Uhr”, an ending."""
    ends = [end for _, end in line.of(line.gap(at), Kind.HOUR_MARK)]
    return [end for end in (at, *ends, *(e for _, e in line.of(line.gap(at), Kind.CASE))) if line.ends(end)]


def _dotted(line: Line, found: re.Match[str]) -> Iterator[tuple[Clock, int]]:
    # `4.20` is a section of a document more often than `14.20`.
    clock = _clock(found[1], found[2], weight=Weight.SAID if len(found[1]) == 2 else Weight.LETTER)
    at_once, *later = _after_mark(line, found.end()) or [found.end()]
    yield clock, at_once
    yield from ((replace(clock, weight=Weight.PLAIN), end) for end in later)


def _hours(line: Line, clock: Clock, at: int) -> Iterator[tuple[Clock, int]]:
    """Return the times that begin with an hour alone: `8`, `8h`, `8h30`, “8 Uhr 30”, “8 e meia”."""
    yield clock, at
    said = replace(clock, weight=Weight.SAID)
    for _, end in line.of(line.gap(at), Kind.CASE):
        yield said, end
        yield from behind(line, said, end)
    yield from behind(line, clock, at)
    for _, end in line.of(line.gap(at), Kind.HOUR_MARK):
        at_mark = replace(clock, weight=_weight(line, line.gap(at), end))
        yield said if next(line.of(line.gap(end), Kind.PART), None) else at_mark, end
        yield from ((said, after) for _, after in line.of(line.gap(end), Kind.CASE))
        yield from behind(line, at_mark, end)
        yield from marked(line, at_mark, end)
    if next(line.of(line.gap(at), Kind.PART), None):
        yield said, at


def _weight(line: Line, start: int, end: int) -> Weight:
    """Return how plain the word after an hour makes it: “hours” may say how long, `h` less so, “Uhr” never."""
    if all(close != end for _, close in line.of(start, Kind.UNIT)):
        return Weight.SAID
    return Weight.LETTER if end - start == 1 else Weight.HOURS


def _named(line: Line, at: int) -> Iterator[tuple[Clock, int]]:
    """Return noon and midnight, and what is said before the hour."""
    noon, midnight = Clock(12, weight=Weight.SAID), Clock(0, weight=Weight.SAID, midnight=True)
    for clock, kind in ((noon, Kind.NOON), (midnight, Kind.MIDNIGHT)):
        for _, end in line.of(at, kind):
            yield clock, end
            yield from behind(line, clock, end)
    yield from ahead(line, at)


def _with_half(line: Line, clock: Clock, at: int) -> Found:
    """Return the time as it stands, and with the `am` or `pm` behind it."""
    if line.ends(at):
        yield Phrase(clock=clock), at
    for kind, first in ((Kind.AM, 0), (Kind.PM, 12)):
        for _, end in line.of(line.gap(at), kind):
            hour = clock.hour % 12 + first if 1 <= clock.hour <= 12 else clock.hour
            if first <= hour < first + 12:
                yield Phrase(clock=replace(clock, hour=hour, weight=Weight.PLAIN)), end


def _with_letter(line: Line, clock: Clock, at: int) -> Found:
    """Return the time in the zone of the letter directly behind it: `1430Z`, `14:30Z`."""
    four = at >= 4 and line.text[at - 4 : at].isdigit()
    found = _LETTER.match(line.text, at if line.text[at : at + 2] != " z" else at + 1)
    if not found or not (four or found[0] == "z") or not line.text[at - 1].isdigit():
        return
    zone = letter_zone(found[0])
    yield Phrase(clock=replace(clock, weight=Weight.PLAIN), zone=zone), found.end()


def letter_zone(letter: str) -> str:
    """Return the IANA zone of a DTG *letter*, or `J` for the zone that it does not tell."""
    return "J" if letter == "j" else zone_of(timedelta(hours=OFFSETS[letter.upper()])) or letter
