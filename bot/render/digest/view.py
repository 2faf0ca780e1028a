"""A digest in the words of one reader, before it is drawn: what picture and file have in common, and the file's rows.

All of it is made from what the digest holds, which its room may read; of what is cut nothing is said but how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.i18n import Catalogues, Html, Message, Plain, _, _c
from bot.model.digest import (
    FIGURES,
    MOST_SORTS,
    TILES,
    Digest,
    Hour,
    Life,
    called,
    figures,
    headed,
    ranked,
    uncounted,
)
from bot.model.digest.counting import SILENT
from bot.model.incident import EntryKind, Severity, Status, Type, title_line, worded
from bot.model.person import LanguageCode
from bot.model.places import Place, grid, sexagesimal
from bot.model.reference import Reference
from bot.model.translation import Translation
from bot.render.digest.charts import Bar, Column, Part, Tile
from bot.render.digest.sums import Sums, sums

NONE = ""
"""What stands where nothing may be said, or is known: the page shows it as a dash, a phone not at all."""
DAYTIME = "%Y-%m-%d %H:%M"
"""Days and times in tables: read alike in every language, and in order when they are sorted as text."""
KINDS = {severity: f"s{severity.rank}" for severity in Severity}


@dataclass(frozen=True, slots=True)
class Row:
    """An incident in the file's table, and on its map if it has a `place`.

    `sort` is what it is listed as in the digest. `title` is HTML; `key` is what severities are sorted by, 0 if none is
    said. Of one that is not `full` nothing else is said than its status.
    """

    ref: str
    sort: str
    title: str = NONE
    type: str = NONE
    severity: str = NONE
    kind: str = ""
    key: int = 0
    status: str = ""
    agency: str = NONE
    where: str = NONE
    declared: str = NONE
    changed: str = NONE
    place: Place | None = None
    ended: bool = False
    full: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """When an incident was open in the while: shares of it, from 0 to 1, and when something was entered.

    `title` is HTML, `kind` the class of its severity.
    """

    ref: str
    title: str
    kind: str
    since: float
    until: float
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment above the spans: its share of the while, from 0 to 1, and the time of day."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class View:
    """A digest as one reader has it: every text in their language, every time by their clock."""

    language: str
    zone: str
    taskforce: str
    heading: str
    labels: tuple[str, ...]
    """How all of it is handled, and whom it is for."""
    tiles: tuple[Tile, ...]
    figures: tuple[str, ...]
    notes: tuple[str, ...]
    """What is not counted."""
    by_severity: str
    severities: tuple[Part, ...]
    by_type: str
    types: tuple[Bar, ...]
    by_agency: str
    agencies: tuple[Bar, ...]
    by_area: str
    areas: tuple[Bar, ...]
    week_before: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    spans: tuple[Span, ...] = ()
    ticks: tuple[Tick, ...] = ()
    """What stands above the spans: beginning and end of the while, and round times between them."""
    sums: tuple[Sums, ...] = ()

    @property
    def quiet(self) -> tuple[str, ...]:
        """The figures that its picture has beside the tiles: all, where little is new and so they have room."""
        return self.figures if len(self.types) <= 1 else ()

    @property
    def said(self) -> str:
        """Its figures as one text, for who does not see the picture."""
        tiles = (f"{tile.label}: {tile.shown}" for tile in self.tiles)
        return " · ".join([self.heading, *self.labels, *tiles, *self.quiet])


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a digest is worded for: language, zone, what else they read, and titles that were translated for them."""

    language: str
    zone: str
    reads: Sequence[LanguageCode]
    titles: Mapping[Reference, Translation]


MOST_SPANS = 24
QUARTER = timedelta(minutes=15)
ROUND = (*(QUARTER * n for n in (1, 2)), *(timedelta(hours=n) for n in (1, 2, 3, 4, 6, 12)))
"""How far apart times on the axis may be, and at most how many such lengths the while has."""
MOST_TICKS = 5
APART = 0.15
"""Which share of the while lies between its ends and the next time that is named: on a phone one has that much room."""
WEEK_BEFORE = _("A week before")


