"""What lies around a place: the degrees between which it must be, before anything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin

from bot.model.places.mercator import A
from bot.model.places.place import Place

_ROOM = 1.01
"""How much larger the box is than the circle in it: the Earth is no sphere."""


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees between which a place lies; `east` is less than `west` across the 180th meridian."""

    south: float
    north: float
    west: float
    east: float

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """The longitudes, from west to east: two stretches across the 180th meridian."""
        return ((self.west, self.east),) if self.west <= self.east else ((self.west, 180.0), (-180.0, self.east))


def around(place: Place, metres: float) -> Box:
    """Return a box that holds everything within *metres* of *place*."""
    high = degrees(metres * _ROOM / A)
    south, north = max(-90.0, place.latitude - high), min(90.0, place.latitude + high)
    angle, narrow = radians(high), cos(radians(place.latitude))
    if sin(angle) >= narrow:  # a pole is inside
        return Box(south, north, -180.0, 180.0)
    wide = degrees(asin(sin(angle) / narrow))
    return Box(south, north, _turned(place.longitude - wide), _turned(place.longitude + wide))


def _turned(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0
