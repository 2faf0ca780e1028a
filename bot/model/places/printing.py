"""Latitude and longitude as text, no finer than they are known. The decimal mark is a point in every language."""

from __future__ import annotations

from math import log10

from bot.model.places.place import Place

_DEGREE_M, _MINUTE_M, _SECOND_M = 111_320.0, 1_855.0, 30.9


def decimal(place: Place) -> str:
    """Return *place* in decimal degrees: `41.1496, -8.6110`."""
    count = _decimals(_DEGREE_M, place.precision_m, 6)
    return f"{place.latitude:.{count}f}, {place.longitude:.{count}f}"


def sexagesimal(place: Place) -> str:
    """Return *place* in degrees, minutes and, where known so well, seconds: `41°08′59″N 8°36′40″W`."""
    north, east = "NS"[place.latitude < 0], "EW"[place.longitude < 0]
    angles = (_sixtieths(abs(angle), place.precision_m) for angle in (place.latitude, place.longitude))
    return " ".join(f"{angle}{letter}" for angle, letter in zip(angles, (north, east), strict=True))


def _sixtieths(angle: float, precision_m: float) -> str:
    if precision_m > _MINUTE_M / 2:
        degrees, minutes = divmod(round(angle * 60), 60)
        return f"{degrees}°{minutes:02}′"
    count = _decimals(_SECOND_M, precision_m, 2)
    units = round(angle * 3600 * 10**count)
    minutes, units = divmod(units, 60 * 10**count)
    degrees, minutes = divmod(minutes, 60)
    width = count + 3 if count else 2
    return f"{degrees}°{minutes:02}′{units / 10**count:0{width}.{count}f}″"


def _decimals(unit_m: float, precision_m: float, most: int) -> int:
    return max(0, min(most, round(log10(unit_m / precision_m))))
