"""Exports: an incident as it is given to another agency for a purpose, cut to what that agency may have.

Parts, lowest first: `request` (who asked, who agreed), `case` (what is given, only of what was cleared), `record`
(JSON), `tables` (CSV, GeoJSON), `container`, `pack` (the evidence pack) and `bundle` (several in one file).
"""

from __future__ import annotations

from bot.model.export.case import Case, Consistent, Custody, Line, Original, Reported, Unpinned
from bot.model.export.request import (
    AGREE,
    BUILD,
    COMMAND,
    DUE,
    LASTS,
    MARKED,
    MOST_ASKED,
    MOST_ENTRIES,
    MOST_TOGETHER,
    REFUSE,
    Export,
    Form,
    Use,
    ranges,
)

__all__ = [
    "AGREE",
    "BUILD",
    "COMMAND",
    "DUE",
    "LASTS",
    "MARKED",
    "MOST_ASKED",
    "MOST_ENTRIES",
    "MOST_TOGETHER",
    "REFUSE",
    "Case",
    "Consistent",
    "Custody",
    "Export",
    "Form",
    "Line",
    "Original",
    "Reported",
    "Unpinned",
    "Use",
    "ranges",
]
