"""A direct room that the homeserver makes piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from bot.matrix import opening
from bot.matrix.client import MatrixClient
from bot.matrix.opening import Opening
from bot.model.person import UserId

from ..fakes import BOT, NOON, ROOM
from ..world import World, world

__all__ = ["world"]

RUI = UserId("@rui:example.org")


class Api:
    async def request(self, method: str, where: str, *_rest: Any, **_options: Any) -> dict[str, Any]:
        return {"room_id": "!own:example.org"} if where.endswith("createRoom") else {}


class Coming:
    """A room that each look finds a piece further; the last stays."""

    def __init__(self, *pieces: Sequence[str]) -> None:
        self.pieces = list(pieces)
        self.seen: Sequence[str] = ()

    def audience(self, _room_id: str) -> Sequence[str]:
        self.seen = self.pieces.pop(0) if len(self.pieces) > 1 else self.pieces[0]
        return self.seen


async def opens(world: World, *pieces: Sequence[str]) -> Coming:
    rooms = Coming(*pieces)
    client = cast("MatrixClient", SimpleNamespace(api=Api(), rooms=rooms, user_id=BOT))
    async with world.store.transaction():
        await world.store.outbox.add(RUI, "relay", "$said", {"room": ROOM}, NOON)
    await Opening(client, world.store, world.services.direct).open(RUI, NOON)
    return rooms


async def test_what_waits_goes_there_once_the_invitation_has_come_back(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(opening, "LOOK_SECONDS", 0.001)
    rooms = await opens(world, (), (BOT,), (BOT, RUI))
    assert rooms.seen == (BOT, RUI)
    assert await world.store.outbox.next("!own:example.org")


async def test_who_has_declined_already_is_not_waited_for(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(opening, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(opening, "SYNC_SECONDS", 0.01)
    await opens(world, (), (BOT,))
    assert await world.store.outbox.next("!own:example.org")


async def test_it_introduces_itself_once_whom_it_invited_is_there(world: World) -> None:
    room = "!own:example.org"
    world.rooms.made.add(room)
    world.rooms.joined[room] = [UserId(BOT)]
    encryption = {"type": "m.room.encryption", "state_key": "", "encrypted": False}
    await world.receives(BOT, room=room, **encryption)
    await world.settles()
    assert [heard for heard in world.heard if heard.room == room] == []
    world.rooms.invited[room] = [RUI]
    member = {"type": "m.room.member", "state_key": RUI, "encrypted": False, "content": {"membership": "invite"}}
    for _time in range(2):
        await world.receives(BOT, room=room, **member)
    await world.settles()
    assert [heard.post.record["of"] for heard in world.heard if heard.room == room and heard.post] == ["privacy"]
