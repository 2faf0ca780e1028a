"""What handovers leave behind stands on every agenda of their room: what was refused, what is handed on and on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from ..duties import chooses
from ..handover.scene import Scene, begun
from ..rosters import answer
from ..world import World


@pytest_asyncio.fixture
async def watched(world: World) -> AsyncIterator[Scene]:
    """Return a room with a gate that Ana answers for, and a briefing."""
    scene = await begun(world)
    for person in (scene.ana, scene.rui):
        await person.says("!language en")
    await scene.ana.says("!briefing schedule Brief 2026-12-24 09:00")
    await chooses(scene.ana, answer(scene.ana), "save")
    yield scene


async def agenda(scene: Scene) -> str:
    await scene.ana.says("!briefing agenda")
    assert scene.ana.hears(ok=True), answer(scene.ana).body
    return answer(scene.ana).body


async def test_what_was_refused_stands_there_until_it_is_taken(watched: Scene) -> None:
    ana, rui = watched.ana, watched.rui
    await watched.started()
    await ana.says("!handover note Report of yesterday to be written")
    await ana.says("!handover note Keys are in the safe")
    await ana.says("!handover ready")
    await rui.says("!handover item 1 refuse That is yours")
    await rui.says("!handover item 2 ok")
    await rui.says("!handover accept")
    assert rui.hears(ok=True), answer(rui).body
    said = await agenda(watched)
    assert "1 item of a handover was refused or handed on more than 3 times:" in said, said
    assert "gate: 1. Note: Report of yesterday" in said and "Keys" not in said, said


async def test_what_is_handed_on_again_and_again_stands_there(watched: Scene) -> None:
    giver, taker = watched.ana, watched.rui
    for times in range(5):
        await watched.started(to=taker, by=giver)
        if times == 0:
            await giver.says("!handover note Fence at post 4 to be mended standing:yes")
        await giver.says("!handover ready")
        await taker.says("!handover item 1 ok")
        await taker.says("!handover accept")
        assert taker.hears(ok=True), answer(taker).body
        if times == 1:
            assert "Fence" not in await agenda(watched)
        giver, taker = taker, giver
        watched.world.clock.passes(minutes=5)
    assert "Fence at post 4" in await agenda(watched)
    ref = await watched.started(to=taker, by=giver)
    await giver.says(f"!handover clear {ref} 1")
    assert giver.hears("is cleared", ok=True), answer(giver).body
    assert "Fence at post 4" not in await agenda(watched)
