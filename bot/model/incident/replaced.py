"""Which entries of a timeline others have taken the place of."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model.incident.timeline import Entry, EntryKind
from bot.model.reference import Reference


def replaced(entries: Iterable[Entry]) -> dict[tuple[Reference, int], int]:
    """Return by which entry each note or decision was replaced that another has taken the place of.

    Those that correct the same one replace each other, and the last one stands. What was undone or taken back
    replaces nothing.
    """
    entries = sorted(entries, key=lambda one: one.number)
    undone = {(one.ref, one.corrects) for one in entries if one.kind is EntryKind.UNDONE}
    found: dict[tuple[Reference, int], int] = {}
    versions: dict[tuple[Reference, int], list[int]] = {}
    for entry in entries:
        if entry.kind not in (EntryKind.NOTE, EntryKind.DECISION) or entry.corrects is None:
            continue
        if not entry.text or (entry.ref, entry.number) in undone:
            continue
        before = versions.setdefault((entry.ref, entry.corrects), [entry.corrects])
        found |= {(entry.ref, number): entry.number for number in before}
        before.append(entry.number)
    return found
