"""A place on the ground, or why a text is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """A point of WGS 84 in degrees, north and east positive, and the `text` that said it.

    `precision_m` is the size in metres of the last digit that was written: of a grid reference the side of its
    square, whose middle the point is.
    """

    latitude: float
    longitude: float
    precision_m: float
    text: str = ""
    name: str = ""
    """What the task force calls it, if it is one of its named points."""


class PlaceFault(StrEnum):
    """Why a text is no place."""

    NOT_UNDERSTOOD = "not_understood"
    AMBIGUOUS = "ambiguous"
    """A letter means another direction in another language: O is west in Portuguese, east in German."""
    IMPOSSIBLE = "impossible"
    """There is no such latitude, longitude, zone or square."""
    POLAR = "polar"
    """Beyond 84° north or 80° south the grid is another one (UPS), which is not read."""


@dataclass(frozen=True, slots=True)
class NotPlace:
    """Why a text is no place."""

    fault: PlaceFault
