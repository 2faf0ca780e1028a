"""The file of a task force's own named points: CSV, a point a line.

`name`, `latitude` and `longitude` are required columns, `kind` is one that may be left out; each other column is called
after a language and holds what the point is called in it, several names parted by `|`.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.config.bounded import read_bounded, shortened
from bot.config.phrases import is_language

MOST = 5_000
"""Points that a task force may name."""
LONGEST = 60
"""Characters of a name."""
LARGEST = 2_000_000
MOST_COLUMNS = 200
MOST_NAMES = 200
"""Names of one point, in all languages."""
KINDS = ("post", "crossing", "bridge", "port", "airfield", "beach", "landmark")

_REQUIRED = ("name", "latitude", "longitude")
_LIMITS = {"latitude": 90.0, "longitude": 180.0}
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,12})?", re.ASCII)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A line of the file; `latitude` and `longitude` are decimal degrees as they were written."""

    line: int
    name: str
    latitude: str
    longitude: str
    kind: str
    aliases: tuple[str, ...]


def named_points(path: Path) -> tuple[tuple[NamedPoint, ...], list[str]]:
    """Return the points in a task force's file, and what is wrong with it, a sentence each."""
    text, unread = read_bounded(path, LARGEST, "utf-8-sig")
    if unread:
        return (), unread
    points, faults = read_points(text)
    return (() if faults else points), [f"{path}: {fault}" for fault in shortened(faults)]


def read_points(text: str) -> tuple[tuple[NamedPoint, ...], list[str]]:
    """Return the points in *text*, and its faults, each with its line."""
    first = text.partition("\n")[0]
    sheet = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    try:
        columns = [cell.strip().casefold() for cell in next(sheet, [])]
        if faults := list(_faults_of_columns(columns)):
            return (), faults
        full = ((sheet.line_num, row) for row in sheet if any(cell.strip() for cell in row))
        rows = [*islice(full, MOST + 1)]
    except csv.Error as error:
        return (), [f"line {sheet.line_num}: is not CSV: {error}"]
    if len(rows) > MOST:
        return (), [f"line {rows[MOST][0]}: is point {MOST + 1}; {MOST} are the most"]
    points: list[NamedPoint] = []
    faults = []
    for line, row in rows:
        found = [f"line {line}: {fault}" for fault in _faults_of(columns, row)]
        faults += found
        if not found:
            points.append(_point(line, dict(zip(columns, map(str.strip, row), strict=True))))
    faults += _collisions(points)
    return tuple(points), faults


def _faults_of_columns(columns: Sequence[str]) -> Iterator[str]:
    if len(columns) > MOST_COLUMNS:
        yield f"line 1: has {len(columns)} columns; {MOST_COLUMNS} are the most"
        return
    for name in _REQUIRED:
        if name not in columns:
            yield f"line 1: has no column “{name}”"
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield f"line 1: has the column “{name}” twice"
    for name in columns:
        if name not in (*_REQUIRED, "kind") and not is_language(name):
            yield f"line 1: “{name[:60]}” is neither name, latitude, longitude, kind nor a language code such as pt"


def _faults_of(columns: Sequence[str], row: Sequence[str]) -> Iterator[str]:
    if len(row) != len(columns):
        yield f"has {len(row)} values; the first line names {len(columns)}"
        return
    cells = dict(zip(columns, map(str.strip, row), strict=True))
    for axis, most in _LIMITS.items():
        if not _DEGREES.fullmatch(cells[axis]):
            yield f"{axis} “{cells[axis][:20]}” is not in decimal degrees such as 41.1496"
        elif abs(float(cells[axis])) > most:
            yield f"{axis} {cells[axis][:20]} is more than {most:.0f} degrees"
    if not cells["name"]:
        yield "has no name"
    if (kind := cells.get("kind", "")) and kind not in KINDS:
        yield f"kind “{kind[:20]}” is none of {', '.join(KINDS)}"
    if (count := len([*_names(cells)])) > MOST_NAMES:
        yield f"has {count} names; {MOST_NAMES} are the most"
        return
    for name in _names(cells):
        if len(name) > LONGEST:
            yield f"a name has {len(name)} characters; {LONGEST} are the most"
        elif not _UNSEEN.isdisjoint(map(unicodedata.category, name)):
            yield "a name must be one line without invisible characters"
        elif not any(map(str.isalpha, name)):
            yield f"the name “{name}” has no letter"


def _names(cells: Mapping[str, str]) -> Iterator[str]:
    if cells["name"]:
        yield cells["name"]
    for column, cell in cells.items():
        if column not in (*_REQUIRED, "kind"):
            yield from filter(None, map(str.strip, cell.split("|")))


def _point(line: int, cells: Mapping[str, str]) -> NamedPoint:
    name, *aliases = _names(cells)
    return NamedPoint(line, name, cells["latitude"], cells["longitude"], cells.get("kind", ""), tuple(aliases))


def _collisions(points: Sequence[NamedPoint]) -> Iterator[str]:
    """Yield names that two points have, however they are spelled."""
    first: dict[str, NamedPoint] = {}
    for point in points:
        for name in dict.fromkeys((point.name, *point.aliases)):
            other = first.setdefault(_plain(name), point)
            if other is not point:
                yield f"line {point.line}: “{name}” is a name of the point on line {other.line} too"


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c)).split())


def size_of(*degrees: str) -> float:
    """Return the size in metres of the last digit of the finest of *degrees*."""
    decimals = max(len(text.partition(".")[2]) for text in degrees)
    return 111_320.0 / math.pow(10, decimals)
