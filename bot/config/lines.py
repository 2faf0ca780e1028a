"""The file of the lines that a task force's maps show, such as borders and rivers: GeoJSON (RFC 7946).

Lines and outlines of areas are taken, each with the `name` among its properties; points belong to the gazetteer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from bot.config.bounded import read_bounded, shortened

LARGEST = 4_000_000
MOST_POINTS = 100_000
"""Points of all lines."""
LONGEST = 60
"""Characters of a name that are kept."""
_DEPTH = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}
"""How many lists the lines of a geometry stand in."""

Position = tuple[float, float]
"""Latitude and longitude in degrees of WGS 84, north and east positive."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: what it is called, perhaps nothing, and its points in order, two at least."""

    name: str
    points: tuple[Position, ...]


class _Fault(ValueError):
    """What is wrong with a feature."""


def map_lines(path: Path) -> tuple[tuple[Line, ...], list[str]]:
    """Return the lines in a task force's file, and what is wrong with it, a sentence each."""
    text, unread = read_bounded(path, LARGEST, "utf-8-sig")
    if unread:
        return (), unread
    lines, faults = read_lines(text)
    return (() if faults else lines), [f"{path}: {fault}" for fault in shortened(faults)]


def read_lines(text: str) -> tuple[tuple[Line, ...], list[str]]:
    """Return the lines in *text*, and its faults, each with the number of its feature."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        return (), [f"is not JSON: {error}"]
    kind = whole.get("type") if isinstance(whole, dict) else None
    features = whole.get("features") if kind == "FeatureCollection" else [whole] if kind == "Feature" else None
    if not isinstance(features, list):
        return (), ["is no GeoJSON: it must be a FeatureCollection or a Feature"]
    lines: list[Line] = []
    faults = []
    for number, feature in enumerate(features, 1):
        try:
            lines += _lines(feature)
        except _Fault as fault:
            faults.append(f"feature {number}: {fault}")
    if (count := sum(len(line.points) for line in lines)) > MOST_POINTS:
        faults.append(f"has {count} points; {MOST_POINTS} are the most")
    return tuple(lines), faults


def _lines(feature: object) -> Iterator[Line]:
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if not isinstance(feature, Mapping) or not isinstance(geometry, Mapping) or kind not in _DEPTH:
        raise _Fault(f"is no line and no area: its geometry must be one of {', '.join(_DEPTH)}")
    properties = feature.get("properties")
    name = properties.get("name") if isinstance(properties, Mapping) else None
    said = " ".join(name.split())[:LONGEST] if isinstance(name, str) else ""
    for points in _flat(geometry.get("coordinates"), _DEPTH[kind]):
        found = tuple(map(_position, points))
        if len(found) < 2:
            raise _Fault("has a line of fewer than two points")
        yield Line("".join(c for c in said if c.isprintable()), found)


def _flat(found: object, depth: int) -> Iterator[Sequence[object]]:
    """Yield the lists of positions in *found*, which stand in so many lists."""
    if not isinstance(found, list):
        raise _Fault("its coordinates are no list, or too shallow a one")
    if depth == 0:
        yield found
        return
    for part in found:
        yield from _flat(part, depth - 1)


def _position(found: Any) -> Position:
    """Return a position: GeoJSON has the longitude first."""
    if not isinstance(found, list) or len(found) < 2:
        raise _Fault("has a position that is not [longitude, latitude]")
    east, north = islice(found, 2)
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and isfinite(one) for one in (east, north)):
        raise _Fault("has a position that is not two numbers")
    if abs(north) > 90 or abs(east) > 180:
        raise _Fault(f"position {east:g}, {north:g} is beyond 180 or 90 degrees; GeoJSON has the longitude first")
    return float(north), float(east)
