"""The date-time group of ACP 121, and the letters of its time zones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
"""English in every language: the group is a standard."""

OFFSETS = {
    "Z": 0,
    **{letter: hours for hours, letter in enumerate("ABCDEFGHIKLM", 1)},
    **{letter: -hours for hours, letter in enumerate("NOPQRSTUVWXY", 1)},
}
"""Hours east of UTC by zone letter. J is none of them: it is the local time of whoever writes it."""

_LETTERS = {hours: letter for letter, hours in OFFSETS.items()}


def dtg(moment: datetime, letter: str = "Z") -> str:
    """Return the aware *moment* as a date-time group in the zone of *letter*: `221430Z NOV 26`.

    Raises KeyError for a letter that is no zone.
    """
    letter = letter.upper()
    local = moment.astimezone(timezone(timedelta(hours=OFFSETS[letter])))
    return f"{local:%d%H%M}{letter} {MONTHS[local.month - 1]} {local:%y}"


def local_dtg(moment: datetime, zone: str) -> str:
    """Return the aware *moment* as a date-time group in the letter of the IANA *zone* at that moment.

    Zones of half an hour, and beyond twelve hours, have no letter: those print as ISO 8601 with the offset.
    """
    local = moment.astimezone(ZoneInfo(zone))
    offset = local.utcoffset() or timedelta()
    hours, rest = divmod(offset, timedelta(hours=1))
    letter = None if rest else _LETTERS.get(hours)
    return dtg(moment, letter) if letter else local.isoformat(timespec="minutes")


def zone_of(offset: timedelta) -> str | None:
    """Return the IANA name of a fixed *offset* of whole hours, or None: no name means half an hour."""
    hours, rest = divmod(offset, timedelta(hours=1))
    if rest or not -12 <= hours <= 14:
        return None
    return f"Etc/GMT{-hours:+}" if hours else "UTC"
