"""Exports: an incident as it is given to another agency for a purpose, cut to what that agency may have.

Parts, lowest first: `request` (who asked, who agreed), `case` (what is given, only of what was cleared), `record`
(JSON), `tables` (CSV, GeoJSON), `container` and `pack` (the evidence pack).
"""

from __future__ import annotations

from bot.model.export.case import Case, Consistent, Custody, Line, Original, Unpinned
from bot.model.export.request import (
    AGREE,
    BUILD,
    COMMAND,
    DUE,
    LASTS,
    MARKED,
    MOST_ASKED,
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
    "REFUSE",
    "Case",
    "Consistent",
    "Custody",
    "Export",
    "Form",
    "Line",
    "Original",
    "Unpinned",
    "Use",
    "ranges",
]
