"""Dates and days: ISO, numeric, with a month's name, date-time groups, weekdays, “tomorrow”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model.times.clocks import letter_zone
from bot.model.times.letters import MONTHS
from bot.model.times.lexicon import Kind, whole
from bot.model.times.line import Line
from bot.model.times.said import Clock, Date, Phrase

Found = Iterator[tuple[Phrase, int]]

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d|[./-]\d)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)t(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?)?(?!\d)")
_ISO_SHORT = re.compile(r"(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)?(?!\d)")
_ISO_OFFSET = re.compile(r"[+-]\d\d(?::?\d\d)?(?![\d:])")
_PARTS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?!\d|[./:-]\d)\.?")
_SPACED = re.compile(r"(\d{1,2})\. (\d{1,2})\.(?: (\d{4})(?![\d:]))?")
_DAY = re.compile(r"(\d{1,2})(?!\d|[.:/-]\d)\.?")
_YEAR = re.compile(r"(\d{4})(?![^\W_]|[.:/-]\d)|(\d\d)(?![^\W_]|[.:/-]\d)")
_NAMES = "|".join(MONTHS).lower()
_DTG = re.compile(rf"(\d\d)(\d\d)(\d\d) ?([a-z])(?={_NAMES}|[^a-z]|$)")
_DTG_MONTH = re.compile(rf" ?({_NAMES})(?![a-z])(?: ?(\d{{4}}|\d\d)(?!\d|[.:/-]))?")
_CENTURY = 2000
_EARLIEST, _LATEST = 1900, 2200


def days(line: Line, at: int) -> Found:
    """Return the days at *at* of *line*, after a preposition or two, and where each ends."""
    first = [(end, line.gap(end)) for _, end in line.of(at, Kind.ON)]
    second = [line.gap(end) for start in (s for _, s in first) for _, end in line.of(start, Kind.ON)]
    for start in {at, *(s for _, s in first), *second}:
        yield from _weekdays(line, start)
        yield from _numeric(line, start)
        yield from _named(line, start)
        yield from _of_month(line, start, after_on=start > at)


def _of_month(line: Line, at: int, after_on: bool) -> Found:
    """Return the days of a month that is not said: “dia 30”, “on the 30th”, “am 30.”."""
    for start in (line.gap(end) for _, end in line.of(at, Kind.DAY_OF)):
        if found := _DAY.match(line.text, start):
            yield Phrase(date=Date(int(found[1]), loose=True)), found.end()
    found = _DAY.match(line.text, at)
    if found and after_on:
        said = Phrase(date=Date(int(found[1]), loose=True))
        if found[0].endswith("."):
            yield said, found.end()
        yield from ((said, end) for _, end in line.of(found.end(), Kind.ORDINAL))


def _weekdays(line: Line, at: int) -> Found:
    for start in line.past(at, Kind.COMING):
        for said, end in line.of(start, Kind.DAY):
            if not isinstance(said, Phrase) or (start > at and said.weekday is None):
                continue
            coming = said.plus(Phrase(following=True)) if said.weekday is not None else None
            for close in [end, *(e for _, e in line.of(line.gap(end), Kind.DAY_AFTER))]:
                close = max([close, *(e for _, e in line.of(line.gap(close), Kind.CASE))])
                yield (coming or said) if start > at else said, close
                if coming and start == at:
                    yield from _numbered(line, said, close)
                    yield from ((coming, e) for _, e in line.of(line.gap(close), Kind.COMING))


def _numbered(line: Line, weekday: Phrase, at: int) -> Found:
    """Return a weekday with the day of the month behind it: “Monday 30”, “lundi 30”."""
    if found := _DAY.match(line.text, line.gap(at)):
        said = weekday.plus(Phrase(date=Date(int(found[1]), loose=True)))
        if said:
            yield from ((said, end) for end in (found.end(), *(e for _, e in line.of(found.end(), Kind.ORDINAL))))


def _numeric(line: Line, at: int) -> Found:
    if found := _YEAR_FIRST.match(line.text, at):
        yield Phrase(date=Date(int(found[4]), int(found[3]), int(found[1]))), found.end()
    if found := _SPACED.match(line.text, at):
        said = Phrase(date=Date(int(found[1]), int(found[2]), int(found[3]) if found[3] else None))
        yield from ((said, end) for end in _year_ends(line, found.end(), found[3]))
    if found := _PARTS.match(line.text, at):
        for end in _year_ends(line, found.end(), found[4]):
            yield from ((Phrase(date=date), end) for date in _orders(line, found))


def _year_ends(line: Line, at: int, year: str | None) -> list[int]:
    """Return where a date can end: at once, or after the mark of its year (“26.11.2026 r.”)."""
    return [at, *(end for _, end in line.of(line.gap(at), Kind.YEAR_MARK) if year)]


def _orders(line: Line, found: re.Match[str]) -> list[Date]:
    """Return the date that the digits are, or both where the order is not settled and both exist."""
    one, other, year = int(found[1]), int(found[3]), _year(found[4])
    short = year is None
    loose = short and found[2] == "-"
    day_first, month_first = Date(one, other, year, loose, short), Date(other, one, year, loose, short)
    settled = line.lexicon.day_first
    if settled is not None or found[2] == ".":
        return [month_first if settled is False and found[2] != "." else day_first]
    return [date for date in (day_first, month_first) if (date.month or 0) <= 12] or [day_first]


def _year(digits: str | None) -> int | None:
    if digits is None:
        return None
    return int(digits) + (_CENTURY if len(digits) == 2 else 0)


def _named(line: Line, at: int) -> Found:
    """Return the dates with a month's name: `12 March 2027`, `12. März`, `March 12`."""
    named = [(1, line.gap(end)) for _, end in line.of(at, Kind.FIRST)]
    if found := _DAY.match(line.text, at):
        named.append((int(found[1]), found.end()))
    for day, after in named:
        for start in _before_month(line, after):
            for month, end in line.of(start, Kind.MONTH):
                for close in [end, *(e for _, e in line.of(line.gap(end), Kind.CASE))]:
                    yield from _with_year(line, day, whole(month), close)
    for month, end in line.of(at, Kind.MONTH):
        if found := _DAY.match(line.text, line.gap(end)):
            for close in [found.end(), *(e for _, e in line.of(found.end(), Kind.ORDINAL))]:
                yield from _with_year(line, int(found[1]), whole(month), close)


