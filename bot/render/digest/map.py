"""The map of a digest: its incidents on a grid of degrees, with the task force's own points and lines.

Plate carrée, as wide at its middle latitude as it is there. A map has north up and east on the right in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from math import ceil, cos, floor, log10, radians

from bot.i18n import isolate
from bot.model.places import Place, Point
from bot.render.digest.sheet import length, short

WIDTH, LEAST, MOST = 720.0, 360.0, 620.0
"""Of the map, and between which heights it is."""
SMALLEST = 0.08
"""Degrees of latitude that it shows at least: a single incident is shown with what lies around it."""
LETTERS = 20.0
"""How high its letters are on a phone, where the map is half as wide: names are left out by that."""
CELL = 26.0
"""Incidents nearer to each other than that are one dot with their number."""
MOST_POINTS, MOST_NAMES = 400, 40
"""Named points that are drawn, and those whose name is written: the first of the file that are on the map."""
MOST_CORNERS = 6_000
"""Corners of all lines: what is finer than the map shows is left out first."""
Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """An incident on the map: its reference, where, its class, and whether nothing is to be done about it any more."""

    ref: str
    place: Place
    kind: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    west: float
    north: float
    scale: float
    narrow: float
    height: float

    def at(self, latitude: float, longitude: float) -> Corner:
        east = (longitude - self.west + 180.0) % 360.0 - 180.0
        return east * self.scale * self.narrow, (self.north - latitude) * self.scale

    def holds(self, corner: Corner, beyond: float = 0) -> bool:
        return -beyond <= corner[0] <= WIDTH + beyond and -beyond <= corner[1] <= self.height + beyond


def drawn(
    spots: Sequence[Spot],
    points: Iterable[Point],
    lines: Iterable[tuple[str, Sequence[tuple[float, float]]]],
    label: str,
) -> str:
    """Return the map as SVG, called *label*; each of *lines* is a name and its latitudes and longitudes.

    There must be a spot.
    """
    frame = _frame([spot.place for spot in spots])
    taken: list[tuple[float, float, float, float]] = []
    dots = "".join(_dots(frame, spots, taken))
    parts = [*_grid(frame, taken), *_lines(frame, lines), *_points(frame, points, taken), dots]
    return (
        f'<svg class="map" viewBox="0 0 {short(WIDTH)} {short(frame.height)}" role="img"'
        f' aria-label="{escape(label)}" direction="ltr"><rect class="sea" width="{short(WIDTH)}"'
        f' height="{short(frame.height)}"/>{"".join(parts)}</svg>'
    )


def _frame(places: Sequence[Place]) -> _Frame:
    # Across the 180th meridian all are counted from the first of them.
    first = places[0].longitude
    easts = [(one.longitude - first + 180.0) % 360.0 - 180.0 for one in places]
    south, north = min(one.latitude for one in places), max(one.latitude for one in places)
    west, east = first + min(easts), first + max(easts)
    middle, narrow = (south + north) / 2, max(0.02, cos(radians((south + north) / 2)))
    high = max(north - south, SMALLEST) * 1.3
    wide = max((east - west) * 1.3, high / narrow * 0.5)
    scale = min(WIDTH / (wide * narrow), MOST / high)
    height = max(LEAST, min(MOST, high * scale))
    return _Frame((west + east) / 2 - WIDTH / scale / narrow / 2, middle + height / scale / 2, scale, narrow, height)


def _grid(frame: _Frame, taken: list[tuple[float, float, float, float]]) -> Iterator[str]:
    step = _step(WIDTH / frame.scale / 5)
    decimals = max(0, -floor(log10(step)))
    for n in range(ceil((frame.north - frame.height / frame.scale) / step), floor(frame.north / step) + 1):
        y = frame.at(n * step, 0)[1]
        yield f'<path class="grid" d="M0 {short(y)}H{short(WIDTH)}"/>'
        if 30 < y < frame.height - 30:
            yield _degrees(6, y - 5, n * step, "NS", decimals, taken)
    span = WIDTH / frame.scale / frame.narrow
    for n in range(ceil(frame.west / step), floor((frame.west + span) / step) + 1):
        x = (n * step - frame.west) * frame.scale * frame.narrow
        yield f'<path class="grid" d="M{short(x)} 0V{short(frame.height)}"/>'
        if 20 < x < WIDTH - 90:
            turned = (n * step + 180.0) % 360.0 - 180.0
            yield _degrees(x + 5, frame.height - 8, turned, "EW", decimals, taken)


def _degrees(
    x: float, y: float, angle: float, letters: str, decimals: int, taken: list[tuple[float, float, float, float]]
) -> str:
    said = f"{abs(angle):.{decimals}f}°{letters[angle < 0]}"
    taken.append((x, y - LETTERS, x + length(said, LETTERS), y + 4))
    return f'<text class="degree" x="{short(x)}" y="{short(y)}">{said}</text>'


def _step(most: float) -> float:
    """Return the greatest step of 1, 2 or 5 times a power of ten that is not more than *most*."""
    power = 10.0 ** floor(log10(most))
    return max(times * power for times in (1, 2, 5) if times * power <= most)


def _lines(frame: _Frame, lines: Iterable[tuple[str, Sequence[tuple[float, float]]]]) -> Iterator[str]:
    left = MOST_CORNERS
    for name, points in lines:
        for run in _runs(frame, points):
            kept = _plainer(run)[:left]
            left -= len(kept)
            if len(kept) > 1:
                path = " ".join(f"{short(x)} {short(y)}" for x, y in kept)
                title = f"<title>{escape(name)}</title>" if name else ""
                yield f'<path class="line" d="M{path}">{title}</path>'


def _runs(frame: _Frame, points: Sequence[tuple[float, float]]) -> Iterator[list[Corner]]:
    """Yield the parts of a line that are on the map, or near it: its border cuts the rest."""
    run: list[Corner] = []
    corners = [frame.at(*one) for one in points]
    for at, corner in enumerate(corners):
        jumps = at > 0 and abs(corner[0] - corners[at - 1][0]) > 180.0 * frame.scale * frame.narrow
        if jumps:
            if len(run) > 1:
                yield run
            run = []
        near = frame.holds(corner) or any(_meets(frame, corner, other) for other in corners[max(0, at - 1) : at + 2])
        if near:
            run.append(corner)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _meets(frame: _Frame, one: Corner, other: Corner) -> bool:
    """Return whether what lies between two corners may be on the map: the box of both meets it."""
    return (
        min(one[0], other[0]) <= WIDTH
        and max(one[0], other[0]) >= 0
        and min(one[1], other[1]) <= frame.height
        and max(one[1], other[1]) >= 0
    )


def _plainer(run: Sequence[Corner]) -> list[Corner]:
    """Return *run* without corners that are nearer than a unit and a half to the one before."""
    kept = [run[0]]
    for corner in run[1:-1]:
        if abs(corner[0] - kept[-1][0]) + abs(corner[1] - kept[-1][1]) >= 1.5:
            kept.append(corner)
    return [*kept, run[-1]]


def _points(frame: _Frame, points: Iterable[Point], taken: list[tuple[float, float, float, float]]) -> Iterator[str]:
    names = 0
    placed = ((point, frame.at(point.place.latitude, point.place.longitude)) for point in points)
    for point, (x, y) in islice(((one, corner) for one, corner in placed if frame.holds(corner)), MOST_POINTS):
        yield f'<path class="point" d="M{short(x)} {short(y - 6)}l6 11h-12z"><title>{escape(point.name)}</title></path>'
        if names < MOST_NAMES and (where := _free(frame, x, y, length(point.name, LETTERS), taken)):
            names += 1
            across, down, anchor = where
            name = escape(isolate(point.name))
            ends = f' text-anchor="{anchor}"' if anchor != "start" else ""
            yield f'<text class="name" x="{short(across)}" y="{short(down)}"{ends}>{name}</text>'


def _free(
    frame: _Frame, x: float, y: float, wide: float, taken: list[tuple[float, float, float, float]]
) -> tuple[float, float, str] | None:
    """Return where a name that *wide* may stand beside a point, and take it; None if there is no room."""
    for left, down, anchor in (
        (x + 10, y + 6, "start"), (x - 10 - wide, y + 6, "end"), (x - wide / 2, y - 14, "middle"),
        (x - wide / 2, y + 26, "middle"),
    ):  # fmt: skip
        box = (left, down - LETTERS * 0.8, left + wide, down + LETTERS * 0.2)
        inside = box[0] > 0 and box[2] < WIDTH and box[1] > 0 and box[3] < frame.height
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return {"start": left, "end": left + wide, "middle": x}[anchor], down, anchor
    return None


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _dots(frame: _Frame, spots: Sequence[Spot], taken: list[tuple[float, float, float, float]]) -> Iterator[str]:
    cells: dict[tuple[int, int], list[tuple[Spot, Corner]]] = {}
    for spot in spots:
        corner = frame.at(spot.place.latitude, spot.place.longitude)
        cells.setdefault((int(corner[0] // CELL), int(corner[1] // CELL)), []).append((spot, corner))
    for found in _joined([*cells.values()]):
        x, y = _middle(found)
        # The worst is what one must see: s1 comes before s4.
        worst = min(
            (spot for spot, _corner in found), key=lambda spot: (spot.ended, spot.kind if spot.kind != "s0" else "s9")
        )
        kind = f"spot {worst.kind}" + (" ended" if worst.ended else "")
        radius = 9 if len(found) == 1 else min(22, 12 + len(found) ** 0.5)
        taken.append((x - radius, y - radius, x + radius, y + radius))
        title = escape(", ".join(spot.ref for spot, _corner in found[:5]) + (" …" if len(found) > 5 else ""))
        where = f'cx="{short(x)}" cy="{short(y)}" r="{short(radius)}"'
        yield f'<circle class="{kind}" {where}><title>{title}</title></circle>'
        if len(found) > 1:
            on, where = ("ended" if worst.ended else worst.kind), f'x="{short(x)}" y="{short(y + 5)}"'
            yield f'<text class="many {on}t" {where} text-anchor="middle">{len(found)}</text>'


def _joined(groups: list[list[tuple[Spot, Corner]]]) -> Iterator[list[tuple[Spot, Corner]]]:
    """Yield *groups*, those in one whose dots would lie upon each other."""
    left = groups
    while left:
        group, *left = left
        x, y = _middle(group)
        near = [one for one in left if abs(_middle(one)[0] - x) < CELL * 0.8 and abs(_middle(one)[1] - y) < CELL * 0.8]
        left = [one for one in left if one not in near]
        yield [spot for one in (group, *near) for spot in one]


def _middle(group: Sequence[tuple[Spot, Corner]]) -> Corner:
    xs, ys = zip(*(corner for _spot, corner in group), strict=True)
    return sum(xs) / len(group), sum(ys) / len(group)
