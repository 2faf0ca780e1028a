"""The charts of a digest, each drawn once: for the picture and for the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bot.render.digest.sheet import Sheet, cut, lines

WIDTH = 360.0
"""Of every chart, in units of which letters are 12 high: what a phone shows side by side."""
_GAP = 12.0


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: how it is called, how much it is, what is said of the week before, and whether it needs somebody."""

    label: str
    shown: str
    before: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A sort: how it is called, how many there are, and were a week before."""

    label: str
    n: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: how it is called, how many, and the class that it is drawn with."""

    label: str
    n: int
    kind: str


@dataclass(frozen=True, slots=True)
class Column:
    """An hour: how many of each sort, and what its beginning is called if that is written."""

    parts: tuple[int, ...]
    label: str = ""


def tiles(sheet: Sheet, down: float, shown: Sequence[Tile]) -> float:
    """Draw figures, two in a row; return where they end."""
    wide = (sheet.width - _GAP) / 2
    labels = [lines(tile.label, wide - 24, 13.0) for tile in shown]
    high = 78.0 + 16 * max(map(len, labels), default=1)
    for number, (tile, label) in enumerate(zip(shown, labels, strict=True)):
        across, top = (number % 2) * (wide + _GAP), down + (number // 2) * (high + _GAP)
        sheet.bar(across, top, wide, high, "tile", 8)
        sheet.bar(across, top + 12, 4, high - 24, "alarm" if tile.urgent else "accent", 2)
        sheet.text(across + 16, top + 40, tile.shown, "number")
        for at, line in enumerate(label):
            sheet.text(across + 16, top + 61 + at * 16, line, "label")
        sheet.text(across + 16, top + high - 13, cut(tile.before, wide - 24, 12.0), "small")
    return down + ceil(len(shown) / 2) * (high + _GAP)


def bars(sheet: Sheet, down: float, shown: Sequence[Bar]) -> float:
    """Draw a bar for each, its name above it and a mark where it was a week before; return where they end."""
    most = max([1, *(max(one.n, one.before) for one in shown)])
    for bar in shown:
        label = lines(bar.label, sheet.width - 50, 13.0, 2)
        for at, line in enumerate(label):
            sheet.text(0, down + 13 + at * 16, line, "label")
        down += 16 * (len(label) - 1)
        sheet.text(sheet.width, down + 13, str(bar.n), "value", "end")
        sheet.bar(0, down + 21, sheet.width, 10, "track", 3)
        if bar.n:
            sheet.bar(0, down + 21, max(4.0, sheet.width * bar.n / most), 10, "accent", 3)
        if bar.before:
            sheet.bar(min(sheet.width - 4, max(0.0, sheet.width * bar.before / most - 2)), down + 17, 4, 18, "mark")
        down += 44
    return down


def key(sheet: Sheet, down: float, label: str) -> float:
    """Explain the mark of the week before; return where that ends."""
    sheet.bar(0, down + 2, 3, 14, "mark")
    sheet.text(12, down + 13, cut(label, sheet.width - 12, 12.0), "small")
    return down + 24


def band(sheet: Sheet, down: float, shown: Sequence[Part]) -> float:
    """Draw the parts of a whole side by side, and below them what each is; return where they end."""
    total, across = sum(part.n for part in shown), 0.0
    for part in shown:
        long = sheet.width * part.n / total
        if part.n:
            sheet.bar(across, down, long, 22, part.kind)
        across += long
    down += 34
    for number, part in enumerate(shown):
        side, top = (number % 2) * sheet.width / 2, down + (number // 2) * 24
        sheet.bar(side, top, 13, 13, part.kind, 2)
        sheet.text(side + 22, top + 11.5, cut(f"{part.label}: {part.n}", sheet.width / 2 - 24, 13.0), "label")
    return down + ceil(len(shown) / 2) * 24


def columns(sheet: Sheet, down: float, shown: Sequence[Column], kinds: Sequence[str]) -> float:
    """Draw a column an hour, its sorts one upon the other from below; return where they end."""
    high, side = 120.0, 30.0
    most = _round(max([1, *(sum(one.parts) for one in shown)]))
    step = (sheet.width - side) / max(1, len(shown))
    for share in (0.0, 0.5, 1.0):
        sheet.bar(side, down + 8 + high * (1 - share), sheet.width - side, 1, "hair")
        if share * most == int(share * most):
            sheet.text(side - 6, down + 12 + high * (1 - share), str(int(share * most)), "small", "end")
    for number, column in enumerate(shown):
        across, foot = side + number * step, down + 8 + high
        for n, kind in zip(column.parts, kinds, strict=True):
            if n:
                tall = high * n / most
                foot -= tall
                sheet.bar(across + 1, foot, max(1.0, step - 2), tall, kind)
        if column.label:
            sheet.text(across, down + high + 24, column.label, "small", "start")
    return down + high + 34


def _round(most: int) -> int:
    """Return the end of an axis that holds *most*: 2, 4, 10, 20, 40, 100 …"""
    top = 1
    while True:
        for times in (2, 4):
            if most <= top * times:
                return top * times
        top *= 10
        if most <= top:
            return top
