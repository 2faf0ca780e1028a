"""Incidents: what one is, what may become of it, and what is said of it in its timeline.

Parts, lowest first: `values` (severities, statuses, types), `declaration`, `decision`, `record`, `timeline`,
`words` (what all of it is called).
"""

from __future__ import annotations

from bot.model.incident.decision import Part, composed, headed, parts_of, taken_apart
from bot.model.incident.declaration import Declaration, Words
from bot.model.incident.record import Incident, Validation
from bot.model.incident.timeline import Entry, EntryKind
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.incident.words import facts, heading, marked, told, worded

__all__ = [
    "Declaration",
    "Entry",
    "EntryKind",
    "Incident",
    "Part",
    "Reason",
    "Severity",
    "Status",
    "Type",
    "Validation",
    "Words",
    "composed",
    "facts",
    "headed",
    "heading",
    "marked",
    "parts_of",
    "taken_apart",
    "told",
    "worded",
]
