"""The minutes of a briefing: what was said, decided and given to do, what others say to that, and who has read it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.i18n import Message, Verbatim, _, _c
from bot.model.handling import Handling
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.sitting import Attendance, Sitting

COMMAND = "briefing minutes"
"""The command that takes what is answered about minutes."""
RIGHT, WRONG, READ, CLOSES = "right", "wrong", "read", "close"
JUDGING = ((RIGHT, _c("choice", "Yes, that was decided")), (WRONG, _c("choice", "No, that was not decided so")))
"""What the leads of other agencies are asked about a decision."""
READING = ((READ, _c("choice", "I have read the minutes")),)
"""What those are asked who were not there."""


class MinuteKind(StrEnum):
    """What a line of the minutes is."""

    NOTE = "note"
    DECISION = "decision"
    ACTION = "action"
    ADDENDUM = "addendum"


@dataclass(frozen=True, slots=True)
class Minute:
    """A line of the minutes: `text` as it was written, in `language`; empty if it was taken back. `at` is UTC.

    `about` is the incident that it is about, `task` what came of an action. The record of closed minutes holds no
    words, but a digest of each line's with its `salt`, which goes when the words are taken back.
    """

    number: int
    kind: MinuteKind
    text: str
    language: LanguageCode
    by: UserId
    at: datetime
    about: Reference | None = None
    task: Reference | None = None
    salt: str = ""
    handling: Handling | None = None
    """How the message is handled that has said it, where it was marked afterwards."""

    @property
    def withheld(self) -> bool:
        """Whether its words are marked, and so not for minutes."""
        return self.handling is not None and not self.handling.travels

    @property
    def digest(self) -> str:
        """The SHA-256 of its words with its salt."""
        return hashlib.sha256(f"{self.salt}{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the decision `number` is as it was written, by a lead of another agency; None: not answered yet."""

    number: int
    person: UserId
    right: bool | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """That somebody who was not there is to read the minutes, since `asked_at`, and has at `read_at` (UTC)."""

    person: UserId
    asked_at: datetime
    read_at: datetime | None = None


def confirmed(number: int, names: tuple[Verbatim | Message, ...]) -> Message:
    """Return that a decision is what leads of other agencies have heard too."""
    return _("Decision {number} is confirmed by {names}.", number=number, names=names)


def disputed(number: int, names: tuple[Verbatim | Message, ...]) -> Message:
    """Return that a decision is not what some have heard."""
    return _("⚠ Decision {number} is disputed by {names}.", number=number, names=names)


def held_as(ref: Reference, number: int) -> str:
    """Return under which name posts are listed that hold the words of a line of minutes."""
    return f"minute {ref} {number}"


def frozen(
    sitting: Sitting, there: Sequence[Attendance], minutes: Sequence[Minute], verdicts: Sequence[Verdict]
) -> tuple[str, str]:
    """Return the record of minutes that are closed, as canonical JSON, and its SHA-256.

    It holds nobody's words, so that it still proves what is left when some are taken back.
    """
    content: dict[str, Any] = {
        "ref": str(sitting.ref), "briefing": str(sitting.briefing), "room": sitting.room_id,
        "begins": sitting.begins.isoformat(), "ends": sitting.ends.isoformat(), "scribe": sitting.scribe,
        "closed": _iso(sitting.closed_at), "closed_by": sitting.closed_by,
        "attendance": [[one.person, one.presence, one.minutes, one.by, one.at.isoformat()] for one in there],
        "lines": [
            [one.number, one.kind, one.digest if one.text else None, one.language, one.by, one.at.isoformat(),
             _ref(one.about), _ref(one.task)]
            for one in minutes
        ],
        "verdicts": [[one.number, one.person, one.right, _iso(one.at)] for one in verdicts],
    }  # fmt: skip
    record = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return record, hashlib.sha256(record.encode()).hexdigest()


def as_frozen(record: str, digest: str, minutes: Sequence[Minute]) -> bool:
    """Return whether a frozen *record* has that *digest*, and the words of *minutes* that are left are those in it."""
    if hashlib.sha256(record.encode()).hexdigest() != digest:
        return False
    known = {number: one for number, _kind, one, *_rest in json.loads(record)["lines"]}
    said = [one for one in minutes if one.kind is not MinuteKind.ADDENDUM]
    whole = {one.number for one in said} == set(known)
    return whole and all(one.digest == known[one.number] for one in said if one.text)


def _ref(ref: Reference | None) -> str | None:
    return str(ref) if ref else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
