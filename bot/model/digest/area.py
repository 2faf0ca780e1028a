"""The area that an incident is counted in: the square of the military grid, ten kilometres wide, that it lies in.

Task forces name points and no regions, so the grid parts the ground: alike for every reader, and without a file. A
square is called by the first named point in it as well, where there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import floor

from bot.model.places import Place, Point, grid, sexagesimal

TEN_KM = 10_000.0
DEGREE = 111_000.0
"""Metres."""


def area_of(place: Place | None) -> str | None:
    """Return the square that *place* is in, `29S PB 4 1`; None without one.

    It is the one of a hundred kilometres, `29S PB`, where the place is known no finer; beyond the grid, near the poles,
    the corner of its square degree.
    """
    if place is None:
        return None
    corner = replace(place, latitude=floor(place.latitude), longitude=floor(place.longitude), precision_m=DEGREE)
    return grid(place, 1 if place.precision_m <= TEN_KM else 0) or sexagesimal(corner)


def squares(points: Iterable[Point]) -> dict[str, str]:
    """Return what each square is called in which a named point lies: as the first of them."""
    found: dict[str, str] = {}
    for point in points:
        if (area := area_of(point.place)) and point.place.precision_m <= TEN_KM:
            found.setdefault(area, point.name)
    return found


def called(area: str, names: Mapping[str, str]) -> str:
    """Return the area as it is shown: `29S PB 4 1 (Ayamonte)`."""
    return f"{area} ({names[area]})" if area in names else area
