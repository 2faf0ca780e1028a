"""What a time phrase says, before it is known which moment that is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from enum import IntEnum, StrEnum


class Weight(IntEnum):
    """How plainly something is a clock time.

    BARE (`8`, `1430`) and HOURS (`8 hours`, which may be how long) need a day or an `at` before them. LETTER (`8h`,
    `4.20`) is a time if it is all there is, SAID (`at 8`, `8 Uhr`, `14.30`) also at the end of a title, PLAIN
    (`14:30`, `at 8h`, `8 pm`) also in running text.
    """

    BARE = 0
    HOURS = 1
    LETTER = 2
    SAID = 3
    PLAIN = 4


class Part(StrEnum):
    """The part of the day that settles which eight o'clock is meant."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written: it may not exist (`25:00`). `midnight`: said by that word.

    `civil`: written with a leading zero, so of the 24-hour clock.
    """

    hour: int
    minute: int = 0
    second: int = 0
    weight: Weight = Weight.PLAIN
    midnight: bool = False
    civil: bool = False

    @property
    def exists(self) -> bool:
        """Whether there is such a time of day; 24:00 is the end of a day."""
        return (self.hour < 24 and self.minute < 60 and self.second < 60) or (
            (self.hour, self.minute, self.second) == (24, 0, 0)
        )

    def after(self) -> timedelta:
        """Return how long after the beginning of its day it is."""
        return timedelta(hours=self.hour, minutes=self.minute, seconds=self.second)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written: it may not exist.

    `short`: two numbers and no year (`3.4`), which may be another thing in a title. `loose`: only a date beside a
    clock time (`12-10`, “the 30th”).
    """

    day: int
    month: int | None = None
    year: int | None = None
    loose: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class After:
    """A span from now: calendar days of the person's zone, then minutes."""

    days: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """The pieces of one time phrase. Each is said once.

    `day` counts from today, `weekday` from Monday = 0; `short`: said by an abbreviation, which may be another
    word; `following`: “next”. `zone` is an IANA name, an offset such as `+05:30`, or the letter `J`.
    """

    day: int | None = None
    weekday: int | None = None
    short: bool | None = None
    following: bool | None = None
    date: Date | None = None
    clock: Clock | None = None
    part: Part | None = None
    zone: str | None = None
    after: After | None = None

    def plus(self, other: Phrase) -> Phrase | None:
        """Return both together, or None if they say the same piece twice."""
        pieces = {}
        for name in _NAMES:
            mine, its = getattr(self, name), getattr(other, name)
            if mine is not None and its is not None:
                return None
            pieces[name] = its if mine is None else mine
        return Phrase(**pieces)

    @property
    def dated(self) -> bool:
        """Whether a day is said."""
        return not (self.day is None and self.weekday is None and self.date is None)

    @property
    def whole(self) -> bool:
        """Whether nothing is missing for a time phrase."""
        if self.after:
            alone = not self.dated and self.part is None and self.zone is None
            return alone and (self.clock is None or not self.after.minutes)
        if self.clock is None:
            return self.dated and not self.short and self.zone is None and not (self.date and self.date.loose)
        plainly_dated = self.dated and not (self.short and self.date is None)
        return self.clock.weight >= Weight.LETTER or plainly_dated or self.part is not None

    @property
    def closing(self) -> bool:
        """Whether it is a time at the end of a title too."""
        if self.clock is None:
            return not (self.date and self.date.short)
        return self.clock.weight >= Weight.SAID or self.dated or self.part is not None

    @property
    def unmistakable(self) -> bool:
        """Whether it is a time in running text too."""
        if self.after:
            return True
        weight = self.clock.weight if self.clock else Weight.BARE
        return weight == Weight.PLAIN or (weight >= Weight.LETTER and self.dated and not self.short)


_NAMES = tuple(field.name for field in fields(Phrase))
