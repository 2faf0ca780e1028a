"""What is known of an incident, entry by entry: nothing is ever changed, a correction is an entry of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference

WHOLE = "whole"
"""Under which name the values of a note tell that it holds what the incident was declared with."""


class EntryKind(StrEnum):
    """What an entry says."""

    DECLARED = "declared"
    NOTE = "note"
    TYPE = "type"
    SEVERITY = "severity"
    STATUS = "status"
    LEAD = "lead"
    VALIDATED = "validated"
    CLOSED = "closed"
    REOPENED = "reopened"
    PLACE = "place"
    REPORT = "report"
    TASK = "task"
    TASK_FOR = "task_for"
    TASK_DUE = "task_due"
    TASK_DONE = "task_done"
    ASKED = "asked"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    UNANSWERED = "unanswered"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"
    PIN = "pin"
    UNPINNED = "unpinned"
    EDITED = "edited"
    REDACTED = "redacted"
    COPIED = "copied"
    UNDONE = "undone"
    ROLE = "role"
    LINKED = "linked"
    DUPLICATED = "duplicated"
    SEPARATED = "separated"
    DECISION = "decision"
    MARKED = "marked"
    WITHHELD = "withheld"
    """Of no entry that is kept: in its place stands what may not be read where it is shown."""
    RELEASE_ASKED = "release_asked"
    RELEASE_AGREED = "release_agreed"
    RELEASED = "released"
    RELEASE_REFUSED = "release_refused"
    RELEASE_EXPIRED = "release_expired"
    RELEASE_ENDED = "release_ended"
    EXPORT_ASKED = "export_asked"
    EXPORT_AGREED = "export_agreed"
    EXPORTED = "exported"
    EXPORT_ENDED = "export_ended"


UNCOUNTED = frozenset({EntryKind.LINKED, EntryKind.DUPLICATED, EntryKind.SEPARATED})
"""What tells of another incident, and has no number to be seen: a gap would tell of it who may not read that one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline. Times are UTC.

    `happened_at` is the time of what it tells, if that was said; `entered_at` when it was recorded, `received_at`
    when the bot got the message, `sent_at` when the homeserver says that it was sent. `values` are codes and values by
    name, put in words for each reader; `text` is what a person wrote, in `language`. `corrects` is the number of the
    entry that it takes the place of. Numbers below 0 are of what is not counted.
    """

    number: int
    ref: Reference
    kind: EntryKind
    author: UserId
    agency: str | None
    entered_at: datetime
    received_at: datetime
    sent_at: datetime
    event_id: str
    happened_at: datetime | None = None
    text: str = ""
    language: LanguageCode | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    corrects: int | None = None

    @property
    def content(self) -> Mapping[str, Any]:
        """What the audit log keeps of it, beside who made it, when and of what: JSON, times in ISO 8601."""
        return {
            "number": self.number,
            "event": self.event_id,
            "sent": self.sent_at.isoformat(),
            "received": self.received_at.isoformat(),
            "happened": self.happened_at.isoformat() if self.happened_at else None,
            "text": self.text,
            "language": self.language,
            "values": dict(self.values),
            "corrects": self.corrects,
        }