def _before_month(line: Line, at: int) -> set[int]:
    ends = {at, *(end for _, end in line.of(at, Kind.ORDINAL))}
    joined = {end + 1 for end in ends if line.text[end : end + 1] in ("-", "/")}
    return joined | {start for end in ends for start in line.past(end, Kind.OF)}


def _with_year(line: Line, day: int, month: int, at: int) -> Found:
    joined = line.text[at : at + 1] in ("-", "/")
    years = [
        found for start in ([at + 1] if joined else line.past(at, Kind.OF)) if (found := _YEAR.match(line.text, start))
    ]
    # `12 March 2030` is a year: half past eight in the evening is not written so behind a date.
    if line.ends(at) and not joined and not any(found[1] and _EARLIEST <= int(found[1]) < _LATEST for found in years):
        yield Phrase(date=Date(day, month)), at
    for found in years:
        said = Phrase(date=Date(day, month, _year(found[1] or found[2])))
        yield from ((said, end) for end in _year_ends(line, found.end(), found[0]))


def groups(line: Line, at: int) -> Found:
    """Return the ISO 8601 moments and the date-time groups at *at* of *line*."""
    if found := _ISO.match(line.text, at) or _ISO_SHORT.match(line.text, at):
        year, month, day, hour, minute, second = (int(digits or 0) for digits in found.groups())
        said = Phrase(date=Date(day, month, year), clock=Clock(hour, minute, second))
        yield from _with_offset(line, said, found.end())
    yield from _group(line, at)


def _group(line: Line, at: int) -> Found:
    found = _DTG.match(line.text, at)
    if found is None:
        return
    day, clock, zone = int(found[1]), Clock(int(found[2]), int(found[3])), letter_zone(found[4])
    if named := _DTG_MONTH.match(line.text, found.end()):
        month = _NAMES.split("|").index(named[1]) + 1
        yield Phrase(clock=clock, zone=zone, date=Date(day, month, _year(named[2]))), named.end()
    else:
        yield Phrase(clock=clock, zone=zone, date=Date(day)), found.end()


def _with_offset(line: Line, said: Phrase, at: int) -> Found:
    offset = _ISO_OFFSET.match(line.text, line.gap(at))
    if line.text[at : at + 1] == "z" and line.ends(at + 1):
        yield Phrase(date=said.date, clock=said.clock, zone="UTC"), at + 1
    elif offset:
        yield Phrase(date=said.date, clock=said.clock, zone=offset[0]), offset.end()
    else:
        yield said, at
