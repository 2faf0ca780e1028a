"""What the rooms' state says beside what nio keeps: our commands, and which servers may take part."""

from __future__ import annotations

from typing import Any

import pytest
from nio import AsyncClient, MatrixRoom

from bot.matrix.rooms import DESCRIPTION, PINNED, MatrixRooms

from ..fakes import BOT, ROOM


def state(key: Any, content: Any, sender: str = BOT, type: str = DESCRIPTION) -> dict[str, Any]:
    return {"type": type, "state_key": key, "content": content, "sender": sender}


def rooms() -> tuple[MatrixRooms, MatrixRoom]:
    client = AsyncClient("http://127.0.0.1:1", BOT)
    client.user_id = BOT
    client.rooms[ROOM] = room = MatrixRoom(ROOM, BOT)
    return MatrixRooms(client), room


async def test_only_our_own_words_are_remembered_until_they_are_withdrawn_or_overwritten() -> None:
    found, _room = rooms()
    assert found.described(ROOM) == {}
    ours = [state(key, {"command": key}) for key in ("a", "b", "c")]
    found.learn(ROOM, [*ours, state("d", {"command": "d"}, "@eve:example.org"), state("e", {}), state(1, {}), None])
    found.learn(ROOM, [{**ours[0], "type": "m.room.topic"}, state("x", "no object")])
    assert found.described(ROOM) == {key: {"command": key} for key in ("a", "b", "c")}
    found.learn(ROOM, [state("a", {}), state("b", {"command": "b"}, "@eve:example.org")])
    assert found.described(ROOM) == {"c": {"command": "c"}}
    assert found.described("!other") == {}
    found.forget(ROOM)
    assert found.described(ROOM) == {}


async def test_who_may_describe_is_a_matter_of_the_rooms_levels() -> None:
    found, room = rooms()
    levels = room.power_levels
    levels.defaults.state_default = 50
    assert not found.may_describe(ROOM)
    levels.users[BOT] = 50
    assert found.may_describe(ROOM)
    levels.events[DESCRIPTION] = 60
    assert not found.may_describe(ROOM)
    levels.users[BOT], levels.events[DESCRIPTION] = 0, 0
    assert found.may_describe(ROOM)
    assert not found.may_describe("!other")
    assert not found.may_pin(ROOM)
    levels.events[PINNED] = 0
    assert found.may_pin(ROOM)
    found.learn(ROOM, [state("", {"room_version": "12"}, type="m.room.create")])
    levels.events[DESCRIPTION] = 100
    assert found.may_describe(ROOM)


def event(kind: str, content: Any, state_key: str = "") -> dict[str, Any]:
    return state(state_key, content, "@ana:gnr.example", kind)


@pytest.mark.parametrize(
    ("events", "admits"),
    [
        ([], ("*",)),
        ([event("m.room.create", {"m.federate": False})], ()),
        ([event("m.room.create", {"m.federate": "no"})], ("*",)),
        ([event("m.room.server_acl", {"allow": ["*"], "deny": ["evil.example"]})], ("*",)),
        ([event("m.room.server_acl", {"allow": ["gnr.example"]})], ("gnr.example",)),
        ([event("m.room.server_acl", {"allow": ["*"]}), event("m.room.server_acl", {"allow": ["a.example"]})],
         ("a.example",)),
        ([event("m.room.server_acl", {"allow": "*"}), None, 7, event("m.room.server_acl", 3)], ()),
        ([event("m.room.server_acl", {"allow": ["a.example"]}, "other")], ("*",)),
    ],
)  # fmt: skip
async def test_which_servers_a_room_admits(events: list[Any], admits: tuple[str, ...]) -> None:
    found, _room = rooms()
    found.learn(ROOM, events)
    assert found.admits(ROOM) == admits
    found.forget(ROOM)
    assert found.admits(ROOM) == ("*",)


async def test_a_room_is_called_by_its_name_else_by_its_address() -> None:
    found, _room = rooms()
    assert (found.title(ROOM), found.find("#north:gnr.example"), found.find(""), found.find(ROOM)) == (
        "", None, None, ROOM,
    )  # fmt: skip
    found.learn(ROOM, [event("m.room.canonical_alias", {"alias": "#north:gnr.example"})])
    assert (found.title(ROOM), found.find("#north:gnr.example")) == ("#north:gnr.example", ROOM)
    found.learn(ROOM, [event("m.room.name", {"name": "Border North"}), event("m.room.name", {"name": "x"}, "key")])
    assert (found.title(ROOM), found.find("#north:gnr.example")) == ("Border North", ROOM)
    for content in ({"name": 7}, {}, "no object", None):
        found.learn(ROOM, [event("m.room.name", content)])
        assert found.title(ROOM) == "#north:gnr.example", content
    found.forget(ROOM)
    assert (found.title(ROOM), found.find("#north:gnr.example")) == ("", None)
