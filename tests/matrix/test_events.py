"""What is made of events in clear: redactions, and what they leave behind."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.intake import Unreadable
from bot.matrix.client import MatrixClient
from bot.matrix.events import Reader
from bot.model.incoming import Incoming
from bot.store.inbox import InboxRow

from ..fakes import NOON, ROOM


def read(**raw: Any) -> Any:
    row = InboxRow(1, "$e", ROOM, {"sender": "@ana:gnr.example", "content": {}, **raw}, NOON)
    return Reader(cast("MatrixClient", None)).read(row)


@pytest.mark.parametrize(
    ("raw", "redacts"),
    [
        ({"redacts": "$said"}, "$said"),
        ({"content": {"redacts": "$said"}}, "$said"),
        ({"redacts": "$said", "content": {"redacts": "$another"}}, "$said"),
        ({"redacts": 7, "content": {"redacts": "$another"}}, None),
        ({"content": {"reason": "x"}}, None),
    ],
)
def test_what_a_redaction_takes_back_stands_in_either_place(raw: dict[str, Any], redacts: str | None) -> None:
    incoming = read(type="m.room.redaction", **raw)
    assert isinstance(incoming, Incoming)
    assert incoming.redacts == redacts
    assert not incoming.encrypted


def test_what_was_redacted_before_it_came_is_no_malformed_event() -> None:
    because = {"redacted_because": {"type": "m.room.redaction"}}
    assert read(type="m.room.encrypted", unsigned=because) == Unreadable("redacted")
    assert read(type="m.room.encrypted") == Unreadable("malformed")
    assert read(type="m.room.encrypted", unsigned=[]) == Unreadable("malformed")
    assert read(type="m.room.encrypted", unsigned=because, content={"x": 1}) == Unreadable("malformed")
