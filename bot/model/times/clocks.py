"""Clock times: `14:30`, `7h30`, `1430Z`, “half past 8”, noon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.model.times.letters import OFFSETS, zone_of
from bot.model.times.lexicon import Kind
from bot.model.times.line import Line
from bot.model.times.said import Clock, Phrase, Weight

Found = Iterator[tuple[Phrase, int]]

_COLON = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:]|\.\d)")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{2})(?![\d.:/])")
_DIGITS = re.compile(r"(\d{2})(\d{2})(?!\d|[.:/-]\d)")
_NUMBER = re.compile(r"(\d{1,2})(?!\d|[.:/-]\d)")
_MINUTES = re.compile(r"(\d{2})(?!\d|[.:/]\d)")
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
        for clock, end in _bare(line, start):
            said = replace(clock, weight=heavier.get(clock.weight, clock.weight))
            yield from _with_letter(line, said, end)
            yield from _with_half(line, said, end)


def _bare(line: Line, at: int) -> Iterator[tuple[Clock, int]]:
    if found := _COLON.match(line.text, at):
        clock = _clock(found[1], found[2], found[3] or "0")
        yield from ((clock, end) for end in _after_mark(line, found.end()))
    if found := _DOTTED.match(line.text, at):
        yield from _dotted(line, found)
    if found := _DIGITS.match(line.text, at):
        yield _clock(found[1], found[2], weight=Weight.BARE), found.end()
        clock = _clock(found[1], found[2])
        yield from ((clock, end) for end in _after_mark(line, found.end())[1:])
    if found := _NUMBER.match(line.text, at):
        yield from _hours(line, _clock(found[1], "0", weight=Weight.BARE), found.end())
    for hour, end in line.of(at, Kind.HOUR):
        yield from _hours(line, Clock(_number(hour), weight=Weight.BARE), end)
    yield from _named(line, at)


def _clock(hour: str, minute: str, second: str = "0", weight: Weight = Weight.PLAIN) -> Clock:
    return Clock(int(hour), int(minute), int(second), weight, civil=hour.startswith("0"))


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _after_mark(line: Line, at: int) -> list[int]:
    """Return where a clock time can end: at once, or after `h`, “Uhr”, an ending."""
    ends = [end for _, end in line.of(line.gap(at), Kind.HOUR_MARK)]
    return [end for end in (at, *ends, *(e for _, e in line.of(line.gap(at), Kind.CASE))) if line.ends(end)]


def _dotted(line: Line, found: re.Match[str]) -> Iterator[tuple[Clock, int]]:
    # `4.20` is a section of a document more often than `14.20`.
    clock = _clock(found[1], found[2], weight=Weight.SAID if len(found[1]) == 2 else Weight.LETTER)
    at_once, *marked = _after_mark(line, found.end()) or [found.end()]
    yield clock, at_once
    yield from ((replace(clock, weight=Weight.PLAIN), end) for end in marked)


def _hours(line: Line, clock: Clock, at: int) -> Iterator[tuple[Clock, int]]:
    """Return the times that begin with an hour alone: `8`, `8h`, `8h30`, “8 Uhr 30”, “8 e meia”."""
    yield clock, at
    said = replace(clock, weight=Weight.SAID)
    yield from ((said, end) for _, end in line.of(line.gap(at), Kind.CASE))
    yield from _half_past(line, clock, at)
    for _, end in line.of(line.gap(at), Kind.HOUR_MARK):
        marked = replace(clock, weight=_weight(line, line.gap(at), end))
        yield said if next(line.of(line.gap(end), Kind.PART), None) else marked, end
        yield from ((said, after) for _, after in line.of(line.gap(end), Kind.CASE))
        yield from _half_past(line, marked, end)
        yield from _minutes(line, marked, end)
    if next(line.of(line.gap(at), Kind.PART), None):
        yield said, at


def _weight(line: Line, start: int, end: int) -> Weight:
    """Return how plain the word after an hour makes it: “hours” may say how long, `h` less so, “Uhr” never."""
    if all(close != end for _, close in line.of(start, Kind.UNIT)):
        return Weight.SAID
    return Weight.LETTER if end - start == 1 else Weight.HOURS


def _minutes(line: Line, clock: Clock, at: int) -> Iterator[tuple[Clock, int]]:
    """Return the times whose minutes follow the hour and its mark: `7h30`, “8 Uhr 30”, “8 horas e 30 minutos”."""
    for start in line.past(at, Kind.AND):
        if minutes := _MINUTES.match(line.text, start):
            full = replace(clock, minute=int(minutes[1]))
            close = minutes.end()
            plain = replace(full, weight=full.weight if full.weight == Weight.HOURS else Weight.PLAIN)
            yield from ((plain, end) for end in (close, *(e for _, e in line.of(line.gap(close), Kind.CASE))))
            yield from ((full, end) for value, end in line.of(line.gap(close), Kind.UNIT) if value == 1)


def _half_past(line: Line, clock: Clock, at: int) -> Iterator[tuple[Clock, int]]:
    weight = Weight.SAID if clock.weight == Weight.BARE else clock.weight
    half = replace(clock, minute=30, weight=weight)
    return ((half, end) for _, end in line.of(line.gap(at), Kind.HALF_PAST))


def _named(line: Line, at: int) -> Iterator[tuple[Clock, int]]:
    """Return noon, midnight, and the half hours that are said before the hour."""
    yield from ((Clock(12, weight=Weight.SAID), end) for _, end in line.of(at, Kind.NOON))
    yield from ((Clock(0, weight=Weight.SAID, midnight=True), end) for _, end in line.of(at, Kind.MIDNIGHT))
    for kind, earlier in ((Kind.PAST_HALF, 0), (Kind.TO_HALF, 1)):
        for _, end in line.of(at, kind):
            for hour, close in _hour(line, line.gap(end)):
                if 1 <= hour <= 12:
                    yield Clock(hour - earlier, 30, weight=Weight.SAID), close


def _hour(line: Line, at: int) -> Iterator[tuple[int, int]]:
    if found := _NUMBER.match(line.text, at):
        yield int(found[1]), found.end()
    yield from ((_number(hour), end) for hour, end in line.of(at, Kind.HOUR))


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
