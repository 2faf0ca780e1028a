"""The minutes that are said beside an hour: `7h30`, “8 e 15”, “las 8 menos cuarto”, “quarter past 8”, “halb acht”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.model.times.lexicon import Kind, whole
from bot.model.times.line import Line
from bot.model.times.said import Clock, Weight

Clocks = Iterator[tuple[Clock, int]]

_TWO = re.compile(r"(\d{2})(?!\d|[.:/]\d)")
_ONE_OR_TWO = re.compile(r"(\d{1,2})(?!\d|[.:/,h-]\d)")
_COMMA = re.compile(r"(\d{1,2}),([0-5]\d)(?![\d,])")
_NUMBER = re.compile(r"(\d{1,2})(?!\d|[.:/-]\d)")


def hours(line: Line, at: int) -> Iterator[tuple[int, int]]:
    """Return the hours at *at*, in digits or in words, and where each ends."""
    if found := _NUMBER.match(line.text, at):
        yield int(found[1]), found.end()
    yield from ((whole(hour), end) for hour, end in line.of(at, Kind.HOUR))


def behind(line: Line, clock: Clock, at: int) -> Clocks:
    """Return *clock* with the words of minutes that follow it: “and a half”, “y cuarto”, “menos diez”."""
    weight = Weight.SAID if clock.weight == Weight.BARE else clock.weight
    start = line.gap(at)
    found = [(whole(value), end) for value, end in line.of(start, Kind.ADDED)]
    for _, end in line.of(start, Kind.PLUS):
        found += ((whole(value), close) for value, close in line.of(line.gap(end), Kind.QUARTER))
    for _, end in line.of(start, Kind.MINUS):
        found += ((-count, close) for count, close in _amounts(line, line.gap(end)))
    for count, close in _amounts(line, start):
        found += ((count, end) for _, end in line.of(line.gap(close), Kind.GONE))
        found += ((-count, end) for _, end in line.of(line.gap(close), Kind.LEFT))
    for count, end in found:
        yield from ((replace(one, weight=weight), end) for one in _moved(clock, count))


def joined(line: Line, at: int) -> Clocks:
    """Return the hours with plain minutes joined to them, as they are said after “at”: “8 e 15”, `14,30`."""
    if found := _COMMA.match(line.text, at):
        yield from ((one, found.end()) for one in _moved(Clock(int(found[1]), weight=Weight.BARE), int(found[2])))
    for hour, end in hours(line, at):
        for _, start in line.of(line.gap(end), Kind.PLUS):
            for count, close in _amounts(line, line.gap(start)):
                yield from ((one, close) for one in _moved(Clock(hour, weight=Weight.BARE), count))


def marked(line: Line, clock: Clock, at: int) -> Clocks:
    """Return the times whose minutes follow the hour and its mark: `7h30`, “8 Uhr 30”, “8 horas e 30 minutos”."""
    for start in line.past(at, Kind.AND):
        if minutes := _TWO.match(line.text, start):
            full = replace(clock, minute=int(minutes[1]))
            close = minutes.end()
            plain = replace(full, weight=full.weight if full.weight == Weight.HOURS else Weight.PLAIN)
            yield from ((plain, end) for end in (close, *(e for _, e in line.of(line.gap(close), Kind.CASE))))
            yield from ((full, end) for value, end in line.of(line.gap(close), Kind.UNIT) if value == 1)
        for value, end in line.of(start, Kind.FIVE):
            full = replace(clock, minute=whole(value))
            yield full, end
            yield from ((full, close) for unit, close in line.of(line.gap(end), Kind.UNIT) if unit == 1)


def straight(line: Line, clock: Clock, at: int) -> Clocks:
    """Return the hour in words with the minutes straight behind it: “eight thirty”, “o ósmej trzydzieści”."""
    ten = 10  # “on beş” is fifteen, not five past ten
    found = ((whole(value), end) for value, end in line.of(line.gap(at), Kind.FIVE))
    return ((replace(clock, minute=count), end) for count, end in found if count >= ten)


def ahead(line: Line, at: int) -> Clocks:
    """Return the times whose minutes are said first: “quarter to 8”, “zehn nach acht”, “za kwadrans ósma”."""
    yield from _halves(line, at)
    for count, end in _amounts(line, at):
        for kind, sign in ((Kind.PAST, 1), (Kind.TO, -1)):
            for _, start in line.of(line.gap(end), kind):
                yield from _from_base(line, line.gap(start), sign * count)
        for _, start in line.of(line.gap(end), Kind.TOWARDS):
            yield from _from_word(line, line.gap(start), count - 60)
    for _, start in line.of(at, Kind.SHORT_OF):
        for count, end in _amounts(line, line.gap(start)):
            yield from _from_word(line, line.gap(end), -count)


def _from_base(line: Line, at: int, count: int) -> Clocks:
    bases = [(Clock(hour, weight=Weight.SAID), end) for hour, end in hours(line, at)]
    for base, end in (*bases, *_halves(line, at)):
        for close in (end, *(e for _, e in line.of(line.gap(end), Kind.HOUR_MARK))):
            yield from ((one, close) for one in _moved(base, count))


def _from_word(line: Line, at: int, count: int) -> Clocks:
    # Digits are no hour here: “za 10 minut 8 osób”, “з 10 на 8”.
    if next(line.of(at, Kind.HOUR), None) or next(line.of(at, Kind.LEADING), None):
        yield from _from_base(line, at, count)


def _halves(line: Line, at: int) -> Clocks:
    for count, end in line.of(at, Kind.LEADING):
        for hour, close in hours(line, line.gap(end)):
            if 1 <= hour <= 12:
                yield from ((one, close) for one in _moved(Clock(hour, weight=Weight.SAID), whole(count)))


def _amounts(line: Line, at: int) -> Iterator[tuple[int, int]]:
    """Return the minutes at *at*, in digits, in words, or a quarter, with or without their unit."""
    found = [(whole(value), end) for kind in (Kind.FIVE, Kind.QUARTER) for value, end in line.of(at, kind)]
    if digits := _ONE_OR_TWO.match(line.text, at):
        found.append((int(digits[1]), digits.end()))
    for count, end in found:
        if 0 < count < 60 and line.ends(end):
            yield count, end
            yield from ((count, close) for value, close in line.of(line.gap(end), Kind.UNIT) if value == 1)


def _moved(clock: Clock, count: int) -> Iterator[Clock]:
    """Return *clock* by *count* minutes later; a quarter to one is of noon or of midnight, so both are returned."""
    minute = clock.hour * 60 + clock.minute + count
    if 0 <= minute < 24 * 60:
        moved = replace(clock, hour=minute // 60, minute=minute % 60)
        yield moved
        if clock.hour == 1 and moved.hour == 0:
            yield replace(moved, hour=12)
