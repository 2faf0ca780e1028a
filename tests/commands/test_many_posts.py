"""Hundreds of posts: what a room is told of them fits into an event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.shift import PostName

from ..fakes import ROOM
from ..handover.conftest import scene
from ..handover.scene import Scene
from ..handover.test_amounts import fits

__all__ = ["scene"]


@pytest.mark.parametrize(
    "line",
    [
        "!shift oncall", "!shift roster", "!shift coverage", "!shift roster pier",
        "!handover history", "!handover start", "!checkin list", "!checkin nowhere",
    ],
)  # fmt: skip
async def test_of_many_posts_a_room_is_told_what_fits(scene: Scene, line: str) -> None:
    post = await scene.world.services.shift.post(ROOM, "gate")
    async with scene.world.store.transaction():
        for n in range(500):
            one = replace(post, name=PostName(f"north eastern sector post {n}"))
            await scene.world.store.shift.add_post(one)
            await scene.world.services.shift.begin_watch(None, one, scene.ana.user_id, scene.world.clock.now())
    await scene.ana.says(line)
    assert scene.ana.last.record.get("error") != "internal", scene.ana.last.body
    assert fits(scene.ana.last)
