"""Answers that are marked while their report is not given yet: it is marked so as soon as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model.handling import Handling
from bot.model.incident import EntryKind, PartMark
from bot.model.original import Decided, Original
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.report import Draft, Value
from bot.model.told import Told
from bot.services.incident import Change, IncidentService


def waiting(draft: Draft, event_id: str) -> Original:
    """Return the message *event_id*, which has said something in *draft*, as it is handled now."""
    said = next(value for value in draft.values.values() if value.event == event_id)
    handling = Handling.of(said.marked.get("handling", ""))
    decided = Decided(said.marked.get("decided", ""))
    return Original(event_id, draft.author, True, event_id, None, handling, decided, draft.room_id)


def remarked(draft: Draft, original: Original, by: UserId) -> Draft:
    """Return *draft* in which what a message has said is marked as that is handled now."""
    marked = {"handling": str(original.handling or ""), "decided": original.decided, "by": by}
    values = {
        code: replace(value, marked=marked) if value.event == original.event_id else value
        for code, value in draft.values.items()
    }
    return replace(draft, values=values)


async def marks(
    incident: IncidentService, actor: Actor, told: Told, entry: tuple[Reference, int], values: Mapping[str, Value]
) -> None:
    """Mark the *entry* of a report, by its number, as the messages are that have given its *values*."""
    ref, number = entry
    for event, marked in {value.event: value.marked for value in values.values() if value.marked}.items():
        handling = Handling.of(marked["handling"])
        red = handling is not None and not handling.kept
        named = tuple(sorted({actor.user_id, UserId(marked["by"])})) if red else ()
        source = "" if event == told.said else event
        mark = PartMark(ref, number, handling, Decided(marked["decided"]), actor.agency, named, source)
        await incident.follow(actor, told, ref, Change(EntryKind.MARKED, mark.values, corrects=number))
