"""Values of sentences as a language writes them: lists, moments, offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, get_datetime_format
from babel.lists import format_list
from babel.units import format_unit

_REGIONS = {"pt": "pt_PT"}
"""Whose usage of a language is meant, where CLDR's is that of others: names of languages, dates, numbers."""

_DAY_FIRST = {"en": "en_GB"}
"""Whose dates are meant: English without a territory is CLDR's for the USA, and a task force here is European."""

_SOUNDS_I = re.compile(r"h?[ií](?![eaou])", re.IGNORECASE)
_SOUNDS_O = re.compile(r"h?[oó]", re.IGNORECASE)

Style = Literal["standard", "or"]


def locale_of(language: str) -> Locale:
    """Return the CLDR locale in which names, dates and numbers are written for readers of *language*."""
    return Locale.parse(_REGIONS.get(language, language.replace("-", "_")))


def joined(parts: Sequence[str], last: str, style: Style, language: str) -> str:
    """Return *parts* as a list; *last* is how the last one sounds."""
    text = format_list(parts, style=style, locale=locale_of(language))
    if language == "es" and len(parts) > 1:
        # Before the same sound, Spanish says “e” for “y” and “u” for “o”.
        word, sound = {"standard": ("y", _SOUNDS_I), "or": ("o", _SOUNDS_O)}[style]
        if sound.match(last):
            return text.removesuffix(f" {word} {parts[-1]}") + f" {'e' if word == 'y' else 'u'} {parts[-1]}"
    return text


def moment(local: datetime, language: str) -> str:
    """Return the moment *local* with its offset, as *language* writes dates and times."""
    locale = locale_of(_DAY_FIRST.get(language, language))
    # Always 24 hours: half past seven in the evening is not for guessing.
    time = f"{format_skeleton('Hm', local, locale=locale)} {offset(local)}"
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return pattern.replace("{1}", day(local, language)).replace("{0}", time)


def day(on: date, language: str) -> str:
    """Return the day *on*, as *language* writes dates."""
    written = format_date(on, "medium", locale=locale_of(_DAY_FIRST.get(language, language)))
    return written.replace("1", "1er", 1) if language == "fr" and on.day == 1 else written


def weekday(number: int, language: str) -> str:
    """Return the name of a day of the week as *language* writes it by itself; Monday is 0."""
    return str(locale_of(language).days["stand-alone"]["wide"][number])


def lasting(length: timedelta, language: str) -> str:
    """Return *length* in days, hours and minutes as *language* writes them: the two greatest, rounded down."""
    locale = locale_of(language)
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    first = next((at for at, (n, _unit) in enumerate(parts) if n), 2)
    said = [_unit(n, unit, language) for n, unit in parts[first : first + 2] if n]
    zero = format_unit(0, "duration-minute", "short", locale=locale)
    return format_list(said, style="unit-short", locale=locale) if said else zero


def _unit(n: int, unit: str, language: str) -> str:
    # CLDR's short form for Portuguese is “1 horas” and “1 minutos”; its long form of one is as short.
    one = language == "pt" and n == 1 and unit != "day"
    return format_unit(n, f"duration-{unit}", "long" if one else "short", locale=locale_of(language))


def offset(moment: datetime) -> str:
    """Return the offset of *moment*'s zone as every language writes it: UTC, UTC+1, UTC-3:30."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
