"""Whether two incidents may be one and the same, told of by two people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.incident.values import Type
from bot.model.places import Place, distance
from bot.model.spelling import terms

APART = timedelta(hours=2)
"""How far apart in time they may be."""
AWAY_M = 5_000.0
_LIKELY = 2
_SHORTEST = 4
"""Letters of a word that says something; shorter ones are those that stand in every sentence."""
_STEM = 4
"""Letters in which words that are the same but for their endings agree."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What two incidents are compared by; `titles` are by language."""

    moment: datetime
    type: Type | None
    place: Place | None
    titles: Mapping[str, str]


def likeness(one: Looks, other: Looks) -> int:
    """Return how much speaks for it that they are the same: 0 if that is not likely."""
    if abs(one.moment - other.moment) > APART:
        return 0
    near = _near(one.place, other.place)
    shared = _shared(one.titles, other.titles)
    if near is False or not (near or shared):
        return 0
    found = 2 * bool(near) + shared + _same_type(one.type, other.type)
    return found if found >= _LIKELY else 0


def _near(one: Place | None, other: Place | None) -> bool | None:
    """Return whether they are at the same place, as exactly as it was said; None if one is not known."""
    if one is None or other is None:
        return None
    if one.name and one.name == other.name:
        return True
    return distance(one, other) <= max(AWAY_M, one.precision_m, other.precision_m)


def _same_type(one: Type | None, other: Type | None) -> int:
    if one is None or other is None or Type.OTHER in (one, other):
        return 0
    return 1 if one is other else -1


def _shared(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    """Return how many words the titles share in the language in which they share most."""
    both = one.keys() & other.keys()
    return max((len(_stems([one[language]]) & _stems([other[language]])) for language in both), default=0)


def _stems(texts: Iterable[str]) -> set[str]:
    words = terms(*texts)
    return {word[:_STEM] for word in words if len(word) >= _SHORTEST or any(map(str.isdigit, word))}
