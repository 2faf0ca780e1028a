"""A language's words for times, folded and looked up: what may stand at a place of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from bot.model.times.folding import fold
from bot.model.times.said import Part, Phrase
from bot.model.times.words import LANGUAGES
from bot.model.times.words.table import Words

_RUN = re.compile(r"(?:-|[2-6]\.?a )?[^\W\d_]+(?: [^\W\d_]+){0,4}")
_SPAN = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": 1, "h": 60, "d": 24 * 60}


class Kind(Enum):
    """What a word is to the grammar."""

    DAY = auto()
    """A Phrase: today, Monday, this morning."""
    MONTH = auto()
    ON = auto()
    COMING = auto()
    DAY_AFTER = auto()
    DAY_OF = auto()
    OF = auto()
    YEAR_MARK = auto()
    FIRST = auto()
    ORDINAL = auto()
    AT = auto()
    BEFORE = auto()
    """As AT, but a number behind it is not a clock time for that."""
    SINCE = auto()
    UNTIL = auto()
    UP_TO = auto()
    HOUR_MARK = auto()
    AM = auto()
    PM = auto()
    PART = auto()
    """A Phrase with a part of the day."""
    NOON = auto()
    MIDNIGHT = auto()
    ADDED = auto()
    """Minutes more than the hour before it."""
    LEADING = auto()
    """Minutes more than the hour behind it."""
    PLUS = auto()
    MINUS = auto()
    GONE = auto()
    LEFT = auto()
    PAST = auto()
    TO = auto()
    TOWARDS = auto()
    """After minutes of the hour before (Ukrainian “чверть на восьму” is 7:15)."""
    SHORT_OF = auto()
    """Before minutes that are missing to the hour (Polish “za kwadrans ósma”)."""
    QUARTER = auto()
    FIVE = auto()
    """Minutes in words."""
    HOUR = auto()
    HOUR_CASED = auto()
    WITHIN = auto()
    LATER = auto()
    AND = auto()
    UNIT = auto()
    """Minutes in one."""
    SPAN = auto()
    """Minutes of the whole."""
    CASE = auto()


Value = int | Phrase


def whole(value: Value) -> int:
    """Return the number that the word of a number is."""
    if not isinstance(value, int):
        raise TypeError(value)
    return value


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The folded words of one language and of English."""

    entries: dict[str, tuple[tuple[Kind, Value], ...]]
    beginnings: frozenset[str]
    """The first word of each entry."""
    day_first: bool | None
    """The order of `03/04`, or None where it is not settled."""

    def at(self, text: str, place: int) -> Iterator[tuple[Kind, Value, int]]:
        """Return what the words at *place* of the folded *text* can be, and where each ends."""
        run = _RUN.match(text, place)
        if run is None:
            return
        words = run[0]
        while True:
            for kind, value in self.entries.get(words, ()):
                yield kind, value, place + len(words)
            words, space, _ = words.rpartition(" ")
            if not space:
                return


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of the BCP 47 *language*, English beside them; English alone if it has no table."""
    base, _, region = language.replace("_", "-").lower().partition("-")
    own = LANGUAGES.get(base)
    entries: dict[str, list[tuple[Kind, Value]]] = {}
    for words in (own, LANGUAGES["en"]) if own and base != "en" else (LANGUAGES["en"],):
        for forms, kind, value in _all(words):
            for form in forms.split(","):
                known = entries.setdefault(fold(form), [])
                if fold(form) and (kind, value) not in known:
                    known.append((kind, value))
    entries.pop("", None)
    beginnings = frozenset(word.split(" ")[0] for word in entries)
    return Lexicon({word: tuple(known) for word, known in entries.items()}, beginnings, _day_first(own, base, region))


def _day_first(own: Words | None, base: str, region: str) -> bool | None:
    if base == "en":
        return {"us": False, "gb": True, "ie": True, "mt": True}.get(region.rpartition("-")[2])
    return True if own and own.day_first else None


def _all(words: Words) -> Iterator[tuple[str, Kind, Value]]:
    yield from _days(words)
    yield from ((forms, Kind.MONTH, i) for i, forms in enumerate(words.months, 1))
    yield from ((forms, Kind.HOUR, i) for i, forms in enumerate(words.hours, 1))
    yield from ((forms, Kind.FIVE, 5 * i) for i, forms in enumerate(words.fives, 1))
    yield from ((forms, Kind.ADDED, minutes) for forms, minutes in words.added.items())
    yield from ((forms, Kind.LEADING, minutes) for forms, minutes in words.leading.items())
    yield words.half_past, Kind.ADDED, 30
    yield words.quarter, Kind.QUARTER, 15
    yield from ((forms, Kind.HOUR_CASED, i) for i, forms in enumerate(words.hours_cased, 1))
    yield from ((forms, Kind.SPAN, _minutes(length)) for forms, length in words.spans.items())
    units = zip((1, 60, 24 * 60, 7 * 24 * 60), (words.minutes, words.hours_long, words.days, words.weeks), strict=True)
    yield from ((forms, Kind.UNIT, minutes) for minutes, forms in units)
    for part, forms in zip(Part, (words.morning, words.afternoon, words.evening, words.night), strict=True):
        yield forms, Kind.PART, Phrase(part=part)
    plain: Sequence[tuple[Kind, str]] = (
        (Kind.ON, words.on), (Kind.COMING, words.coming), (Kind.DAY_AFTER, words.day), (Kind.DAY_OF, words.day_of),
        (Kind.OF, words.of), (Kind.ORDINAL, words.ordinal), (Kind.AT, words.at), (Kind.BEFORE, words.before),
        (Kind.YEAR_MARK, words.year), (Kind.FIRST, words.first),
        (Kind.HOUR_MARK, words.hour), (Kind.AM, words.am), (Kind.PM, words.pm), (Kind.NOON, words.noon),
        (Kind.MIDNIGHT, words.midnight),
        (Kind.PLUS, words.plus), (Kind.MINUS, words.minus), (Kind.GONE, words.gone), (Kind.LEFT, words.left),
        (Kind.PAST, words.past), (Kind.TO, words.to),
        (Kind.TOWARDS, words.towards), (Kind.SHORT_OF, words.short_of), (Kind.WITHIN, words.within),
        (Kind.LATER, words.later), (Kind.SINCE, words.since), (Kind.UNTIL, words.until), (Kind.UP_TO, words.up_to),
        (Kind.AND, words.joined), (Kind.CASE, words.case),
    )  # fmt: skip
    yield from ((forms, kind, 0) for kind, forms in plain)


def _days(words: Words) -> Iterator[tuple[str, Kind, Value]]:
    names = (words.yesterday, words.today, words.tomorrow, words.after_tomorrow)
    yield from ((forms, Kind.DAY, Phrase(day=day)) for day, forms in enumerate(names, -1))
    for day, forms in enumerate(words.weekdays):
        yield forms, Kind.DAY, Phrase(weekday=day)
        yield words.weekdays_short[day], Kind.DAY, Phrase(weekday=day, short=True)
        for part, endings in zip(Part, words.weekday_parts, strict=True):
            joined = (f"{name.strip()}{ending.strip()}" for name in forms.split(",") for ending in endings.split(","))
            yield ",".join(joined if endings else ()), Kind.DAY, Phrase(weekday=day, part=part)
    yield words.this_morning, Kind.DAY, Phrase(day=0, part=Part.MORNING)
    yield words.this_afternoon, Kind.DAY, Phrase(day=0, part=Part.AFTERNOON)
    yield words.tonight, Kind.DAY, Phrase(day=0, part=Part.EVENING)


def _minutes(length: str) -> int:
    found = _SPAN.fullmatch(length)
    if found is None:
        raise ValueError(f"{length} is no span")
    return int(found[1]) * _UNITS[found[2]]
