"""Which time phrases a line begins with: every way to read it, so that a doubt is seen."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.times.clocks import clocks
from bot.model.times.dates import days, groups
from bot.model.times.lexicon import Kind
from bot.model.times.line import Line
from bot.model.times.said import Phrase, Weight
from bot.model.times.spans import spans
from bot.model.times.zones import zones

_STATES = 400
"""How many ways are looked at, some times more than any phrase that a person writes has; beyond, none is trusted."""


def phrases(line: Line) -> dict[int, list[Phrase]]:
    """Return the phrases that *line* begins with, by where each ends."""
    found: dict[int, list[Phrase]] = {}
    pieces: dict[int, list[tuple[Phrase, int]]] = {}
    todo, seen = [(0, Phrase())], set[tuple[int, Phrase]]()
    while todo:
        at, said = todo.pop()
        if at not in pieces:
            pieces[at] = list(_pieces(line, at))
        for piece, end in pieces[at]:
            state = _joined(line, said, piece, end)
            if state and state not in seen:
                seen.add(state)
                todo.append(state)
                if state[1].whole:
                    found.setdefault(end, []).append(state[1])
        if len(seen) > _STATES:
            return {}
    return found


def _joined(line: Line, said: Phrase, piece: Phrase, end: int) -> tuple[int, Phrase] | None:
    """Return where to go on and with what, or None if *piece* cannot follow."""
    clock = piece.clock
    if clock and clock.weight <= Weight.HOURS and not (said.dated or said.part) and piece.zone is None:
        return None  # a number is a clock time only after a day
    if piece.zone and not piece.clock and not said.clock:
        return None
    both = said.plus(piece)
    return (line.gap(end), both) if both and line.ends(end) else None


def _pieces(line: Line, at: int) -> Iterator[tuple[Phrase, int]]:
    yield from groups(line, at)
    yield from clocks(line, at)
    yield from days(line, at)
    yield from spans(line, at)
    yield from zones(line, at)
    yield from ((said, end) for said, end in line.of(at, Kind.PART) if isinstance(said, Phrase))