class Views:
    """Makes views."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    def of(
        self, digest: Digest, reader: Reader, taskforce: str, labels: Sequence[Message], *, whole: bool = False
    ) -> View:
        """Return *digest* for *reader*; with its incidents, hours and spans if it is to be *whole*."""
        say = self._sayer(reader)
        return View(
            reader.language,
            reader.zone,
            taskforce,
            say(headed(digest)),
            tuple(map(say, labels)),
            tuple(self._tiles(digest, reader)),
            tuple(map(say, figures(digest, tiles=False))),
            tuple(map(say, uncounted(digest))),
            say(_("New by severity")),
            self._severities(digest, reader),
            say(_("New by type")),
            tuple(
                Bar(say(worded(sort) if sort else _("type not said")), n, before)
                for sort, n, before in ranked(digest.figures.by_type, digest.before.by_type, MOST_SORTS)
            ),
            say(_("New by agency")),
            tuple(
                Bar(code or "–", n, before)
                for code, n, before in ranked(digest.figures.by_agency, digest.before.by_agency, MOST_SORTS)
            ),
            say(_("New by area")),
            tuple(
                Bar(called(area, digest.areas) if area else say(_("place not said")), n, before)
                for area, n, before in ranked(digest.figures.by_area, digest.before.by_area, MOST_SORTS)
            ),
            say(WEEK_BEFORE),
            *(self._whole(digest, reader) if whole else ()),
        )

    def _sayer(self, reader: Reader) -> Callable[[Message], str]:
        plain = Plain(reader.language)
        return lambda message: self._catalogues.text(message, reader.language, reader.zone, plain)

    def _tiles(self, digest: Digest, reader: Reader) -> list[Tile]:
        say = self._sayer(reader)
        found = []
        for name in TILES:
            n, before = getattr(digest.figures, name), getattr(digest.before, name)
            shown = self._catalogues.value(n, reader.language, reader.zone)
            then = say(_("{what}: {n}", what=WEEK_BEFORE, n=before))
            found.append(Tile(say(FIGURES[name]), shown, then, urgent=name == "overdue" and n > 0))
        return found

    def _severities(self, digest: Digest, reader: Reader) -> tuple[Part, ...]:
        counts, say = digest.figures.by_severity, self._sayer(reader)
        ordered = sorted((one for one in counts if one), key=lambda one: one.rank)
        found = [Part(say(worded(one)), counts[one], KINDS[one]) for one in ordered]
        if unsaid := counts.get(None, 0):
            found.append(Part(say(_c("severity", "not said")), unsaid, "s0"))
        return tuple(found)

    def _whole(
        self, digest: Digest, reader: Reader
    ) -> tuple[tuple[Column, ...], tuple[Row, ...], tuple[Span, ...], tuple[Tick, ...], tuple[Sums, ...]]:
        return (
            _columns(digest.hours, reader.zone),
            tuple(self._rows(digest, reader)),
            tuple(self._spans(digest, reader)),
            _ticks(digest, reader.zone),
            tuple(sums(digest, self._sayer(reader), lambda n: self._catalogues.value(n, reader.language, reader.zone))),
        )

    def _rows(self, digest: Digest, reader: Reader) -> list[Row]:
        lists, say, zone = digest.lists, self._sayer(reader), ZoneInfo(reader.zone)
        sorts = [("overdue", lists.overdue), ("opened", lists.opened), ("closed", lists.closed)]
        sorts += [("cancelled", lists.cancelled), ("reopened", lists.reopened), ("carried", lists.carried)]
        html = Html(reader.language)
        words = {code: say(worded(code)) for code in (*Severity, *{one for one in _codes(digest)})}
        found = []
        for name, lives in sorts:
            sort = say(FIGURES[name])
            for life in lives:
                cleared = digest.seen[life.now.ref]
                incident = cleared.content
                if not cleared.full:
                    found.append(Row(str(incident.ref), sort, status=words[incident.status], full=False))
                    continue
                title = title_line(incident, reader.titles.get(incident.ref), reader.reads)
                severity = incident.severity
                found.append(
                    Row(
                        str(incident.ref),
                        sort,
                        self._catalogues.text(title, reader.language, reader.zone, html),
                        words[incident.type] if incident.type else NONE,
                        words[severity] if severity else NONE,
                        KINDS[severity] if severity else "",
                        5 - severity.rank if severity else 0,
                        words[incident.status],
                        incident.agency or NONE,
                        _where(incident.place),
                        incident.declared_at.astimezone(zone).strftime(DAYTIME),
                        _changed(life, digest).astimezone(zone).strftime(DAYTIME),
                        # On no map: there was nothing there.
                        None if name == "cancelled" else incident.place,
                        incident.ended,
                    )
                )
        return found

    def _spans(self, digest: Digest, reader: Reader) -> list[Span]:
        lists = digest.lists
        lives = [*lists.overdue, *lists.opened, *lists.closed, *lists.reopened, *lists.carried]
        moving = [
            one for one in lives
            if one.full and (digest.period.holds(one.now.declared_at) or _steps(one, digest))
        ]  # fmt: skip
        moving.sort(key=lambda one: (_rank(one, digest), one.now.declared_at))
        found = []
        for life in moving[:MOST_SPANS]:
            cleared = digest.seen[life.now.ref]
            steps = _steps(life, digest)
            closed = [step.at for step in life.seen if step.kind is EntryKind.CLOSED and step.at < digest.period.until]
            until = closed[-1] if closed and cleared.content.ended else digest.period.until
            since = max(_opened(life, digest), digest.period.since)
            kind = KINDS[cleared.content.severity] if cleared.content.severity else "s0"
            span = (_share(since, digest), _share(until, digest), tuple(_share(at, digest) for at in steps))
            title = title_line(cleared.content, reader.titles.get(life.now.ref), reader.reads)
            said = self._catalogues.text(title, reader.language, reader.zone, Html(reader.language))
            found.append(Span(str(life.now.ref), said, kind, *span))
        return found


def _codes(digest: Digest) -> Iterator[Status | Type]:
    """Yield what may have to be called by its name."""
    for cleared in digest.seen.values():
        yield cleared.content.status
        if cleared.content.type:
            yield cleared.content.type


def _rank(life: Life, digest: Digest) -> int:
    severity = digest.seen[life.now.ref].content.severity
    return severity.rank if severity else 5


def _steps(life: Life, digest: Digest) -> list[datetime]:
    """Return when something was entered in the while."""
    return [step.at for step in life.seen if digest.period.holds(step.at) and step.kind not in SILENT]


def _opened(life: Life, digest: Digest) -> datetime:
    """Return when it was opened: in the while again, if it was closed when that began."""
    before = life.at(digest.period.since)
    if before is None or not before.ended:
        return life.now.declared_at
    again = (one.at for one in life.seen if one.kind is EntryKind.REOPENED and digest.period.holds(one.at))
    return next(again, life.now.declared_at)


def _changed(life: Life, digest: Digest) -> datetime:
    found = [step.at for step in life.seen if step.at < digest.period.until and step.kind not in SILENT]
    return max(found, default=life.now.declared_at)


def _share(moment: datetime, digest: Digest) -> float:
    whole = (digest.period.until - digest.period.since) or timedelta(seconds=1)
    return max(0.0, min(1.0, (moment - digest.period.since) / whole))


def _where(place: Place | None) -> str:
    return (place.name or grid(place) or sexagesimal(place)) if place else NONE


def _columns(hours: Sequence[Hour], zone: str) -> tuple[Column, ...]:
    every = 6 if len(hours) > 12 else 3 if len(hours) > 6 else 1
    return tuple(
        Column(
            (one.opened, one.other, one.closed),
            one.at.astimezone(ZoneInfo(zone)).strftime("%H:%M") if number % every == 0 else "",
        )
        for number, one in enumerate(hours)
    )


def _ticks(digest: Digest, zone: str) -> tuple[Tick, ...]:
    """Return when the while begins and ends, and the round times between them that have room beside these."""
    length = digest.period.until - digest.period.since
    step = next((one for one in ROUND if length <= MOST_TICKS * one), ROUND[-1]) // timedelta(minutes=1)
    found = [digest.period.since]
    at = digest.period.since.replace(minute=0, second=0, microsecond=0)
    # Every offset of a zone is a number of quarters: so each round time is met, where the clocks change too.
    while (at := at + QUARTER) < digest.period.until:
        local = at.astimezone(ZoneInfo(zone))
        if (local.hour * 60 + local.minute) % step == 0 and APART <= _share(at, digest) <= 1 - APART:
            found.append(at)
    found.append(digest.period.until)
    return tuple(Tick(_share(one, digest), f"{one.astimezone(ZoneInfo(zone)):%H:%M}") for one in found)
