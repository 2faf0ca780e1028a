"""The task force's own named points: found by name in any case, accents aside, and by the names in other languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.model.marks import calm
from bot.model.places.place import NotPlace, Place, PlaceFault
from bot.model.places.reading import LONGEST, PlaceSpan, read

_NEAR = 0.7
_APART = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3
"""Letters of the shortest name that is one in running text."""
# ı is i for everybody, and what no decomposition takes apart is written without a keyboard for it.
_PLAIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})


class PointKind(StrEnum):
    """What kind of place a named point is."""

    POST = "post"
    CROSSING = "crossing"
    BRIDGE = "bridge"
    PORT = "port"
    AIRFIELD = "airfield"
    BEACH = "beach"
    LANDMARK = "landmark"


@dataclass(frozen=True, slots=True)
class Point:
    """A named point: its place, whose name is the point's, its kind, and what else it is called, in any language."""

    name: str
    place: Place
    kind: PointKind | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownName(NotPlace):
    """No place, but perhaps a slip in the name of one."""

    near: str = ""


class Gazetteer:
    """Points by their names."""

    def __init__(self, points: Iterable[Point] = ()) -> None:
        self.points = tuple(points)
        self._named = {spelled(name): point for point in self.points for name in (point.name, *point.aliases)}
        self._words = max((len(name.split()) for name in self._named), default=0)

    def find(self, name: str) -> Point | None:
        """Return the point of that name, or None."""
        return self._named.get(spelled(name)) if len(name) <= LONGEST else None

    def within(self, text: str) -> list[PlaceSpan]:
        """Return the points that running *text* names, from left to right; of names in each other the longest."""
        words, spans, first = [one.span() for one in _WORD.finditer(text)], [], 0
        while first < len(words):
            start = words[first][0]
            for last in range(min(first + self._words, len(words)) - 1, first - 1, -1):
                end = words[last][1]
                if end - start >= _SHORTEST and (point := self.find(text[start:end])):
                    spans.append(PlaceSpan(start, end, replace(point.place, text=text[start:end])))
                    first = last
                    break
            first += 1
        return spans

    def nearest(self, name: str) -> Point | None:
        """Return the point whose name is nearest to *name*, or None if none is near."""
        typed = spelled(name[:LONGEST])
        begun = [known for known in self._named if len(typed) >= 3 and known.startswith(typed)]
        if begun:
            return self._named[min(begun, key=len)]
        found = process.extractOne(typed, list(self._named), scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
        return self._named[found[0]] if found else None

    def read(self, text: str, *, language: str = "en") -> Place | NotPlace:
        """Return the place that the whole of *text* says, by coordinates or by name, or why it is none."""
        if point := self.find(text):
            return replace(point.place, text=text.strip())
        found = read(text, language=language)
        if not isinstance(found, NotPlace) or found.fault is not PlaceFault.NOT_UNDERSTOOD:
            return found
        near = self.nearest(text)
        return UnknownName(PlaceFault.NOT_UNDERSTOOD, near.name) if near else found


NOWHERE = Gazetteer()
"""Of a task force that has named no point."""


def spelled(name: str) -> str:
    """Return what every spelling of *name* has in common: no case, no accents, no signs between the words."""
    folded = unicodedata.normalize("NFKD", calm(name)).casefold().translate(_PLAIN)
    letters = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return _APART.sub(" ", letters).strip()
