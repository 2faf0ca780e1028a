"""Recalls: what somebody has received of a record has changed; they are told that, and say that they have read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.incident import Entry, EntryKind, Incident, Reason
from bot.model.person import UserId
from bot.model.reference import Reference

COMMAND = "recall"
ACKNOWLEDGE = "received"
GATHER = timedelta(minutes=1)
"""How long changes are gathered before one message tells of all of them."""
NUDGE = timedelta(minutes=30)
"""After how long whoever has not acknowledged is asked again, and after as long again a lead of theirs is told."""
MOST_LINES = 20
"""Changes that one message tells of; the others come in the next."""

LINES = frozenset({"incident list", "incident show"})
"""Commands whose answers show of an incident how it stands and its title, and nothing of its entries."""
SHOWING = frozenset({"reply", "notice", "report", "digest", "file", "card", "recall"})
"""Kinds of posts that show something of records; what rings and what asks names references alone."""


class About(StrEnum):
    """What has changed."""

    ENTRY = "entry"
    """An entry was corrected, undone or taken back."""
    ACCESS = "access"
    """A mark or the end of a release: told to those who may not read it any more."""
    LINE = "line"
    """Words of minutes, of a handover, or of a report that belongs to no incident."""


class State(StrEnum):
    """What has become of a recall."""

    WAITING = "waiting"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    UNREACHED = "unreached"
    DROPPED = "dropped"
    """They may still read it, so there was nothing to tell."""


@dataclass(frozen=True, slots=True)
class Shown:
    """That something of records was shown to `people` by a `post`: an outbox row, or the id of an export.

    `kind` says as what. `whole`: more than how it stands and its title.
    """

    post: str
    room_id: str
    kind: str
    people: tuple[UserId, ...]
    at: datetime
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """That somebody received something of a record: where, as what, and when first and last (UTC)."""

    user_id: UserId
    room_id: str
    kind: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """What a message has said in a record that is no incident's: a line of minutes, words of a handover, a report."""

    ref: Reference
    number: int
    room_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of what was received: the entry `number` of `ref`, or that line of the `record`; when, and by whom."""

    ref: Reference
    record: str
    number: int
    about: About
    at: datetime
    by: str = ""
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """That a change is to be told to somebody, and what has become of that. Times are UTC."""

    id: int
    user_id: UserId
    change: Changed
    received_at: datetime
    state: State = State.WAITING
    batch: str = ""
    told_at: datetime | None = None
    acknowledged_at: datetime | None = None
    nudged: int = 0
    withdrawn: bool = False
    """Whether they may not read it any more, and are told no more than that."""


def corrects(incident: Incident, entry: Entry) -> About | None:
    """Return what an entry changes of what others have received before; None where it tells something new."""
    match entry.kind:
        case EntryKind.NOTE | EntryKind.DECISION if entry.corrects:
            return About.ENTRY
        case EntryKind.WITHDRAWN | EntryKind.UNDONE | EntryKind.UNPINNED | EntryKind.EDITED | EntryKind.REDACTED:
            return About.ENTRY
        case EntryKind.REPORT if entry.values.get("revision", 1) > 1:
            return About.ENTRY
        case EntryKind.CLOSED if incident.reason is Reason.CANCELLED:
            return About.ENTRY
        case EntryKind.MARKED:
            return About.ACCESS
        case EntryKind.RELEASE_ENDED if "asked_by" not in entry.values:
            return About.ACCESS
    return None


WORDS = frozenset({EntryKind.NOTE, EntryKind.DECISION, EntryKind.REPORT, EntryKind.PIN})
"""Entries of which nothing stands in a title or among the facts: only whoever has seen more has received them."""
