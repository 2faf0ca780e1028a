"""Which incidents have to do with one another, among those that somebody may read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import Code, Message, Verbatim, _
from bot.model.incident.timeline import Entry
from bot.model.reference import Reference


class Tie(StrEnum):
    """What the other incident is of which an entry tells."""

    PARENT = "parent"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Related:
    """What an incident is a duplicate of, its duplicates, what is linked with it, what it is a part of, its parts."""

    main: Reference | None = None
    duplicates: tuple[Reference, ...] = ()
    linked: tuple[Reference, ...] = ()
    parent: Reference | None = None
    parts: tuple[Reference, ...] = ()

    @property
    def refs(self) -> tuple[Reference, ...]:
        """All of them."""
        above = [one for one in (self.main, self.parent) if one]
        return (*above, *self.duplicates, *self.parts, *self.linked)


def named(entry: Entry) -> tuple[str, ...]:
    """Return the references of other incidents that an entry names."""
    return tuple(entry.values[name] for name in ("ref", "of") if name in entry.values)


def relations(related: Related) -> tuple[Message, ...]:
    """Return how an incident is related to others, a line each."""
    lines = []
    if related.main:
        lines.append(_("Duplicate of {ref}: use that one", ref=Code(str(related.main))))
    if related.duplicates:
        lines.append(_("Its duplicates: {refs}", refs=_listed(related.duplicates)))
    if related.parent:
        lines.append(_("Part of {ref}", ref=Code(str(related.parent))))
    if related.parts:
        lines.append(_("Its parts: {refs}", refs=_listed(related.parts)))
    if related.linked:
        lines.append(_("Linked with {refs}", refs=_listed(related.linked)))
    return tuple(lines)


def _listed(refs: tuple[Reference, ...]) -> Verbatim:
    return Verbatim(", ".join(map(str, refs)))
