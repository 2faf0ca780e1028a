"""A handover as it stands, and what it is once it is accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.handover.item import Item, ReadBack, Said
from bot.model.handover.risk import Risk
from bot.model.handover.values import Answer, Depth, Gone, State
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift import PostName


@dataclass(frozen=True, slots=True)
class Handover:
    """That `outgoing` hands a post over to `incoming`. Times are UTC.

    `expected` is when the incoming person's shift begins, if a roster says that; `digest` the SHA-256 of the record as
    it was accepted.
    """

    ref: Reference
    post: PostName
    room_id: str
    outgoing: UserId
    incoming: UserId
    state: State
    started_at: datetime
    risk: Risk
    expected: datetime | None = None
    ready_at: datetime | None = None
    ended_at: datetime | None = None
    revision: int = 1
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A handover with its items, in their order, why some need no answer any more, and the last read-back of each."""

    handover: Handover
    items: tuple[Item, ...]
    gone: Mapping[int, Gone]
    read_back: Mapping[int, ReadBack]

    def item(self, number: int) -> Item | None:
        """Return the item of that number, or None."""
        return next((one for one in self.items if one.number == number), None)

    @property
    def standing(self) -> list[Item]:
        """The items that need an answer."""
        return [one for one in self.items if one.number not in self.gone]

    def needs_reading(self, item: Item) -> bool:
        """Return whether an item counts as answered only once it is read back."""
        depth = self.handover.risk.depth
        return depth is Depth.EVERY or (depth is Depth.CRITICAL and item.critical)

    def settled(self, item: Item) -> bool:
        """Return whether the incoming person has taken an item over, or refused it for good."""
        if item.number in self.gone:
            return True
        if item.answered and item.answered.answer is Answer.REFUSED:
            return True
        if self.needs_reading(item):
            found = self.read_back.get(item.number)
            return found is not None and found.right is True
        return item.answered is not None and item.answered.answer is Answer.OK

    @property
    def open(self) -> list[Item]:
        """The items that nothing is settled about yet."""
        return [one for one in self.items if not self.settled(one)]

    @property
    def taken(self) -> list[Item]:
        """The items that the incoming person answers for from the acceptance on."""
        return [one for one in self.standing if not one.answered or one.answered.answer is not Answer.REFUSED]

    @property
    def refused(self) -> list[Item]:
        """The items that stay with the outgoing person."""
        return [one for one in self.standing if one.answered and one.answered.answer is Answer.REFUSED]


def frozen(sheet: Sheet, texts: Sequence[Said], read_backs: Sequence[ReadBack], at: datetime) -> tuple[str, str]:
    """Return the record of a handover that is accepted *at* that moment, as canonical JSON, and its SHA-256.

    It holds every word that was written for it, and of other records the references alone.
    """
    handover = sheet.handover
    content: dict[str, Any] = {
        "ref": str(handover.ref), "post": handover.post, "room": handover.room_id,
        "outgoing": handover.outgoing, "incoming": handover.incoming,
        "started": handover.started_at.isoformat(), "ready": _iso(handover.ready_at), "accepted": at.isoformat(),
        "depth": handover.risk.depth, "risk": list(handover.risk.reasons),
        "items": [_item(one, sheet.gone.get(one.number)) for one in sheet.items],
        "texts": [[str(one.ref), one.number, one.text, one.language, one.by, one.at.isoformat()] for one in texts],
        "read_backs": [_read_back(one) for one in read_backs],
    }  # fmt: skip
    record = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return record, digest_of(record)


def gone_in(record: str) -> dict[int, Gone]:
    """Return which items needed no answer in a frozen record, and why."""
    return {one["number"]: Gone(one["gone"]) for one in json.loads(record)["items"] if one["gone"]}


def digest_of(record: str) -> str:
    """Return the SHA-256 of a record, in hexadecimal digits."""
    return hashlib.sha256(record.encode()).hexdigest()


def _item(item: Item, gone: Gone | None) -> dict[str, Any]:
    answered = item.answered
    said = [answered.answer, answered.by, answered.at.isoformat(), answered.reason] if answered and not gone else None
    return {
        "number": item.number, "key": item.key, "kind": item.kind, "facts": dict(item.facts),
        "words": _text(item.words), "notes": [_text(one) for one in item.notes], "contingency": _text(item.contingency),
        "critical": item.critical, "first": str(item.first) if item.first else None, "since": _iso(item.since),
        "passed": item.passed, "stays_with": item.stays_with, "answered": said, "gone": gone,
    }  # fmt: skip


def _read_back(one: ReadBack) -> list[Any]:
    return [one.item, one.said, one.by, one.at.isoformat(), one.right, _iso(one.judged_at)]


def _text(found: tuple[Reference, int] | None) -> list[Any] | None:
    return [str(found[0]), found[1]] if found else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
