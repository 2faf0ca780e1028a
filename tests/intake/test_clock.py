"""The machine's clock jumps, a day forwards or an hour back: nothing is lost, doubled, or called too late."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.intake import stranded

from ..fakes import ROOM
from ..world import World

JUMPS = pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=-1)], ids=["a day on", "an hour back"])


@JUMPS
async def test_what_is_said_before_and_after_a_jump_is_dealt_with_once(world: World, jump: timedelta) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    ids = [await ana.says("antes", megolm=["s1", 0]), await ana.says("!status", megolm=["s1", 1])]
    world.clock.at += jump
    ids += [await ana.says("depois", megolm=["s1", 2]), await ana.says("!timezone Asia/Tokyo", megolm=["s1", 3])]
    world.clock.at -= jump
    ids += [await ana.says("de novo", megolm=["s1", 4]), await ana.says("!status", megolm=["s1", 5])]
    assert [heard.cause for heard in world.heard] == ids
    assert set((await world.outcomes()).values()) == {"relayed", "done"}
    assert (await world.store.person.find(ana.user_id)).zone == "Asia/Tokyo"


@JUMPS
async def test_what_is_under_way_at_a_jump_is_not_lost(world: World, jump: timedelta) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    go_on = world.translator.hold("um")
    um = (await world.receives(ana.user_id, "um", megolm=["s1", 0]))[0]
    dois = (await world.receives(ana.user_id, "dois", megolm=["s1", 1]))[0]
    await asyncio.sleep(0.02)
    world.clock.at += jump
    go_on.set()
    await world.settles()
    await world.stop()
    await world.start()
    await world.settles()
    assert [heard.cause for heard in world.heard] == [um, dois]


@JUMPS
async def test_what_waits_to_be_posted_is_posted_once(world: World, jump: timedelta) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    [um] = await world.receives(ana.user_id, "um", megolm=["s1", 0])
    while not await world.store.outbox.depth():
        await world.idle()
    world.clock.at += jump
    await world.stop()
    await world.start()
    await world.settles()
    await world.settles()
    assert [heard.cause for heard in world.heard] == [um]
    assert await world.store.inbox.read_up_to(ROOM) == um


async def test_a_jump_does_not_make_a_message_wait_in_vain_for_its_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stranded, "CHECK_SECONDS", 0.2)
    await world.stop()
    await world.start()
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    um = await ana.says("um", session="s1")
    world.clock.passes(days=1)
    await asyncio.sleep(0.3)
    world.reader.keys.add("s1")
    await world.intake.keys_arrived({"s1"})
    await world.settles()
    assert [(heard.kind, heard.cause) for heard in world.heard] == [("translation", um)]


@JUMPS
async def test_a_limit_outlasts_no_jump(world: World, jump: timedelta) -> None:
    ana = world.person("ana", "PRT-GNR")
    await world.receives(ana.user_id, *["!status"] * (world.config.limits.commands_per_person + 1))
    await world.settles()
    world.clock.at += jump
    world.clock.passes(seconds=60)
    await ana.says("!status")
    assert ana.hears(ok=True)
