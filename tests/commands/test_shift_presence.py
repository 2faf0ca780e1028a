"""Who has come to a post and who has gone; who answers for it stays who it is."""

from __future__ import annotations

import pytest

from ..duties import logged, rings
from ..rosters import GATE, answer, led, sets_up, utc
from ..world import Person, World


@pytest.fixture
async def lead(world: World) -> Person:
    return await led(world)


@pytest.fixture
async def kate(world: World, lead: Person) -> Person:
    kate = world.person("kate")
    await sets_up(lead, kate)
    world.clock.at = utc("2026-11-24T05:50")
    return kate


async def test_who_comes_is_on_duty_and_whoever_answers_is_rung(world: World, lead: Person, kate: Person) -> None:
    since = len(world.heard)
    await kate.says("!shift start")
    said = answer(kate).body
    assert "You are on duty at gate. Lead answers for it" in said and "!handover accept" in said
    assert "!handover start" not in said and "Lead answers for gate and hands it over, or a lead does." in said
    assert "24 Nov 2026, 14:00 UTC" in said
    [ring] = rings(world, since)
    assert ring.mentions == (lead.user_id,) and "Kate" not in ring.body and "gate" not in ring.body
    assert "!handover start" in ring.body
    assert (await world.services.shift.watch(GATE)).person == lead.user_id, "coming takes nothing over"
    assert (await logged(world))[-1] == "shift.started"


async def test_what_each_is_told_to_do_they_can_do(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!shift start")
    await lead.says("!handover start")
    assert lead.hears("is a draft for Kate", ok=True)
    await lead.says("!handover ready")
    await kate.says("!handover accept")
    assert kate.hears(ok=True), answer(kate).body
    assert (await world.services.shift.watch(GATE)).person == kate.user_id


async def test_a_lead_who_comes_may_begin_the_handover(world: World, lead: Person, kate: Person) -> None:
    post = await world.services.shift.post("!room:example.org", "gate")
    async with world.store.transaction():
        await world.services.shift.begin_watch(None, post, kate.user_id, world.clock.now())
    await lead.says("!shift start")
    assert "!handover start" in answer(lead).body and "or a lead does" not in answer(lead).body
    await lead.says(f"!handover start {lead.user_id}")
    assert lead.hears("is a draft for Lead", ok=True)


async def test_nobody_comes_twice(world: World, kate: Person) -> None:
    await kate.says("!shift start")
    await kate.says("!shift start")
    assert kate.hears("on duty at gate already", ok=False, error="conflict")


async def test_who_answers_for_a_post_does_not_go(world: World, lead: Person, kate: Person) -> None:
    await lead.says("!shift start")
    assert "you answer for it" in answer(lead).body and "No shift of yours" in answer(lead).body
    await lead.says("!shift end")
    assert lead.hears("until Kate has accepted it", ok=False, error="conflict"), answer(lead).body
    assert lead.user_id in await world.store.shift.list_present(GATE)
    post = await world.services.shift.post("!room:example.org", "gate")
    async with world.store.transaction():
        await world.services.shift.begin_watch(None, post, kate.user_id, world.clock.now())
    await lead.says("!shift end")
    assert lead.hears("You are off duty. Kate answers for gate", ok=True)
    await lead.says("!shift end")
    assert lead.hears("not on duty", ok=False, error="conflict")
    await kate.says("!shift end")
    assert kate.hears("nobody is planned", ok=False, error="conflict")


async def test_who_was_not_there_cannot_go(world: World, kate: Person) -> None:
    await kate.says("!shift end")
    assert kate.hears("not on duty at gate", ok=False, error="conflict")


async def test_it_outlives_a_restart(world: World, kate: Person) -> None:
    await kate.says("!shift start")
    await world.stop()
    await world.start()
    assert list(await world.store.shift.list_present(GATE)) == [kate.user_id]
