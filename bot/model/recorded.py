"""Whether the timelines say what the audit log holds of each of their entries, and which contents were forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.model.audit import FORGOTTEN, HELD, Entry

_DIGITS = 20
"""An index of that many is none."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of a timeline as its table has it.

    `logged` is the index of the entry of the log that records it, or None; `entered_at` is in ISO 8601; `content` is
    what the log would hold of it, as canonical JSON, empty if it is in no form that an entry has.
    """

    logged: int | None
    ref: str
    number: int
    kind: str
    author: str
    agency: str | None
    entered_at: str
    content: bytes


class Beside(Protocol):
    """What lies beside a log on the disk."""

    def recorded(self) -> Iterator[Recorded]:
        """Return the entries of all timelines, by their index in the log, those without one first."""
        ...

    def forgotten(self) -> Iterable[Entry]:
        """Return the entries of the log that say whose content was deleted, or is held until then, by their index."""
        ...

    def pseudonyms(self) -> Mapping[str, str]:
        """Return under which name each person stands in the log."""
        ...

    def sealed(self) -> Iterable[str]:
        """Return the references of reports to the rights monitors: they have no timeline."""
        ...


class Timelines:
    """What lies beside a log, held against its entries one by one, from the first on."""

    def __init__(self, beside: Beside) -> None:
        self._names = beside.pseudonyms()
        self._sealed = frozenset(beside.sealed())
        self._left: dict[int, Entry] = {}
        self._held: dict[int, Entry] = {}
        for entry in beside.forgotten():
            for kind, found in ((FORGOTTEN, self._left), (HELD, self._held)):
                if (ref := _names(entry, kind)) is not None:
                    found[int(ref)] = entry
        self._rows = beside.recorded()
        self._next = next(self._rows, None)

    def gone(self, entry: Entry) -> bool:
        """Return whether the content of *entry* is missing, and no later entry says that it was forgotten."""
        return entry.content is None and entry.index not in self._left

    def wrong(self, entry: Entry, envelope: Mapping[str, Any]) -> str | None:
        """Return what is wrong with the timeline that *entry*, which is as it was written, stands on; None: nothing."""
        if stray := self.stray(entry.index):
            return stray
        row, left = self._take(entry.index), self._content(entry)
        if row is not None:
            if self._same(row, envelope, left):
                return None
            return (
                f"{_timeline(row.ref)}: its entry {row.number} does not say what entry {entry.index} of the log says."
            )
        number = _number(left) if str(envelope.get("kind")).startswith("incident.") else None
        if number is None or envelope.get("ref") in self._sealed:
            return None
        timeline = _timeline(envelope.get("ref"))
        return f"{timeline}: its entry {number}, which is entry {entry.index} of the log, is missing."

    def stray(self, index: int) -> str | None:
        """Return what is wrong if the next row stands for no entry of the log that is read, up to *index*; or None."""
        row = self._next
        if row is None or (row.logged is not None and row.logged >= index):
            return None
        return f"{_timeline(row.ref)}: its entry {row.number} is not in the log."

    @property
    def more(self) -> bool:
        """Return whether there are rows that were not held against an entry."""
        return self._next is not None

    def _take(self, index: int) -> Recorded | None:
        row = self._next
        if row is None or row.logged != index:
            return None
        self._next = next(self._rows, None)
        return row

    def _content(self, entry: Entry) -> bytes | None:
        """Return what the log holds of *entry*, or what was left of that when it was forgotten; None if gone.

        What is under hold the log holds still: of that as well, what the timeline has left.
        """
        while left := (self._held if entry.content else self._left).get(entry.index):
            entry = left
        return entry.content.data if entry.content else None

    def _same(self, row: Recorded, envelope: Mapping[str, Any], content: bytes | None) -> bool:
        says = [envelope.get(name) for name in ("kind", "time", "agency", "ref")]
        if says != [f"incident.{row.kind}", _stamp(row.entered_at), row.agency, row.ref]:
            return False
        if content not in (None, row.content):
            return False
        return self._names.get(row.author) == envelope.get("actor")


def _names(entry: Entry, kind: str) -> str | None:
    """Return the index of the entry of which *entry*, a later one of that *kind*, tells; None if it tells of none."""
    envelope = read(entry.envelope)
    ref = envelope.get("ref") if envelope.get("kind") == kind else None
    known = isinstance(ref, str) and ref.isdecimal() and len(ref) < _DIGITS and int(ref) < entry.index
    return ref if known else None


def read(envelope: bytes) -> Mapping[str, Any]:
    """Return what an envelope says; nothing if it is none."""
    try:
        found = json.loads(envelope)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(content: bytes | None) -> int | None:
    number = read(content).get("number") if content else None
    return number if isinstance(number, int) else None


def _stamp(at: str) -> str:
    """Return a time in ISO 8601 and UTC, as tables have it, as an envelope has it; what is none stays as it is."""
    moment, utc, rest = at.partition("+00:00")
    if not utc or rest:
        return at
    seconds, _dot, fraction = moment.partition(".")
    return f"{seconds}.{fraction[:3] or '000'}Z"


def _timeline(ref: object) -> str:
    return f"The timeline of {ref} was altered"
