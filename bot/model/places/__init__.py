"""Places as people write them: MGRS, decimal degrees, degrees with minutes and seconds. All on WGS 84.

A grid reference is a square: its place is the middle of it, and its size the precision. Printed
again it is the same, except that a square across the edge of two zones may be named by the other.
Parts, lowest first: `place`, `mercator` and `geodesic` (the ellipsoid), `letters`, `grid`, `degrees`, `printing`,
`reading`, `gazetteer` (named points), `area`, `words`.
"""

from __future__ import annotations

from bot.model.places.area import Box, around
from bot.model.places.gazetteer import NOWHERE, Gazetteer, Point, PointKind, UnknownName, spelled
from bot.model.places.geodesic import bearing, distance, same
from bot.model.places.grid import grid
from bot.model.places.place import NotPlace, Place, PlaceFault
from bot.model.places.printing import decimal, sexagesimal
from bot.model.places.reading import PlaceSpan, find, read
from bot.model.places.words import away, kind_of, unread, written

__all__ = [
    "NOWHERE",
    "Box",
    "Gazetteer",
    "NotPlace",
    "Place",
    "PlaceFault",
    "PlaceSpan",
    "Point",
    "PointKind",
    "UnknownName",
    "around",
    "away",
    "bearing",
    "decimal",
    "distance",
    "find",
    "grid",
    "kind_of",
    "read",
    "same",
    "sexagesimal",
    "spelled",
    "unread",
    "written",
]
