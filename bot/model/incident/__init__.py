"""Incidents: what one is, what may become of it, and what is said of it in its timeline.

Parts, lowest first: `values` (severities, statuses, types), `declaration`, `said` (where and when), `likeness`,
`record`, `related`, `search`, `timeline`, `words` (what all of it is called).
"""

from __future__ import annotations

from bot.model.incident.declaration import Declaration, Words
from bot.model.incident.likeness import APART, Looks, likeness
from bot.model.incident.record import Incident, Validation
from bot.model.incident.related import Related, relations
from bot.model.incident.said import moment_before, moment_in, place_in
from bot.model.incident.search import Hit, Wanted
from bot.model.incident.timeline import Entry, EntryKind
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.incident.words import facts, heading, told, worded

__all__ = [
    "APART",
    "Declaration",
    "Entry",
    "EntryKind",
    "Hit",
    "Incident",
    "Looks",
    "Reason",
    "Related",
    "Severity",
    "Status",
    "Type",
    "Validation",
    "Wanted",
    "Words",
    "facts",
    "heading",
    "likeness",
    "moment_before",
    "moment_in",
    "place_in",
    "relations",
    "told",
    "worded",
]
