"""Each kind of entry says something, in words of the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.i18n import Catalogues
from bot.model.incident import Entry, EntryKind, told
from bot.model.ladder import Rung
from bot.model.person import UserId
from bot.model.reference import Reference

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TASK = {"task": "BRAVO-7K3Q0"}
ANA = "@ana:example.org"


def worded(kind: EntryKind, values: dict[str, Any]) -> str:
    entry = Entry(1, Reference("BRAVO-7K3Q0"), kind, UserId(ANA), None, NOW, NOW, NOW, "$event", values=values)
    said = Catalogues({}).text(told(entry, lambda user_id: "Ana"), "en")
    return said.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        (EntryKind.TASK, TASK, "task BRAVO-7K3Q0"),
        (EntryKind.TASK, {**TASK, "owner": ANA}, "task BRAVO-7K3Q0 for Ana"),
        (EntryKind.TASK_FOR, {**TASK, "owner": ANA}, "task BRAVO-7K3Q0 is for Ana"),
        (EntryKind.TASK_DUE, {**TASK, "due": NOW.isoformat()}, "task BRAVO-7K3Q0 is due "),
        (EntryKind.TASK_DONE, TASK, "task BRAVO-7K3Q0 is done"),
        (EntryKind.ACKNOWLEDGED, {"about": "update"}, "sees to it"),
        (EntryKind.ACKNOWLEDGED, {"about": "task", **TASK}, "sees to task BRAVO-7K3Q0"),
        (EntryKind.SNOOZED, {"about": "update", "minutes": 30}, "wants to be asked in 30 minutes"),
        (EntryKind.UNANSWERED, {"about": "update"}, "nobody has answered"),
        (EntryKind.UNANSWERED, {"about": "task", **TASK}, "nobody has answered about task BRAVO-7K3Q0"),
        (EntryKind.CHECKED, {"item": "pilot"}, "done: Look for the pilot, and for where it started."),
        (EntryKind.CHECKED, {"item": "own-1", "text": "Call {all} of them"}, "done: Call {all} of them"),
        (EntryKind.CHECKED, {"item": "of another version"}, "done: of another version"),
    ],
)
def test_what_is_told_of_duties(kind: EntryKind, values: dict[str, Any], words: str) -> None:
    assert words in worded(kind, values)


# Handovers and check-ins climb ladders of their own, of which no incident's timeline tells.
ELSEWHERE = {Rung.OUTGOING, Rung.INCOMING, Rung.MATES}


@pytest.mark.parametrize("rung", [rung for rung in Rung if rung not in ELSEWHERE])
def test_who_was_asked_is_told(rung: Rung) -> None:
    assert "overdue" in worded(EntryKind.ASKED, {"about": "task", "rung": rung, **TASK})
    if rung is not Rung.OWNER:
        assert worded(EntryKind.ASKED, {"about": "update", "rung": rung}).endswith("how it stands")
