"""The tables of figures in the file of a digest: all of them by type, by agency and by area, beside a week before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.i18n import Length, Message, _
from bot.model.digest import FIGURES, TIMES, Digest, Figures, area_of, called, divided
from bot.model.incident import Incident, worded
from bot.model.reference import Reference

MOST = 40
"""Rows of a table: those of which there is most."""
NOTHING = Figures()
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is shown, now and a week before, and what it sorts by; `before` is empty if there was none."""

    now: str
    before: str
    key: int


@dataclass(frozen=True, slots=True)
class Sums:
    """A table of figures: what its columns are called, and a row for each sort of incidents, by its name."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def sums(digest: Digest, say: Callable[[Message], str], value: Callable[[Any], str]) -> Iterator[Sums]:
    """Yield the tables of *digest* that have a row; *say* words a sentence, and *value* what may stand in one."""

    def area(sort: str | None) -> str:
        return called(sort, digest.areas) if sort else say(_("place not said"))

    # Worked out once for both weeks.
    squares: dict[Reference, str | None] = {}

    def square(one: Incident) -> str | None:
        if one.ref not in squares:
            squares[one.ref] = area_of(one.place)
        return squares[one.ref]

    sorts: list[tuple[Message, Callable[[Incident], Any], Callable[[Any], str]]] = [
        (_("By type"), lambda one: one.type, lambda sort: say(worded(sort) if sort else _("type not said"))),
        (_("By agency"), lambda one: one.agency, lambda code: code or "–"),
        (_("By area"), square, area),
    ]
    # Rare, and the tables are wide: without any there is no column for it.
    rare = any((digest.figures.cancelled, digest.before.cancelled))
    names = [name for name in FIGURES if name != "cancelled" or rare]
    heads = tuple(say(one) for one in (*(FIGURES[name] for name in names), *TIMES.values()))
    for title, key, named in sorts:
        now, before = divided(digest.facts, key), divided(digest.facts_before, key)
        rows = [
            (named(sort), tuple(_cells(now.get(sort, NOTHING), before.get(sort, NOTHING), names, value)))
            for sort in sorted({**now, **before}, key=lambda sort: _rank(now.get(sort, NOTHING), sort))
        ]
        if rows:
            yield Sums(say(title), heads, tuple(rows[:MOST]))


def _rank(figures: Figures, sort: Hashable) -> tuple[int, int, str]:
    """Return what rows are ordered by: the most new ones first, then the most of all others."""
    return -figures.opened, -sum(getattr(figures, name) for name in FIGURES), str(sort or "")


def _cells(now: Figures, before: Figures, names: Sequence[str], value: Callable[[Any], str]) -> Iterator[Cell]:
    for name in names:
        n, then = getattr(now, name), getattr(before, name)
        yield Cell(value(n) if n else "", value(then) if then else "", n)
    for name in TIMES:
        took, earlier = getattr(now, name).median, getattr(before, name).median
        yield Cell(_long(took, value), _long(earlier, value), round(took / MINUTE) if took else 0)


def _long(length: timedelta | None, value: Callable[[Any], str]) -> str:
    return value(Length(max(MINUTE, length))) if length is not None else ""
