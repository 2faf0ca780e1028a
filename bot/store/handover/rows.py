"""Rows of handovers and what they hold: each to and from the row in which it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.model.handover import Answer, Answered, Handover, Item, ItemKind, ReadBack, Risk, Said, State
from bot.model.handover import Reason as RiskReason
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.shift import PostName
from bot.store.database import Row

Passed = tuple[Reference, datetime, int]
"""In which handover something came first, since when it is handed on, and how often that was."""
compact = json.JSONEncoder(ensure_ascii=False).encode
"""As `json.dumps` does, which would make an encoder for each of many items."""
SAID = ('"words"', '"notes"', '"contingency"')
"""One of these stands in what `data_of` keeps of an item to which somebody wrote."""


def handover_of(row: Row) -> Handover:
    """Return the handover that a row holds."""
    return Handover(
        Reference(row["ref"]),
        PostName(row["post"]),
        row["room_id"],
        UserId(row["outgoing"]),
        UserId(row["incoming"]),
        State(row["state"]),
        datetime.fromisoformat(row["started_at"]),
        Risk(tuple(map(RiskReason, json.loads(row["risk"])))),
        _moment(row["expected"]),
        _moment(row["ready_at"]),
        _moment(row["ended_at"]),
        row["revision"],
        row["digest"],
    )


def passed_of(row: Row) -> Passed:
    """Return where first, since when and how often what a row holds was handed on."""
    return Reference(row["first"]), datetime.fromisoformat(row["since"]), row["passed"]


def data_of(item: Item) -> str:
    """Return what is kept of an item beside what is asked for; what is nothing is left out."""
    answered = item.answered
    data: dict[str, Any] = {
        "kind": item.kind,
        "about": str(item.about) if item.about else None,
        "entry": item.entry,
        "words": _pair(item.words),
        "notes": [_pair(one) for one in item.notes],
        "contingency": _pair(item.contingency),
        "critical": item.critical,
        "facts": dict(item.facts),
        "stays_with": item.stays_with,
        "answered": [answered.by, answered.at.isoformat(), answered.reason] if answered else None,
    }
    return compact({name: value for name, value in data.items() if value})


def item_of(row: Row) -> Item:
    """Return the item that a row holds."""
    data: dict[str, Any] = json.loads(row["data"])
    kept, answered = data.get, None
    if row["answer"]:
        by, at, reason = data["answered"]
        answered = Answered(Answer(row["answer"]), UserId(by), datetime.fromisoformat(at), reason)
    return Item(
        row["number"],
        row["key"],
        ItemKind(data["kind"]),
        Reference(about) if (about := kept("about")) else None,
        kept("entry"),
        _text(kept("words")),
        tuple(at for one in kept("notes", ()) if (at := _text(one))),
        _text(kept("contingency")),
        kept("critical", False),
        kept("facts") or {},
        Reference(row["first"]) if row["first"] else None,
        _moment(row["since"]),
        row["passed"],
        UserId(person) if (person := kept("stays_with")) else None,
        answered,
    )


def _pair(found: tuple[Reference, int] | None) -> list[str | int] | None:
    return [str(found[0]), found[1]] if found else None


def _text(found: Sequence[str | int] | None) -> tuple[Reference, int] | None:
    return (Reference(str(found[0])), int(found[1])) if found else None


def said_of(row: Row) -> Said:
    """Return the text that a row holds."""
    return Said(
        Reference(row["ref"]),
        row["number"],
        row["text"],
        LanguageCode(row["language"]),
        UserId(row["by"]),
        datetime.fromisoformat(row["at"]),
    )


def read_back_of(row: Row) -> ReadBack:
    """Return the read-back that a row holds."""
    return ReadBack(
        row["item"],
        row["said"],
        UserId(row["by"]),
        datetime.fromisoformat(row["at"]),
        tuple(json.loads(row["missing"])),
        tuple(json.loads(row["added"])),
        bool(row["negation"]),
        None if row["correct"] is None else bool(row["correct"]),
        _moment(row["judged_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
