"""The file of a digest: one HTML page that asks for nothing, and is read with or without its script.

Its style and script are in it and named by their hashes in its policy; nothing else may run or be loaded.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from html import escape
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.i18n import Catalogues, Message, Plain, _, _c, _n, right_to_left
from bot.model.digest import FIGURES, Digest
from bot.model.file import File
from bot.model.incident import worded
from bot.model.places import Point
from bot.render.digest import map as maps
from bot.render.digest.charts import WIDTH, Bar, Part, band, bars, columns, key
from bot.render.digest.sheet import Sheet, length, short
from bot.render.digest.view import KINDS, Span, Tick, View

MEDIA_TYPE = "text/html"
LARGEST = 1_000_000
"""Bytes of the file: rows beyond that are a number."""
_FOLDER = Path(__file__).parent
_SCRIPT = (_FOLDER / "page.js").read_text(encoding="utf-8")
_STYLE = (_FOLDER / "page.css").read_text(encoding="utf-8")
_HOURS = ("accent", "quiet", "mark")
Lines = Sequence[tuple[str, Sequence[tuple[float, float]]]]


class Pages:
    """Makes the files of digests; *points* and *lines* are what maps show beside incidents.

    That takes some tenths of a second for a long one: not in the event loop.
    """

    def __init__(self, catalogues: Catalogues, points: Sequence[Point], lines: Lines) -> None:
        self._catalogues = catalogues
        self._points = points
        self._lines = lines
        environment = Environment(
            loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._template = environment.get_template("page.html.j2")

    def file(self, view: View, name: str) -> File:
        """Return the file of a digest, which is called *name*."""
        say = self._sayer(view)
        style = _STYLE.replace("@declared@", _quoted(say(DECLARED))).replace("@changed@", _quoted(say(CHANGED)))
        charts, (axis, timed) = self._charts(view, say), self._timeline(view)
        whole = {
            "view": view,
            "direction": "rtl" if right_to_left(view.language) else "ltr",
            "policy": (
                f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(_SCRIPT)}';"
                " base-uri 'none'; form-action 'none'"
            ),
            "style": Markup(style),
            "script": Markup(_SCRIPT),
            "charts": charts,
            "axis": axis,
            "spans": timed,
            "map": self._map(view, say),
            "severities": [(say(worded(one)), kind) for one, kind in reversed(KINDS.items())],
            "words": self._words(say),
        }
        drawn = sum(len(str(one).encode()) for one in (charts, timed, whole["map"], style, view.sums))
        rows, left = _rows(view, LARGEST - drawn - len(_SCRIPT) - 20_000)
        more = say(_n("and {n} more", "and {n} more", left)) if left else ""
        return File(name, MEDIA_TYPE, self._template.render(**whole, rows=rows, left=more).encode())

    def _sayer(self, view: View) -> Callable[[Message], str]:
        plain = Plain(view.language)
        return lambda message: self._catalogues.text(message, view.language, view.zone, plain)

    def _words(self, say: Callable[[Message], str]) -> dict[str, object]:
        return {
            "timeline": say(_("What was open when")),
            "map": say(_("Map")),
            "closed": say(_c("status", "closed")),
            "entry": say(_c("map", "entry")),
            "point": say(_c("map", "named place")),
            "nowhere": say(_("No incident here has a place that may be shown.")),
            "incidents": say(_("Incidents")),
            "filter": say(_("Only rows with these words")),
            "columns": [*map(say, COLUMNS)],
        }

    def _charts(self, view: View, say: Callable[[Message], str]) -> list[tuple[str, Markup]]:
        found: list[tuple[str, Markup]] = []
        if view.severities:
            found.append((view.by_severity, _svg(view, lambda sheet: band(sheet, 0, view.severities), view.severities)))
        title, sorts = say(_("Hour by hour")), [say(FIGURES["opened"]), say(OTHER), say(FIGURES["closed"])]
        totals = [sum(column.parts[at] for column in view.columns) for at in range(3)]
        keys = [Part(label, n, kind) for label, n, kind in zip(sorts, totals, _HOURS, strict=True)]
        if any(totals):
            drawing = _svg(view, lambda sheet: _hourly(sheet, view, keys), keys)
            found.append((title, drawing))
        for title, shown in (
            (view.by_type, view.types),
            (view.by_agency, view.agencies),
            (view.by_area, view.areas),
        ):
            if shown:
                found.append((title, _svg(view, partial(_compared, view, shown), shown)))
        return found

    def _timeline(self, view: View) -> tuple[Markup, list[tuple[str, Markup, Markup]]]:
        """Return a time axis, and each incident's reference, title and bar: as wide as what they stand in."""
        turned = right_to_left(view.language)
        bars = [(span.ref, Markup(span.title), _bar(span, turned)) for span in view.spans]
        return _axis(view.ticks, turned), bars

    def _map(self, view: View, say: Callable[[Message], str]) -> Markup | str:
        spots = [maps.Spot(row.ref, row.place, row.kind or "s0", row.ended) for row in view.rows if row.place]
        if not spots:
            return ""
        label = say(_("{what}: {n}", what=ON_MAP, n=len(spots)))
        return Markup(maps.drawn(spots, self._points, self._lines, label))


