"""A legal hold: nothing of an incident is deleted until it is lifted, and what is taken back is kept for auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.incident import Entry
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.report import Report

COMMAND = "hold"
LIFT = "hold lift"
SHOW = "hold show"
YES = "yes"


@dataclass(frozen=True, slots=True)
class Hold:
    """That an incident is under hold: by whom, of which agency, since when (UTC), and why, as the message *said* it.

    The reason is empty once that message, of the room `room_id`, is taken back.
    """

    ref: Reference
    by: UserId
    agency: str | None
    at: datetime
    reason: str
    room_id: str
    said: str


def keeping(ref: Reference) -> str:
    """Return as what posts are listed that show what the hold on an incident keeps: they go when it is lifted."""
    return f"hold {ref}"


@dataclass(frozen=True, slots=True)
class Kept:
    """Words that were taken back under hold, as they were: those of an entry, or of a revision of a report.

    `entry` is the entry of the timeline with its text; of a report, the one that tells that it was given, and
    `report` is the revision with its texts.
    """

    entry: Entry
    report: Report | None = None
