"""A time zone as a person types it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from babel import UnknownLocaleError

from bot.arguments.folding import LONGEST_COMPARED, key
from bot.arguments.names import Index
from bot.i18n import locale_of

_NO_PLACE = frozenset({"localtime", "Factory", "posixrules"})


def find(text: str) -> str | None:
    """Return the IANA name that *text* is, spelled as in the database, or None."""
    return _zones().get(key(text)) if len(text) <= LONGEST_COMPARED else None


def nearest(text: str, language: str) -> str | None:
    """Return the IANA name nearest to *text*, a zone or a city as English or *language* names it, or None."""
    area, _, city = text.replace("\\", "/").rpartition("/")
    if not area:
        return _cities(language).guess(city) or _cities("en").guess(city) or _whole().guess(city)
    return _whole().guess(text) or _cities("en").guess(city)


@cache
def _zones() -> dict[str, str]:
    return {key(name): name for name in sorted(available_timezones() - _NO_PLACE)}


@cache
def _whole() -> Index[str]:
    return Index((name, name) for name in _zones().values())


@cache
def _cities(language: str) -> Index[str]:
    """Return the zones by the city they are named after, as *language* and the database spell it."""
    try:
        named: Mapping[str, Mapping[str, str]] = locale_of(language).time_zones
    except (ValueError, UnknownLocaleError):
        named = {}
    first: dict[str, tuple[str, str]] = {}
    for zone in _zones().values():
        place = zone.rpartition("/")[2]
        city = (named.get(zone) or {}).get("city") or place
        for name in (city, place):
            if "/" in zone and not zone.startswith("Etc/"):
                first.setdefault(key(name), (name, zone))
    return Index(first.values())
