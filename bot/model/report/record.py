"""A report as it is recorded, revision by revision, and one that is being given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.model.handling import Handling, label_of, strictest
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.report.template import Template

HANDLING = "handling"
"""Under which the labels of the whole report stand among its values; it is no field."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is said in a field: as it was `typed`, and what it means, in JSON.

    Of a text, that is itself, in `language`; of a choice its code, of counts a number by code, of a place a list of
    what `Place` is made of, of a time its moment in ISO 8601. `event` is the message that has said it; `marked` is how
    that was marked while the report was not given yet: `handling`, by whose word (`decided`), and the person (`by`).
    """

    typed: str
    meant: Any
    language: LanguageCode | None = None
    event: str = ""
    marked: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> Mapping[str, Any]:
        """All of it as JSON."""
        found = {"typed": self.typed, "meant": self.meant, "language": self.language}
        return {**found, **{name: value for name, value in (("event", self.event), ("marked", self.marked)) if value}}


def digest(code: str, text: str) -> str:
    """Return what the translations of a field's text are kept under: they hold for as long as it says the same."""
    return hashlib.sha256(f"{code}\n{text}".encode()).hexdigest()[:32]


def handling_of(values: Mapping[str, Value]) -> Handling | None:
    """Return how what says these *values* is to be handled."""
    return strictest(label_of(str(one.meant)) for code, one in values.items() if one.language or code == HANDLING)


@dataclass(frozen=True, slots=True)
class Report:
    """One revision of a report. Times are UTC. Without an `incident` it stands alone in its room."""

    ref: Reference
    revision: int
    template: Template
    incident: Reference | None
    room_id: str
    author: UserId
    agency: str | None
    made_at: datetime
    event_id: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def changed(self, before: Report | None) -> frozenset[str]:
        """Return the codes of the fields that say something else than in the revision *before*."""
        if before is None:
            return frozenset()
        return frozenset(
            code
            for code, value in self.values.items()
            if code not in before.values or before.values[code].meant != value.meant
        )

    @property
    def handling(self) -> Handling | None:
        """How it is to be handled: as the labels of the whole say, and those with which its texts begin."""
        return handling_of(self.values)

    def said_since(self, before: Report | None) -> dict[str, str]:
        """Return the texts, by their fields, that the revision *before* has not said."""
        new = self.changed(before) if before else self.values.keys()
        return {code: self.values[code].meant for code in new if self.values[code].language and self.values[code].meant}

    @property
    def content(self) -> Mapping[str, Any]:
        """What the audit log keeps of it, beside who made it and when."""
        return {
            "template": self.template,
            "revision": self.revision,
            "incident": str(self.incident) if self.incident else None,
            "event": self.event_id,
            "values": {code: value.content for code, value in self.values.items()},
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that is being given, field by field. `passed` are fields that were left out, or left as they were.

    `whole`: every field is asked, not only what is required and missing. It is asked about until it is `ended`.
    """

    id: int
    ref: Reference
    template: Template
    incident: Reference | None
    room_id: str
    author: UserId
    touched_at: datetime
    values: Mapping[str, Value] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    whole: bool = True
    asking: bool = True


@dataclass(frozen=True, slots=True)
class Unchanged:
    """That every answer left its field as it was: there is nothing to record, and nothing more to ask."""

    report: Report
