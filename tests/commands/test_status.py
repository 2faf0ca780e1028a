"""status: whether the bot keeps up."""

from __future__ import annotations

import asyncio

from bot.translation.load import Load, ServerLoad

from ..fakes import NOON
from ..world import World


async def test_all_is_well_when_nothing_waits(world: World) -> None:
    ana = world.person("ana")
    await ana.says("!status")
    assert ana.hears("All is well.", command="status", ok=True)
    assert "Running since: 22 Nov 2026, 13:00 UTC+1" in ana.last.body
    assert "Last heard" not in ana.last.body


async def test_the_last_word_of_the_homeserver_is_told(world: World) -> None:
    world.pulse.synced_at = NOON
    world.clock.passes(minutes=10)
    ana = world.person("ana")
    await ana.says("!status")
    assert ana.hears("Last heard from the homeserver: 22 Nov 2026, 13:00 UTC+1")


async def test_a_message_without_its_key_is_a_backlog(world: World) -> None:
    ana = world.person("ana")
    await ana.says("Olá", session="s1")
    await ana.says("!status")
    assert ana.hears("I am working through a backlog.")
    assert ana.hears("• 1 message waits for its key\n")


async def test_what_others_said_meanwhile_is_a_backlog(world: World) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.hold("Olá")
    await world.receives(ana.user_id, "Olá", "Olá", room="!elsewhere")
    world.person("rui", room="!elsewhere")
    await world.receives(rui.user_id, "!status")
    async with world.store.transaction():
        await world.store.outbox.add("!far", "leave", "$x", {}, NOON)
    async with asyncio.timeout(5):
        while len(await world.store.outbox.list_rooms()) < 2:
            await asyncio.sleep(0.001)
    await world.delivers()
    assert rui.hears("I am working through a backlog.", ok=True)


async def test_servers_that_do_not_answer_are_named(world: World) -> None:
    ana = world.person("ana")
    down, well = (ServerLoad(f"https://{name}.example:5000", 1, 1, name == "one") for name in ("one", "two"))
    world.models.load = Load(servers=(down, well))
    await ana.says("!status")
    assert ana.hears("I keep up, but not every translation server answers.", ok=True)
    assert ana.hears("• Translation servers that do not answer: one.example")
    assert not ana.hears("two.example")
