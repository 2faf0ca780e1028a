"""What is handed over, one thing each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.model.handover.values import Answer, ItemKind
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote in a handover: `number` counts these texts."""

    ref: Reference
    number: int
    text: str
    language: LanguageCode
    by: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What the incoming person has said to an item; `reason` is the number of the text that says why."""

    answer: Answer
    by: UserId
    at: datetime
    reason: int | None = None


@dataclass(frozen=True, slots=True)
class ReadBack:
    """That the text `said` restates an item. `right` is None until the outgoing person has answered.

    `missing` are numbers, units and places that only the item has, `added` those that only the read-back has;
    `negation` says that a “not” is missing or too many.
    """

    item: int
    said: int
    by: UserId
    at: datetime
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    negation: bool = False
    right: bool | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is handed over, `number` counts them.

    `key` is the same for the same thing in every handover of its post; `about` is the record that it is about, `entry`
    the entry of that one's timeline. What was written for it are texts of handovers: `words` what it says, `notes` what
    the outgoing person says to it, `contingency` what is to be done if something happens. `first` is the handover in
    which it came first, `since` when that was, and `passed` how many watches have taken it over since. `stays_with` is
    who has kept it, because a later one had refused it.
    """

    number: int
    key: str
    kind: ItemKind
    about: Reference | None = None
    entry: int | None = None
    words: tuple[Reference, int] | None = None
    notes: tuple[tuple[Reference, int], ...] = ()
    contingency: tuple[Reference, int] | None = None
    critical: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    first: Reference | None = None
    since: datetime | None = None
    passed: int = 0
    stays_with: UserId | None = None
    answered: Answered | None = None

    def age(self, now: datetime) -> int:
        """Return for how many whole hours it has been handed on."""
        return int((now - self.since).total_seconds() // 3600) if self.since else 0
