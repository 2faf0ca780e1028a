"""An export as JSON: every value that it has, as codes, numbers, UTC times and texts as they were written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model.export.case import Case, Line, Reported
from bot.model.incident import Incident
from bot.model.places import Place
from bot.model.translation import Translation

KIND, VERSION = "liaison incident export", 1


def encoded(value: Any) -> bytes:
    """Return *value* as the JSON text of a file: keys in their order, one line, which takes a third of the time."""
    return (json.dumps(value, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def record(case: Case) -> dict[str, Any]:
    """Return the incident and its timeline."""
    incident = case.incident
    return {
        "kind": KIND,
        "version": VERSION,
        "ref": str(incident.ref),
        "agency": case.agency,
        "purpose": case.use.purpose,
        "made_at": moment(case.made_at),
        "handling": str(case.cleared.mark),
        "exercise": incident.exercise,
        "incident": _incident(incident),
        "titles": {target: text.text for target, text in case.texts(1).items()},
        "entries": [_entry(line) for line in case.lines],
        "reports": [_report(one) for one in case.reports],
    }


def _incident(incident: Incident) -> dict[str, Any]:
    validation = incident.validation
    return {
        "originator": incident.agency,
        "title": incident.title,
        "title_withheld": incident.withheld,
        "language": incident.language,
        "declared_at": moment(incident.declared_at),
        "declared_by": incident.declared_by,
        "happened_at": moment(incident.happened_at) if incident.happened_at else None,
        "type": incident.type,
        "severity": incident.severity,
        "status": incident.status,
        "reason": incident.reason,
        "lead": incident.lead,
        "place": placed(incident.place) if incident.place else None,
        "validated": {"by": validation.by, "agency": validation.agency, "at": moment(validation.at)}
        if validation
        else None,
        "revision": incident.revision,
    }


def _entry(line: Line) -> dict[str, Any]:
    """Return an entry: what the log holds of it under the names that it has there, and what the envelope says."""
    entry = line.entry
    if line.withheld:
        label = entry.values.get("label", "")
        return {"number": entry.number, "kind": entry.kind, "agency": entry.agency, "label": label, "logged": None}
    about = {"kind": entry.kind, "author": entry.author, "agency": entry.agency, "entered": moment(entry.entered_at)}
    return {**entry.content, **about, "logged": line.logged}


def _report(told: Reported) -> dict[str, Any]:
    """Return a revision of a report: what the log holds of it, who made it and when, and its texts as translated."""
    report = told.report
    made = {
        code: [_machine(one) for one in found.values()]
        for code in report.values
        if (found := told.texts(code))
    }  # fmt: skip
    return {
        "ref": str(report.ref),
        "number": told.number,
        **report.content,
        "author": report.author,
        "agency": report.agency,
        "made_at": moment(report.made_at),
        "label": str(report.handling or ""),
        "translations": made,
        "logged": told.logged,
    }


def _machine(made: Translation) -> dict[str, Any]:
    return {
        "target": made.target, "text": made.text, "route": list(made.route), "engine": made.engine,
        "flags": list(made.flags),
    }  # fmt: skip


def translations(case: Case) -> list[dict[str, Any]]:
    """Return the translations with all that their words depend on beside the text, so that they can be made again."""
    return [_translation(number, one) for number, found in case.translations.items() for one in found]


def _translation(number: int, made: Translation) -> dict[str, Any]:
    return {
        "number": number,
        "source": made.source,
        "target": made.target,
        "text": made.text,
        "route": list(made.route),
        "engine": made.engine,
        "flags": list(made.flags),
        "provenance": asdict(made.provenance),
    }


def corrections(case: Case) -> list[dict[str, Any]]:
    """Return what people have put in place of translations, and what the machine had made."""
    return [
        {
            "number": number, "source": one.source, "target": one.target, "text": one.text, "author": by.by,
            "agency": by.agency, "approved_by": by.approved_by, "machine": by.machine,
        }
        for number, one in case.corrections
        if (by := one.corrected)
    ]  # fmt: skip


def unpinned(case: Case) -> dict[str, Any]:
    """Return which messages around those that were pinned were not, without a word of them."""
    listed = [{"event": one.event_id, "sender": one.sender, "said": moment(one.said_at)} for one in case.unpinned]
    return {"hours": 2, "count": len(listed) + case.hidden, "withheld": case.hidden, "messages": listed}


def custody(case: Case) -> list[dict[str, Any]]:
    """Return to which agencies the record was shown, by the entries of the log."""
    return [
        {"logged": one.index, "kind": one.kind, "at": one.at, "agencies": list(one.agencies)} for one in case.custody
    ]


def terms(case: Case) -> list[dict[str, Any]]:
    """Return the terms that were in force for the texts that are shown."""
    return [asdict(one) for one in case.terms]


def placed(place: Place) -> Mapping[str, Any]:
    """Return a place: degrees of WGS 84, and the size in metres of what was said."""
    return {
        "latitude": place.latitude, "longitude": place.longitude, "precision_m": place.precision_m,
        "said": place.text, "name": place.name,
    }  # fmt: skip


def moment(at: datetime) -> str:
    """Return a time as it is kept: ISO 8601 with its offset."""
    return at.isoformat(timespec="milliseconds")
