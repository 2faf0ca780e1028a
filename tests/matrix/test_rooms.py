"""What is learnt from a room's state beside what nio keeps."""

from __future__ import annotations

from typing import Any

import pytest

from bot.matrix.rooms import MatrixRooms


def state(kind: str, content: Any, state_key: str = "") -> dict[str, Any]:
    return {"type": kind, "state_key": state_key, "sender": "@ana:gnr.example", "content": content}


@pytest.mark.parametrize(
    ("events", "admits"),
    [
        ([], ("*",)),
        ([state("m.room.create", {"m.federate": False})], ()),
        ([state("m.room.create", {"m.federate": "no"})], ("*",)),
        ([state("m.room.server_acl", {"allow": ["*"], "deny": ["evil.example"]})], ("*",)),
        ([state("m.room.server_acl", {"allow": ["gnr.example"]})], ("gnr.example",)),
        ([state("m.room.server_acl", {"allow": ["*"]}), state("m.room.server_acl", {"allow": ["a.example"]})],
         ("a.example",)),
        ([state("m.room.server_acl", {"allow": "*"}), None, 7, state("m.room.server_acl", 3)], ()),
        ([state("m.room.server_acl", {"allow": ["a.example"]}, "other")], ("*",)),
    ],
)  # fmt: skip
def test_which_servers_a_room_admits(events: list[Any], admits: tuple[str, ...]) -> None:
    rooms = MatrixRooms(None)
    rooms.learn("!room", events)
    assert rooms.admits("!room") == admits
