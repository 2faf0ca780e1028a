"""An export as tables and points: CSV (RFC 4180) and GeoJSON (RFC 7946)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.model.export.case import Case, Reported
from bot.model.export.record import encoded, moment
from bot.model.incident import EntryKind
from bot.model.places import Place

_OF_REPORTS = ("report", "revision", "field")
"""What says of which field of which report a row is; empty for what is none."""
_VALUES = "values"
"""What an entry has made of the incident, as JSON: `{"severity": "low"}`."""
_FORMULA = re.compile("(^|[;\t\r\n])([ \"']*)(?=[=+@\uff1d\uff0b\uff0d\uff20\t\r-])")
"""Where a spreadsheet begins to calculate: in what begins so, full width as well. Where a semicolon parts cells, as in
most of Europe, quotes hold nothing together, and a semicolon or a line break within a text begins a cell as well."""


def table(case: Case) -> bytes:
    """Return the timeline, a row an entry, with a column for each language that it is known in; UTF-8 with its mark."""
    languages = sorted(
        {one.target for found in case.translations.values() for one in found}
        | {one.target for told in case.reports for found in told.made.values() for one in found}
    )
    told = {one.number: one for one in case.reports}
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\r\n")
    head = ["ref", "number", "kind", "happened", "sent", "entered", "author", "agency", "corrects", "language", "text"]
    rows.writerow([*head, *_OF_REPORTS, _VALUES, *(f"text_{language}" for language in languages)])
    for line in case.lines:
        entry, made = line.entry, case.texts(line.entry.number)
        if line.withheld:
            blank = [""] * (7 + len(languages))
            rows.writerow(_plain([entry.ref, entry.number, entry.kind, *[""] * 4, entry.agency or "", *blank]))
            continue
        happened = moment(entry.happened_at) if entry.happened_at else ""
        cells: list[Any] = [
            entry.ref, entry.number, entry.kind, happened, moment(entry.sent_at), moment(entry.entered_at),
            entry.author, entry.agency or "", entry.corrects or "", entry.language or "", entry.text, "", "", "",
            json.dumps(entry.values, ensure_ascii=False) if entry.values else "",
        ]  # fmt: skip
        rows.writerow(_plain([*cells, *(made[one].text if one in made else "" for one in languages)]))
        if entry.number in told:
            rows.writerows(_fields(told[entry.number], cells[:8], languages))
    return out.getvalue().encode("utf-8-sig", "replace")


def _fields(told: Reported, head: Sequence[Any], languages: Sequence[str]) -> Iterator[list[str]]:
    """Yield a row for each field of a report, as it was typed, below the entry that tells of it."""
    report = told.report
    for code, value in report.values.items():
        made = told.texts(code)
        name = f"{report.template}.{code}"
        cells = [*head, "", value.language or "", value.typed, report.ref, report.revision, name, ""]
        yield _plain([*cells, *(made[one].text if one in made else "" for one in languages)])


def _plain(cells: Sequence[Any]) -> list[str]:
    """Return the cells as texts that no spreadsheet calculates: an apostrophe stands before what would be a formula."""
    return [_FORMULA.sub(r"\1'\2", str(cell)) for cell in cells]


def points(case: Case) -> bytes:
    """Return where the incident is, and where it was said to be by each entry that is shown: longitude first."""
    features = [_feature(place, properties) for place, properties in _places(case)]
    return encoded({"type": "FeatureCollection", "features": features})


def _places(case: Case) -> Iterator[tuple[Place | None, dict[str, Any]]]:
    incident = case.incident
    yield (
        incident.place,
        {
            "ref": str(incident.ref), "title": incident.title, "type": incident.type, "severity": incident.severity,
            "status": incident.status, "exercise": incident.exercise, "handling": str(case.cleared.mark),
        },
    )  # fmt: skip
    for line in case.lines:
        entry = line.entry
        if entry.kind is EntryKind.PLACE:
            about = {"ref": str(entry.ref), "number": entry.number, "entered": moment(entry.entered_at)}
            yield Place(*entry.values["place"]), about


def _feature(place: Place | None, properties: dict[str, Any]) -> dict[str, Any]:
    """Return a feature; one without a place has no geometry."""
    if place is None:
        return {"type": "Feature", "geometry": None, "properties": properties}
    at = [round(place.longitude, 7), round(place.latitude, 7)]
    said = {"precision_m": place.precision_m, "said": place.text, "name": place.name}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": at}, "properties": {**properties, **said}}
