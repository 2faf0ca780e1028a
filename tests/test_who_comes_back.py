"""Attacks on who is told what the bot is: comings and goings."""

from __future__ import annotations

import asyncio

import pytest

from bot.intake import newcomers
from bot.model.person import UserId

from .fakes import BOT, ROOM
from .intake.test_trust import membership
from .world import World, world

__all__ = ["world"]


async def rounds(world: World) -> None:
    world.clock.passes(seconds=61)
    await asyncio.sleep(0.05)
    await world.delivers()


async def test_who_leaves_before_being_told_is_told_on_coming_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "CHECK_SECONDS", 0.005)
    world.person("ana", "PRT-GNR")
    await world.stop()
    await world.start()
    await membership(world, BOT)
    rui = world.person("rui", "PRT-GNR")
    await membership(world, rui.user_id)
    world.rooms.joined[ROOM].remove(UserId(rui.user_id))
    await membership(world, rui.user_id)
    await rounds(world)
    world.heard.clear()
    for _time in range(3):
        world.person("rui", "PRT-GNR")
        await membership(world, rui.user_id)
        await rounds(world)
    assert [heard.post.record["of"] for heard in world.heard if heard.post] == ["privacy"], "once, and not never"