DECLARED, CHANGED = _c("column", "Declared"), _c("column", "Last entry")
OTHER, ON_MAP = _c("figure", "Other entries"), _("Incidents on the map")
COLUMNS = (
    _c("column", "Reference"),
    _c("column", "Title"),
    _c("column", "Type"),
    _c("column", "Severity"),
    _c("column", "Status"),
    _("Agency"),
    _c("column", "Place"),
    DECLARED,
    CHANGED,
    _c("column", "In this digest"),
)


def file_name(digest: Digest, zone: str, language: str, ending: str, taskforce: str) -> str:
    """Return what a digest's file or picture is called: by its day, or when its shift began, by the clock of *zone*."""
    begins = digest.period.since.astimezone(ZoneInfo(zone))
    return f"digest-{taskforce}-{begins:{'%Y-%m-%d-%H%M' if digest.posts else '%Y-%m-%d'}}-{language}.{ending}"


def _compared(view: View, shown: Sequence[Bar], sheet: Sheet) -> float:
    down = bars(sheet, 0, shown)
    return key(sheet, down - 4, view.week_before) if any(bar.before for bar in shown) else down


def _hourly(sheet: Sheet, view: View, keys: Sequence[Part]) -> float:
    down = columns(sheet, 0, view.columns, _HOURS)
    labels = [f"{part.label}: {part.n}" for part in keys]
    # Side by side where each has room for that.
    abreast = 2 if all(length(one, 13.0) <= WIDTH / 2 - 24 for one in labels) else 1
    for number, (part, label) in enumerate(zip(keys, labels, strict=True)):
        across, top = (number % abreast) * WIDTH / 2, down + (number // abreast) * 24
        sheet.bar(across, top, 13, 13, part.kind, 2)
        sheet.text(across + 22, top + 11.5, label, "label")
    return down + ceil(len(keys) / abreast) * 24


def _svg(view: View, draw: Callable[[Sheet], float], said: Sequence[Bar | Part]) -> Markup:
    """Return a chart as it stands in the file; *said* is read to who does not see it."""
    sheet = Sheet(WIDTH, view.language)
    high = draw(sheet)
    label = escape(", ".join(f"{one.label}: {one.n}" for one in said))
    return Markup(
        f'<svg class="chart" direction="ltr" viewBox="0 0 {short(WIDTH)} {short(high)}" role="img"'
        f' aria-label="{label}">{sheet}</svg>'
    )


def _axis(ticks: Sequence[Tick], turned: bool) -> Markup:
    """Return the hours above the bars of a timeline."""
    found = []
    for tick in ticks:
        x, anchor = 100 * (1 - tick.at if turned else tick.at), "middle"
        if x in (0, 100):
            anchor = "end" if x else "start"
        found.append(f'<text class="small" x="{short(x)}%" y="12" text-anchor="{anchor}">{tick.label}</text>')
    return Markup(f'<svg class="axis" direction="ltr" height="18" aria-hidden="true">{"".join(found)}</svg>')


def _bar(span: Span, turned: bool) -> Markup:
    """Return when one was open, with a dot for each entry; how long and wide that is, is the page's."""
    x = 1 - span.until if turned else span.since
    dots = (1 - step if turned else step for step in span.steps)
    circles = "".join(f'<circle class="step" cx="{short(100 * dot)}%" cy="8" r="3.5"/>' for dot in dots)
    wide = max(0.7, 100 * (span.until - span.since))
    left = short(min(100 * x, 100 - wide))
    bar = f'<rect class="{span.kind}" x="{left}%" y="3" width="{short(wide)}%" height="10" rx="3"/>'
    return Markup(f'<svg class="bar" height="16" aria-hidden="true">{bar}{circles}</svg>')


def _rows(view: View, most: int) -> tuple[list[Markup], int]:
    """Return the rows of the table, *most* bytes at the most, and how many are left."""
    found: list[Markup] = []
    for row in view.rows:
        cells = (row.status, row.agency, row.where, row.declared, row.changed, row.sort)
        kind = f" class={row.kind}" if row.kind else ""
        line = (
            f"<tr{'' if row.full else ' class=cut'}><th scope=row>{row.ref}<td>{row.title}<td>{escape(row.type)}"
            f"<td{kind} data-k={row.key}>{escape(row.severity)}"
            f"{''.join(f'<td>{escape(cell)}' for cell in cells)}"
        )
        most -= len(line.encode()) + 1
        if most < 0:
            break
        found.append(Markup(line))
    return found, len(view.rows) - len(found)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _quoted(text: str) -> str:
    """Return *text* as it stands in a string of CSS."""
    return "".join(c if c.isalnum() or c in " -" else f"\\{ord(c):x} " for c in text)
