"""Spans from now: “in 2 hours”, `in 1h30`, “in half an hour”, “2 saat sonra”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.model.times.folding import fold
from bot.model.times.lexicon import Kind, lexicon, whole
from bot.model.times.line import Line
from bot.model.times.said import After, Phrase

_SHORT = re.compile(r"(\d{1,3})h(\d{2})(?!\d)")
_COUNT = re.compile(r"(\d{1,4})(?![\d.:/-])")
_TWO = re.compile(r"[0-5]\d(?![\d.:/-])")
_DAY = 24 * 60


def spans(line: Line, at: int) -> Iterator[tuple[Phrase, int]]:
    """Return the spans from now at *at* of *line*, and where each ends."""
    for start in {line.gap(end) for _, end in line.of(at, Kind.WITHIN)}:
        yield from ((Phrase(after=after), end) for after, end in _lengths(line, start))
    for after, end in _lengths(line, at):
        yield from ((Phrase(after=after), close) for _, close in line.of(line.gap(end), Kind.LATER))


def length(text: str, language: str) -> timedelta | None:
    """Return how long the whole of *text* says, such as `30m` or “2 hours”, in *language* or English; None if nothing.

    Two ways to read it are none.
    """
    line = Line(fold(text), lexicon(language))
    found = {after for after, end in _lengths(line, 0) if end == len(line.text)}
    return timedelta(days=one.days, minutes=one.minutes) if len(found) == 1 and (one := found.pop()) else None


def _after(minutes: int, unit: int) -> After:
    # Days keep the wall clock across a change of the clocks; hours, also 24 of them, are time that passes.
    return After(days=minutes // _DAY) if unit >= _DAY else After(minutes=minutes)


def _lengths(line: Line, at: int) -> Iterator[tuple[After, int]]:
    """Return the lengths at *at*, and where each ends."""
    for length, end in line.of(at, Kind.SPAN):
        yield _after(whole(length), whole(length)), end
        if whole(length) % _DAY and whole(length) % 60 == 0:
            yield from ((_after(whole(length) + rest, 60), close) for rest, close in _minutes(line, end))
    if short := _SHORT.match(line.text, at):
        minute = int(short[2])
        units = [end for unit, end in line.of(line.gap(short.end()), Kind.UNIT) if unit == 1]
        if minute < 60 and (minute or int(short[1])):
            yield from ((_after(int(short[1]) * 60 + minute, 60), end) for end in (short.end(), *units))
    for first, unit, end in _counted(line, at):
        yield _after(first * unit, unit), end
        if unit == 60:
            yield from ((_after(first * 60 + rest, 60), close) for rest, close in _minutes(line, end))


def _minutes(line: Line, at: int) -> Iterator[tuple[int, int]]:
    """Return the minutes that follow some hours: “e 30 minutos”, “e meia”, “et quart”, or two digits."""
    yield from ((whole(half), end) for half, end in line.of(line.gap(at), Kind.ADDED) if whole(half) > 0)
    for start in line.past(at, Kind.AND):
        yield from ((rest, end) for rest, unit, end in _counted(line, start) if unit == 1 and rest < 60)
        yield from ((15, end) for _, end in line.of(start, Kind.QUARTER))
        for five, end in line.of(start, Kind.FIVE):
            yield from ((whole(five), close) for unit, close in line.of(line.gap(end), Kind.UNIT) if unit == 1)
        if digits := _TWO.match(line.text, start):
            yield int(digits[0]), digits.end()


def _counted(line: Line, at: int) -> Iterator[tuple[int, int, int]]:
    """Return the number with a unit at *at*: how many, minutes in one, where it ends."""
    if count := _COUNT.match(line.text, at):
        for unit, end in line.of(line.gap(count.end()), Kind.UNIT):
            if isinstance(unit, int) and int(count[1]):
                yield int(count[1]), unit, end
