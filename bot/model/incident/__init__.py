"""Incidents: what one is, what may become of it, and what is said of it in its timeline.

Parts, lowest first: `values` (severities, statuses, types), `record`, `timeline`.
"""

from __future__ import annotations

from bot.model.incident.record import Incident, Validation
from bot.model.incident.timeline import Entry, EntryKind
from bot.model.incident.values import Reason, Severity, Status, Type

__all__ = ["Entry", "EntryKind", "Incident", "Reason", "Severity", "Status", "Type", "Validation"]
