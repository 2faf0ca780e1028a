"""How things are handled, and who may see them.

Parts, lowest first: `values` (colours and codes), `labels` (what a message begins with), `marking` (how a record is
marked, and by whom), `decision` (who may see it: `decide`).
"""

from __future__ import annotations

from bot.model.handling.decision import (
    Audience,
    Cleared,
    Hidden,
    Level,
    Member,
    Purpose,
    Record,
    aggregate,
    decide,
    decide_each,
    passing,
)
from bot.model.handling.labels import Label, label_of, mark_of, read_label, unlabelled
from bot.model.handling.marking import NO_MARK, Mark, Marking, Release, combined
from bot.model.handling.values import TLP, Handling, strictest

__all__ = [
    "NO_MARK",
    "TLP",
    "Audience",
    "Cleared",
    "Handling",
    "Hidden",
    "Label",
    "Level",
    "Mark",
    "Marking",
    "Member",
    "Purpose",
    "Record",
    "Release",
    "aggregate",
    "combined",
    "decide",
    "decide_each",
    "label_of",
    "mark_of",
    "passing",
    "read_label",
    "strictest",
    "unlabelled",
]
