"""What is sent fits into an event, whatever people are called."""

from __future__ import annotations

import json
from pathlib import Path

from bot.matrix.api import Api
from bot.matrix.client import NioClient
from bot.matrix.sender import content_of, encrypted
from bot.store.outbox import OutboxRow

from ..fakes import BOT, NOON, ROOM
from ..world import World

MOST = 65_536 - 2_000
"""Bytes of an event, and what the homeserver adds to it."""


async def test_a_summary_full_of_long_names_is_not_more_than_the_homeserver_takes(tmp_path: Path) -> None:
    nio = NioClient(Api("http://127.0.0.1:1"), BOT, tmp_path, "k" * 64, trust_any=True)
    nio.restore_login(BOT, "DEVICE", "token")
    assert nio.olm is not None
    nio.olm.create_outbound_group_session(ROOM)
    nio.olm.outbound_group_sessions[ROOM].shared = True
    world = World(tmp_path / "liaison.db")
    await world.start()
    eve = world.person("eve", "PRT-GNR", shown="\U0001f6a8" * 60)
    world.person("rui")
    await world.receives(eve.user_id, *["ok a"] * 80, late=True, age=900)
    await world.settles()
    posts = [heard.post for heard in world.heard if heard.kind == "catchup" and heard.post]
    assert posts
    row = OutboxRow("id", ROOM, "catchup", "$cause", {}, NOON)
    for post in posts:
        event = encrypted(nio.olm, ROOM, content_of(post, row))
        assert len(json.dumps(event)) < MOST
    await world.stop()
    await nio.close()
