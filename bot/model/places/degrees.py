"""Latitude and longitude: decimal degrees, degrees with minutes and seconds, `geo:` links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.places.letters import DOUBTFUL, Direction, direction
from bot.model.places.place import NotPlace, Place, PlaceFault

_NUMBER = r"\d{1,3}(?:[.,]\d{1,12})?"
_SIXTIETHS = r"\d{1,2}(?:[.,]\d{1,12})?"
_LETTERS = r"[^\W\d_]{1,4}"
_ANGLE = (
    rf"([+-]?)({_NUMBER})(?: ?° ?| (?={_SIXTIETHS} ?(?:[ '\"]|[^\W\d_])))?"
    rf"(?:({_SIXTIETHS})(?: ?' ?| (?=\d)| ?(?=[^\W\d_]|$))(?:({_SIXTIETHS}) ?\"?)?)?"
)
_GAP = r" ?[,;/]? ?"
# A letter stands behind both angles or before both: between two of them it would belong to either.
_BEHIND = re.compile(rf"{_ANGLE}(?: ?({_LETTERS}))?{_GAP}{_ANGLE}(?: ?({_LETTERS}))?")
_BEFORE = re.compile(rf"({_LETTERS}) ?{_ANGLE}{_GAP}({_LETTERS}) ?{_ANGLE}")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})([NS]) ?(\d{3})(\d{2})(\d{2})([EW])", re.ASCII)
_GEO = re.compile(
    r"GEO:(-?\d{1,2}(?:\.\d{1,12})?),(-?\d{1,3}(?:\.\d{1,12})?)(?:,[^;]*)?(?:;U=(\d{1,6}(?:\.\d+)?))?(?:;.*)?"
)
_UNITS_M = (111_320.0, 1_855.0, 30.9)
_LIMITS = (90.0, 180.0)


@dataclass(frozen=True, slots=True)
class _Angle:
    """One of the two: its size in degrees, what its last digit is worth in metres, where it points."""

    degrees: float
    precision_m: float
    negative: bool
    letter: str | None
    plain: bool
    """Whether it is written as an angle: with a letter, a degree sign or decimals."""


def read_degrees(text: str, language: str) -> Place | NotPlace | None:
    """Return the place that *text* (capitals, single spaces) is, why it is none, or None if it has not that form."""
    if found := _GEO.fullmatch(text):
        return _geo(found)
    if found := _COMPACT.fullmatch(text):
        text = f"{found[1]}°{found[2]}'{found[3]}\"{found[4]} {found[5]}°{found[6]}'{found[7]}\"{found[8]}"
    angles: tuple[_Angle | NotPlace, _Angle | NotPlace]
    if pair := _BEHIND.fullmatch(text):
        groups = pair.groups()
        angles = _angle(groups[:4], groups[4]), _angle(groups[5:9], groups[9])
    elif pair := _BEFORE.fullmatch(text):
        groups = pair.groups()
        angles = _angle(groups[1:5], groups[0]), _angle(groups[6:10], groups[5])
    else:
        return None
    first, second = angles
    if isinstance(first, NotPlace):
        return first
    return second if isinstance(second, NotPlace) else _both(first, second, language)


def _geo(found: re.Match[str]) -> Place | NotPlace:
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > _LIMITS[0] or abs(longitude) > _LIMITS[1]:
        return NotPlace(PlaceFault.IMPOSSIBLE)
    precision = float(found[3]) if found[3] else min(_worth(found[1], 0), _worth(found[2], 0))
    return Place(latitude, longitude, precision or 1.0)


def _angle(written: Sequence[str | None], letter: str | None) -> _Angle | NotPlace:
    """Return the angle of a sign, degrees, minutes and seconds, or why there is none such."""
    sign, *rest = written
    parts = [part for part in rest if part]
    numbers = [float(part.replace(",", ".")) for part in parts]
    if (sign and letter) or any(number % 1 for number in numbers[:-1]):
        return NotPlace(PlaceFault.NOT_UNDERSTOOD)
    if any(number >= 60 for number in numbers[1:]):
        return NotPlace(PlaceFault.IMPOSSIBLE)
    degrees = sum(number / 60**power for power, number in enumerate(numbers))
    plain = bool(letter or len(parts) > 1 or re.search("[.,]", parts[0]))
    return _Angle(degrees, _worth(parts[-1], len(parts) - 1), sign == "-", letter, plain)


def _worth(number: str, unit: int) -> float:
    decimals = len(re.split("[.,]", number)[1]) if re.search("[.,]", number) else 0
    return float(_UNITS_M[unit] / 10**decimals)


def _both(first: _Angle, second: _Angle, language: str) -> Place | NotPlace:
    precision = min(first.precision_m, second.precision_m)
    if first.letter is None and second.letter is None:
        if not (first.plain and second.plain):
            return NotPlace(PlaceFault.NOT_UNDERSTOOD)
        return _checked(_signed(first), _signed(second), precision)
    ways = [direction(one.letter or "", language) for one in (first, second)]
    if ways[0] is None or ways[1] is None:
        doubtful = any(one.letter in DOUBTFUL for one in (first, second))
        return NotPlace(PlaceFault.AMBIGUOUS if doubtful else PlaceFault.NOT_UNDERSTOOD)
    return _directed((first, ways[0]), (second, ways[1]), precision)


def _directed(first: tuple[_Angle, Direction], second: tuple[_Angle, Direction], precision: float) -> Place | NotPlace:
    one, other = (first, second) if first[1][0] == 0 else (second, first)
    if (one[1][0], other[1][0]) != (0, 1):
        return NotPlace(PlaceFault.NOT_UNDERSTOOD)
    return _checked(one[0].degrees * one[1][1], other[0].degrees * other[1][1], precision)


def _signed(angle: _Angle) -> float:
    return -angle.degrees if angle.negative else angle.degrees


def _checked(latitude: float, longitude: float, precision: float) -> Place | NotPlace:
    if abs(latitude) > _LIMITS[0] or abs(longitude) > _LIMITS[1]:
        return NotPlace(PlaceFault.IMPOSSIBLE)
    return Place(latitude, longitude, precision)
