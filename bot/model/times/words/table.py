"""What a language's table holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language for times, each entry one or more forms separated by commas.

    Weekdays begin with Monday. What is in doubt is left out: not understood is better than wrong.
    """

    yesterday: str
    today: str
    tomorrow: str
    after_tomorrow: str
    weekdays: tuple[str, str, str, str, str, str, str]
    weekdays_short: tuple[str, str, str, str, str, str, str]
    """Abbreviations: only beside a clock time or a date, because many are other words too."""
    weekday_parts: tuple[str, str, str, str] = ("", "", "", "")
    """Endings that make a weekday its morning, afternoon, evening or night (German “Montagabend”)."""
    months: tuple[str, str, str, str, str, str, str, str, str, str, str, str]
    """Full, inflected and abbreviated; they count beside a day's number only."""
    on: str = ""
    """What may stand before a day or a date."""
    coming: str = ""
    """“Next”, before or after a weekday."""
    day: str = ""
    """What may stand after a weekday (Turkish “günü”)."""
    day_of: str = ""
    """What makes a number behind it a day of the month (“dia 30”); an ordinal (`30th`, `30.`) needs only `on`."""
    of: str = ""
    """Between the day, the month and the year."""
    year: str = ""
    """What may stand after the year: Polish “2026 r.”."""
    ordinal: str = ""
    """Endings of a day's number, without the full stop."""
    first: str = ""
    """The first day of a month in words, before its name."""
    at: str = ""
    """What makes a number behind it a clock time."""
    before: str = ""
    """What else may stand before a clock time."""
    since: str = ""
    """Before the first time of a range: “from”, “between”."""
    until: str = ""
    """Between two times of which neither alone is meant: “8 to 12”, “8 or 9”."""
    up_to: str = ""
    """Words of a clock time that are “to” between two bare hours (Portuguese “8 às 12”)."""
    hour: str
    """What may stand after the hour: `h`, “Uhr”, “o'clock”."""
    am: str = ""
    """Directly after a clock time only."""
    pm: str = ""
    morning: str = ""
    """A part of the day, before or after the clock time; evening is from five to eleven."""
    afternoon: str = ""
    evening: str = ""
    night: str = ""
    """From nine to five; a word that also means the evening stands in both."""
    this_morning: str = ""
    this_afternoon: str = ""
    tonight: str = ""
    noon: str
    midnight: str
    half_past: str = ""
    """After the hour: half an hour later."""
    plus: str = ""
    """Between the hour and minutes that follow it: “8 e 15”."""
    minus: str = ""
    """Between the hour and minutes that are missing to it: “8 menos cuarto”."""
    past: str = ""
    """Between minutes and the hour that they follow: “ten past 8”."""
    to: str = ""
    """Between minutes and the hour that they are missing to: “ten to 8”."""
    towards: str = ""
    """Between minutes and the hour that they lead to: Ukrainian “чверть на восьму” is 7:15."""
    short_of: str = ""
    """Before minutes and the hour that they are missing to: Polish “za kwadrans ósma”."""
    quarter: str = ""
    fives: tuple[str, ...] = ()
    """Minutes in words, five by five from 5 to 55."""
    added: Mapping[str, int] = field(default_factory=dict)
    """After the hour: so many minutes later, or earlier (Arabic “والربع”)."""
    leading: Mapping[str, int] = field(default_factory=dict)
    """Before the hour: so many minutes later (“half past 8”), or earlier (German “halb 8” is 7:30)."""
    gone: str = ""
    """Behind minutes that are more than the hour before them (Turkish “sekizi on geçe”)."""
    left: str = ""
    """Behind minutes that are missing to the hour before them (Turkish “sekize on kala”)."""
    hours_cased: tuple[str, ...] = ()
    """The hours as they are said before such minutes only."""
    hours: tuple[str, ...]
    """The hours from one to twelve or twenty-four as they are said of the clock."""
    within: str = ""
    """Before a span: “in”."""
    later: str = ""
    """After a span (Turkish “sonra”)."""
    joined: str = ""
    """“And” between hours and minutes."""
    minutes: str
    hours_long: str
    days: str
    weeks: str
    spans: Mapping[str, str] = field(default_factory=dict)
    """Whole spans in words, such as “half an hour”: minutes (`30m`), hours (`1h`) or days (`7d`)."""
    case: str = ""
    """Endings after an apostrophe (Turkish `8'de`)."""
    day_first: bool = True
    """Whether `03/04` is the third of April for everybody who writes this language."""
