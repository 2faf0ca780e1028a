"""A legal hold: nothing of an incident is deleted until it is lifted, and what is taken back is kept for auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Code, Message, Verbatim, _
from bot.model.incident import Entry
from bot.model.names import one_line
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.report import Report

COMMAND = "hold"
LIFT = "hold lift"
SHOW = "hold show"
LIST = "hold list"
YES = "yes"


@dataclass(frozen=True, slots=True)
class Hold:
    """That an incident is under hold: by whom, of which agency, since when (UTC), and why, as the message *said* it.

    Each agency places and lifts its own; the incident is held until the last is lifted.
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


def why(reason: str) -> list[Message]:
    """Return the line that says why it is held, or not any more: none without a reason."""
    return [_("Why: {reason}", reason=Verbatim(one_line(reason)))] if reason else []


def stays(ref: Reference) -> Message:
    """Return what is said when one hold of several was lifted."""
    return _("{ref} stays under hold: another agency holds it as well, so nothing is deleted.", ref=Code(str(ref)))
