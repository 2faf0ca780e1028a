"""A review of a closed incident: what became of it in figures and in brief, and what is to be done differently.

No figure and no line names a person: entries are told by agency.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.i18n import Length, Message, Verbatim, _, _c
from bot.model.digest.counting import SILENT, Cadence, Life
from bot.model.incident import Entry, EntryKind
from bot.model.person import UserId
from bot.model.reference import Reference

DUE = "review"
FIRST = timedelta(hours=1)
"""How long after it was closed the draft is announced: a close that is undone has none."""
FLAG = "review"
"""Under which name the values of a note or task tell that it belongs to the review."""
COMMENT, ACTION = "comment", "action"
BRIEF = frozenset(
    {
        EntryKind.DECLARED,
        EntryKind.TYPE,
        EntryKind.SEVERITY,
        EntryKind.STATUS,
        EntryKind.VALIDATED,
        EntryKind.CLOSED,
        EntryKind.REOPENED,
        EntryKind.PLACE,
        EntryKind.REPORT,
        EntryKind.DECISION,
        EntryKind.RELEASED,
    }
)
"""What the timeline in brief tells; none of these names a person, but who declared it, which is left out."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What became of an incident, in figures: seconds from its declaration, None where that did not come to be.

    `received` is how many people of each agency have received anything of it, an empty code those of none.
    """

    acknowledged: int | None = None
    validated: int | None = None
    closed: int | None = None
    reopened: int = 0
    overdue: int = 0
    reports: int = 0
    decisions: int = 0
    notes: int = 0
    received: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """That a review was published: the frozen `record` (canonical JSON), its SHA-256, by which agency, when (UTC)."""

    ref: Reference
    record: str
    digest: str
    by: UserId
    agency: str | None
    at: datetime

    @property
    def facts(self) -> Facts:
        """The figures as they were published."""
        return Facts(**json.loads(self.record)["facts"])

    @property
    def numbers(self) -> tuple[frozenset[int], frozenset[str]]:
        """Which entries and tasks it holds."""
        record = json.loads(self.record)
        return frozenset(number for number, _kind, _logged in record["entries"]), frozenset(record["actions"])

    @property
    def sound(self) -> bool:
        """Whether the record is the one that was published."""
        return hashlib.sha256(self.record.encode()).hexdigest() == self.digest


def facts_of(
    life: Life, entries: Sequence[Entry], agencies: Iterable[str], cadence: Cadence, bot: UserId
) -> Facts:  # fmt: skip
    """Return the figures of an incident: of what may be seen of it; *agencies* are those of who received it."""
    begun, seen = life.now.declared_at, life.seen
    others = {bot, life.now.declared_by}
    first = next((one.at for one in seen if one.author not in others), None)
    ends = [one.at for one in seen if one.kind is EntryKind.CLOSED]
    kinds = Counter(one.kind for one in entries if FLAG not in one.values)

    def since(moment: datetime | None) -> int | None:
        return int((moment - begun).total_seconds()) if moment else None

    return Facts(
        since(first),
        since(life.now.validation.at if life.now.validation else None),
        since(ends[-1] if ends else None),
        sum(one.kind is EntryKind.REOPENED for one in seen),
        _overdue(life, cadence, bot),
        kinds[EntryKind.REPORT],
        kinds[EntryKind.DECISION],
        kinds[EntryKind.NOTE],
        dict(sorted(Counter(agencies).items())),
    )


def _overdue(life: Life, cadence: Cadence, bot: UserId) -> int:
    """Return how often nothing was entered for longer than its severity allowed while it was open."""
    said = [one.at for one in life.seen if one.author != bot and one.kind not in SILENT]
    late = 0
    for before, after in pairwise([life.now.declared_at, *said]):
        then = life.at(after)
        if then is not None and not then.ended and after - before > cadence(then.severity):
            late += 1
    return late


def figures(facts: Facts) -> tuple[Message, ...]:
    """Return the figures, a line each."""
    times = [
        (_c("figure", "Until somebody saw to it"), facts.acknowledged),
        (_c("figure", "Until it was validated"), facts.validated),
        (_c("figure", "Until it was closed"), facts.closed),
    ]
    counts = [
        (_c("figure", "Reopened"), facts.reopened),
        (_c("figure", "Updates that came too late"), facts.overdue),
        (_c("figure", "Reports"), facts.reports),
        (_c("figure", "Decisions"), facts.decisions),
        (_c("figure", "Notes"), facts.notes),
    ]
    lines = [_("{what}: {n}", what=what, n=_length(took)) for what, took in times if took is not None]
    lines += [_("{what}: {n}", what=what, n=n) for what, n in counts if n]
    if facts.received:
        parts = tuple(_("{what}: {n}", what=Verbatim(code or "-"), n=n) for code, n in facts.received.items())
        lines.append(_("People who have received it, by agency: {parts}", parts=parts))
    return tuple(lines)


def _length(seconds: int) -> Length:
    return Length(max(MINUTE, timedelta(seconds=seconds)))


def frozen(
    ref: Reference,
    facts: Facts,
    entries: Sequence[tuple[Entry, int | None]],
    actions: Iterable[Reference],
    at: datetime,
) -> tuple[str, str]:
    """Return the record of a review as canonical JSON, and its SHA-256.

    It names entries by number and by their place in the audit log, and holds nobody's words: it proves what is left of
    them when some are taken back.
    """
    content: dict[str, Any] = {
        "ref": str(ref),
        "at": at.isoformat(),
        "facts": asdict(facts),
        "entries": [[entry.number, entry.kind, logged] for entry, logged in entries],
        "actions": sorted(map(str, actions)),
    }
    record = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return record, hashlib.sha256(record.encode()).hexdigest()
