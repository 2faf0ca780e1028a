"""Parts of an incident that are marked apart from it: what one message has brought about, once that is marked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.model.handling import TLP, Handling, Mark, Marking, strictest
from bot.model.incident.fields import WAS
from bot.model.incident.record import Incident
from bot.model.incident.timeline import Entry, EntryKind
from bot.model.original import Decided
from bot.model.person import UserId
from bot.model.reference import Reference

TITLE = 1
"""The number of the entry that holds the title."""


@dataclass(frozen=True, slots=True)
class PartMark:
    """How the entry `number`, and what followed its message, is handled, and by whose word.

    `agency` is that of whoever wrote the message; `named` are the persons whom RED leaves. `source` is the message, if
    it is one of several that the entry is made of.
    """

    ref: Reference
    number: int
    handling: Handling | None
    decided: Decided
    agency: str | None
    named: tuple[UserId, ...] = ()
    source: str = ""

    @classmethod
    def of(cls, entry: Entry) -> PartMark:
        """Return what an entry says that marks another."""
        values = entry.values
        named = tuple(map(UserId, values["mark"]["named"] or ()))
        handling = Handling.of(values["mark"]["handling"])
        decided, source = Decided(values["decided"]), values.get("source", "")
        return cls(entry.ref, entry.corrects or 0, handling, decided, values["agency"], named, source)

    @property
    def mark(self) -> Mark:
        """Its labels, and whom they leave."""
        red = Mark(self.handling).red
        return Mark(self.handling, None, self.named if red else None)

    @property
    def marking(self) -> Marking:
        """How it is marked: by its sender, or by others until the sender decides."""
        if self.decided is Decided.OTHERS:
            return Marking(others=self.mark)
        return Marking(self.mark, decided=True)

    @property
    def unkept(self) -> bool:
        """Whether nothing may be kept of it but itself: no translation, and no copy."""
        return self.handling is not None and not self.handling.kept

    @property
    def values(self) -> Mapping[str, Any]:
        """What the entry keeps that says so: JSON."""
        found = {"mark": self.mark.to_json(), "decided": self.decided, "agency": self.agency}
        return {**found, "source": self.source} if self.source else found


def whole(marks: Sequence[PartMark]) -> PartMark:
    """Return how an entry is marked that is made of several messages, each with its mark: as the strictest of them."""
    label = strictest(mark.handling for mark in marks)
    order = [*reversed(TLP), None]
    first = min(marks, key=lambda mark: order.index(mark.handling.tlp if mark.handling else None))
    return replace(first, handling=label)


def covered(entry: Entry, mark: PartMark) -> Entry:
    """Return what remains of an entry that is withheld: its number, its time, the agency and the label."""
    return replace(
        entry,
        kind=EntryKind.WITHHELD,
        agency=mark.agency,
        happened_at=None,
        text="",
        language=None,
        values={"label": str(mark.handling or "")},
        corrects=None,
    )


def placed_by(entries: Iterable[Entry], hidden: Container[int]) -> int:
    """Return the number of the entry that has said where it is now, among those of places and of what was undone.

    Of several that say the same, the first that is not *hidden*: what is said again does not change it.
    """
    source, before = TITLE, dict[int, int]()
    for entry in sorted(entries, key=lambda one: one.number):
        if entry.kind is EntryKind.PLACE:
            before[entry.number] = source
            source = entry.number if "place" in entry.values.get(WAS, ()) or source in hidden else source
        else:
            source = before.get(entry.corrects or 0, source)
    return source


def without(incident: Incident, *, title: bool, place: bool) -> Incident:
    """Return the incident without its title, and the time that was read from it, or without its place."""
    if title and incident.title:
        incident = replace(incident, title="", happened_at=None, partial=True, withheld=True)
    return replace(incident, place=None, partial=True) if place else incident
