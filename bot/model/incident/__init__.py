"""Incidents: what one is, what may become of it, and what is said of it in its timeline.

Parts, lowest first: `values` (severities, statuses, types), `declaration`, `said` (where and when), `roles`,
`record`, `fields` (of it, as JSON), `pin` (a message of the room), `timeline`, `evaluation` (of a note), `words` (what
all of it is called).
"""

from __future__ import annotations

from bot.model.incident.declaration import Declaration, Words
from bot.model.incident.evaluation import Basis, Info, Source, evaluation, grade
from bot.model.incident.fields import WAS, changed, packed, put
from bot.model.incident.pin import Attached, Pinned, digest_of
from bot.model.incident.record import Incident, Validation
from bot.model.incident.roles import Assigned, Part, assigned
from bot.model.incident.said import moment_before, moment_in, place_in
from bot.model.incident.timeline import Entry, EntryKind
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.incident.words import PARTS, facts, heading, told, worded

__all__ = [
    "PARTS",
    "WAS",
    "Assigned",
    "Attached",
    "Basis",
    "Declaration",
    "Entry",
    "EntryKind",
    "Incident",
    "Info",
    "Part",
    "Pinned",
    "Reason",
    "Severity",
    "Source",
    "Status",
    "Type",
    "Validation",
    "Words",
    "assigned",
    "changed",
    "digest_of",
    "evaluation",
    "facts",
    "grade",
    "heading",
    "moment_before",
    "moment_in",
    "packed",
    "place_in",
    "put",
    "told",
    "worded",
]
