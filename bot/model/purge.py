"""A purge: the words of a record go for good, wherever the bot has them; that they went, and why, stays in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.model.reference import Reference

COMMAND = "purge"
DUE = "purge"
"""What is due of a record that is to be purged: its reference."""
BATCH = "purge batch"
"""What is asked when too much would go at once."""
AGENCY, LEAVES = "purge agency", "agency leaves"
"""What is asked when an agency leaves the task force, and what is due of it then: its code."""
PURGED = "record.purged"
"""The kind of the entry of the log that says which record was purged, why, and which entries were emptied by it."""
YES, REFUSE = "purge", "refuse"
LASTS = timedelta(hours=24)
"""How long a purge that somebody has asked for waits for the second person."""
FEW = 10
"""How many records of a class may go at once whatever share of them that is."""


class RecordClass(StrEnum):
    """What has a retention rule of its own."""

    INCIDENT = "incident"
    REPORT = "report"
    HANDOVER = "handover"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that can be purged: what it is, the agency it comes from, its room, and since when it is over (UTC).

    `ended_at` is None while something can still come of it. `held` is whether a legal hold keeps it.
    """

    kind: RecordClass
    ref: Reference
    agency: str | None
    room_id: str
    ended_at: datetime | None
    held: bool

    def due(self, days: int | None, now: datetime) -> bool:
        """Return whether a rule of so many *days* (None: no rule) purges it at *now*."""
        return days is not None and self.ended_at is not None and self.ended_at + timedelta(days=days) <= now


@dataclass(frozen=True, slots=True)
class Purged:
    """That a record was purged: which entries of the log were emptied, and the SHA-256 of their leaves in that order.

    `at` is in UTC, `digest` in hexadecimal.
    """

    kind: RecordClass
    ref: Reference
    at: datetime
    digest: str
    leaves: tuple[int, ...]

    @property
    def notice(self) -> Mapping[str, Any]:
        """What the audit rooms are told for programs: whoever brings an older backup back purges the record again."""
        return {"class": str(self.kind), "ref": str(self.ref), "at": self.at.isoformat(), "digest": self.digest}


def digest(leaves: Iterable[bytes]) -> str:
    """Return the SHA-256 of *leaves*, one behind the other, in hexadecimal."""
    return sha256(b"".join(leaves)).hexdigest()


def too_much(due: int, all_of_them: int, percent: int) -> bool:
    """Return whether so many of *all_of_them* are *due* at once that somebody must say that this is meant."""
    return due > FEW and due * 100 > all_of_them * percent
