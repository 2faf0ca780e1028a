"""One briefing as it was held: who was there, what was said and decided, and who has read that afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference

EARLY = timedelta(minutes=15)
"""How long before it begins people say whether they are there."""
AFTERWARDS = timedelta(hours=1)
"""How long after its end they still do."""


class Presence(StrEnum):
    """What somebody, or another for them, says of their being there."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


class MinuteKind(StrEnum):
    """What a line of the minutes is."""

    NOTE = "note"
    DECISION = "decision"
    ACTION = "action"


class ReadingState(StrEnum):
    """How far somebody has come who is to read the minutes afterwards."""

    WAITING = "waiting"
    ASKED = "asked"
    RUNG = "rung"
    READ = "read"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One occurrence of a briefing, held. `original` is its naive wall time by the rule; `begins` and `ends` are UTC.

    `by` has planned it. Once its minutes are closed nothing of it changes, and `digest` is the SHA-256 of their record.
    """

    ref: Reference
    briefing: Reference
    room_id: str
    by: UserId
    original: datetime
    begins: datetime
    ends: datetime
    closed_at: datetime | None = None
    closed_by: UserId | None = None
    digest: str = ""

    def on(self, now: datetime) -> bool:
        """Return whether people say now whether they are there."""
        return self.begins - EARLY <= now < self.ends + AFTERWARDS


@dataclass(frozen=True, slots=True)
class Attendance:
    """That `person` is there, comes late or is absent, as `by` has said last (UTC)."""

    person: UserId
    presence: Presence
    by: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Minute:
    """A line of the minutes: `text` as it was written, in `language`; empty if it was taken back. `at` is UTC.

    `corrects` is the line that it takes the place of, `task` what came of an action. The record of closed minutes holds
    no words, but a digest of each line's with its `salt`, which goes when the words are taken back.
    """

    number: int
    kind: MinuteKind
    text: str
    language: LanguageCode
    by: UserId
    agency: str | None
    at: datetime
    corrects: int | None = None
    task: Reference | None = None
    salt: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of its words with its salt."""
        return hashlib.sha256(f"{self.salt}{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the decision `number` is as it was said, by a lead of another agency; None: not answered yet."""

    number: int
    person: UserId
    agency: str | None
    agreed: bool | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """That somebody who was not there is to read the minutes; `at` is since when that stands so (UTC)."""

    person: UserId
    state: ReadingState
    at: datetime


def frozen(
    sitting: Sitting, there: Sequence[Attendance], minutes: Sequence[Minute], verdicts: Sequence[Verdict]
) -> tuple[str, str]:
    """Return the record of minutes that are closed, as canonical JSON, and its SHA-256.

    It holds nobody's words, so that it still proves what is left when some are taken back.
    """
    content: dict[str, Any] = {
        "ref": str(sitting.ref), "briefing": str(sitting.briefing), "room": sitting.room_id,
        "begins": sitting.begins.isoformat(), "ends": sitting.ends.isoformat(),
        "closed": _iso(sitting.closed_at), "closed_by": sitting.closed_by,
        "attendance": [[one.person, one.presence, one.by, one.at.isoformat()] for one in there],
        "lines": [
            [one.number, one.kind, one.digest, one.language, one.by, one.at.isoformat(), one.corrects,
             str(one.task) if one.task else None]
            for one in minutes
        ],
        "verdicts": [[one.number, one.person, one.agreed, _iso(one.at)] for one in verdicts],
    }  # fmt: skip
    record = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return record, hashlib.sha256(record.encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
