"""Which way a text goes: directly, or through other languages and engines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.translation.engine import Pair

MAX_LEGS = 3
"""Translations of translations that are still tried; beyond it nothing dependable is left."""

_PIVOT = "en"


def base(code: str) -> str:
    """Return the language of a BCP 47 code without its subtags: `pt-BR` is `pt`."""
    return code.replace("_", "-").split("-")[0].lower()


class Routes:
    """The graph of the installed pairs."""

    def __init__(self, pairs: Sequence[Pair], engines: Sequence[str]) -> None:
        rank = {engine: i for i, engine in enumerate(engines)}
        self._legs: dict[tuple[str, str], list[Pair]] = {}
        for pair in sorted(pairs, key=lambda p: rank.get(p.engine, len(rank))):
            self._legs.setdefault((pair.source, pair.target), []).append(pair)
        self._rank = rank
        self._next: dict[str, list[str]] = {}
        self._before: dict[str, list[str]] = {}
        for source, target in sorted(self._legs):
            self._next.setdefault(source, []).append(target)
            self._before.setdefault(target, []).append(source)

    def find(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages passed through, both ends included, or None.

        The shortest way; among equals the one by the preferred engines, then by English.
        """
        source, target = base(source), base(target)
        away = self._away(target)
        if source == target or source not in away:
            return None
        ways: list[tuple[str, ...]] = [(source,)]
        for left in reversed(range(away[source])):
            ways = [(*way, to) for way in ways for to in self._next[way[-1]] if away.get(to) == left]
        return min(ways, key=self._cost)

    def legs(self, route: Sequence[str]) -> tuple[tuple[Pair, ...], ...]:
        """Return, for each leg of *route*, the pairs that serve it, preferred engine first."""
        return tuple(tuple(self._legs[leg]) for leg in pairwise(route))

    def _away(self, target: str) -> dict[str, int]:
        """Return how many legs each language is away from *target*, as far as `MAX_LEGS`.

        Servers join dozens of languages, each with each: only the shortest ways may ever be listed.
        """
        away, edge = {target: 0}, [target]
        for legs in range(1, MAX_LEGS + 1):
            edge = [code for code in {b for to in edge for b in self._before.get(to, ())} if code not in away]
            away.update(dict.fromkeys(edge, legs))
        return away

    def _cost(self, way: tuple[str, ...]) -> tuple[int, bool, tuple[str, ...]]:
        ranks = sum(self._rank.get(self._legs[leg][0].engine, len(self._rank)) for leg in pairwise(way))
        return ranks, _PIVOT not in way, way
