"""MGRS, the military grid: zones, bands, squares. Source: NGA.STND.0037 and NGA.SIG.0012 (universal grids)."""

from __future__ import annotations

import re
from math import cos, floor, log10, radians

from bot.model.places.mercator import forward, inverse
from bot.model.places.place import NotPlace, Place, PlaceFault

BANDS = "CDEFGHJKLMNPQRSTUVWX"
"""Bands of eight degrees from 80° south; X has twelve."""

GRID = re.compile(r"(\d{1,2}) ?([A-Z]) ?([A-Z])([A-Z])(?: ?(\d{1,20}))?(?: (\d{1,10}))?", re.ASCII)
"""The form of a reference in capitals, one space at most between its parts."""

_POLAR = re.compile(r"[ABYZ] ?[A-Z]{2}(?: ?\d{1,20})?(?: \d{1,10})?", re.ASCII)
_COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE = 100_000
_CYCLE = 2_000_000
_SOUTH, _NORTH = -80.0, 84.0
_NO_ZONES = ("32X", "34X", "36X")
_OVERLAP_M = 40_000
"""A zone may be used as far as this beyond its edge, so that a map sheet need not change it."""

_DEGREE_M = 111_320.0


def read_grid(text: str) -> Place | NotPlace | None:
    """Return the place of the MGRS reference *text* (capitals), why it is none, or None if it has not that form."""
    if _POLAR.fullmatch(text):
        return NotPlace(PlaceFault.POLAR)
    found = GRID.fullmatch(text)
    if found is None:
        return None
    digits = _digits(found[5] or "", found[6])
    if digits is None:
        return NotPlace(PlaceFault.NOT_UNDERSTOOD)
    zone, band = int(found[1]), found[2]
    if not 1 <= zone <= 60 or band not in BANDS or f"{zone}{band}" in _NO_ZONES:
        return NotPlace(PlaceFault.POLAR if band in "ABYZ" else PlaceFault.IMPOSSIBLE)
    size = _SQUARE // 10 ** (len(digits) // 2)
    return _place(zone, band, found[3] + found[4], digits, size) or NotPlace(PlaceFault.IMPOSSIBLE)


def _digits(first: str, second: str | None) -> str | None:
    """Return the digits of easting and northing, as many of each, or None."""
    both = first + (second or "")
    fits = len(first) == len(second) if second else len(first) % 2 == 0
    return both if fits and len(both) <= 10 else None


def _place(zone: int, band: str, square: str, digits: str, size: int) -> Place | None:
    column, row = _COLUMNS[zone % 3].find(square[0]), _ROWS.find(square[1])
    if column < 0 or row < 0:
        return None
    half = len(digits) // 2
    easting = (column + 1) * _SQUARE + (int(digits[:half] or 0) + 0.5) * size
    row = (row - (0 if zone % 2 else 5)) % len(_ROWS)
    northing = row * _SQUARE + (int(digits[half:] or 0) + 0.5) * size
    bottom = _SOUTH + 8 * BANDS.index(band)
    top = _NORTH if band == "X" else bottom + 8
    slack = size / _DEGREE_M
    for cycle in range(-5, 5):
        latitude, away = inverse(easting, northing + cycle * _CYCLE)
        if bottom - slack <= latitude <= top + slack:
            longitude = (_central(zone) + away + 180) % 360 - 180
            return Place(latitude, longitude, size) if _within(zone, band, latitude, away, size) else None
    return None


def _within(zone: int, band: str, latitude: float, away: float, size: int) -> bool:
    """Return whether the point *away* from the central meridian is in its zone, or as near as its square is wide."""
    west, east = _edges(zone, band)
    slack = (_OVERLAP_M + size) / (_DEGREE_M * cos(radians(latitude)))
    return west - slack <= _central(zone) + away <= east + slack


def _central(zone: int) -> int:
    return 6 * zone - 183


def _edges(zone: int, band: str) -> tuple[float, float]:
    """Return the western and eastern edge, wider or narrower around Norway and Svalbard."""
    return _EXCEPTIONS.get(f"{zone}{band}", (6 * zone - 186, 6 * zone - 180))


_EXCEPTIONS = {"31V": (0, 3), "32V": (3, 12), "31X": (0, 9), "33X": (9, 21), "35X": (21, 33), "37X": (33, 42)}


def _zone(latitude: float, longitude: float, band: str) -> int:
    plain = int((longitude + 180) // 6) % 60 + 1
    for zone in (plain - 1, plain, plain + 1):
        west, east = _EXCEPTIONS.get(f"{zone}{band}", (999, 999))
        if west <= longitude < east:
            return zone
    return plain


def grid(place: Place, digits: int | None = None) -> str | None:
    """Return *place* as an MGRS reference, `33U XP 05004 44998`, or None near the poles.

    *digits* (0 to 5 for each half) are those that its precision is worth, by default.
    """
    if not _SOUTH <= place.latitude <= _NORTH:
        return None
    # A tenth of a millimetre: finer than that, a point just south of the equator has a northern band.
    latitude, longitude = round(place.latitude, 9), (place.longitude + 180) % 360 - 180
    band = BANDS[min(int((latitude - _SOUTH) // 8), len(BANDS) - 1)]
    zone = _zone(latitude, longitude, band)
    easting, northing = forward(latitude, (longitude - _central(zone) + 180) % 360 - 180)
    count = _worth(place.precision_m) if digits is None else digits
    square = _COLUMNS[zone % 3][floor(easting / _SQUARE) - 1]
    row = _ROWS[(floor(northing / _SQUARE) + (0 if zone % 2 else 5)) % len(_ROWS)]
    halves = (f"{floor(metres % _SQUARE):05}"[:count] for metres in (easting, northing))
    return " ".join(part for part in (f"{zone:02}{band}", square + row, *halves) if part)


def _worth(precision_m: float) -> int:
    return max(0, min(5, 5 - round(log10(precision_m))))
