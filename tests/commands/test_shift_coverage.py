"""`shift coverage`: gaps, rest, hours and nights."""

from __future__ import annotations

from ..rosters import answer, led, sets_up
from ..world import World


async def test_it_says_where_nobody_is_and_what_is_asked_of_whom(world: World) -> None:
    lead = await led(world)
    kate, bo = world.person("kate"), world.person("bo")
    await sets_up(lead, kate, at="2026-11-23 22:00", more="for:12h every:day insist:nobody else")
    await sets_up(lead, bo, at="2026-11-23 10:00", more="for:11h every:day insist:nobody else")
    await bo.says("!shift absent from:2026-11-25 until:2026-11-25")
    await bo.says("!shift coverage days:7")
    said = answer(bo).body
    assert "nobody is there" in said and "Bo is absent" in said, said
    assert "gate, 23 Nov 2026, 21:00 UTC to 23 Nov 2026, 22:00 UTC" in said
    assert "Kate is on duty 74 hours in the week from 23 Nov 2026, 00:00 UTC" in said
    assert "Kate: 72 hours, shifts: 6, by night: 6" in said
    assert "Bo: 57 hours, shifts: 6, by night: 0" in said


async def test_a_sound_roster_is_said_to_be_one(world: World) -> None:
    lead = await led(world)
    people = [world.person(name) for name in ("kate", "bo", "eva", "tom")]
    for hour in ("14:00", "22:00"):
        await sets_up(lead, *people, at=f"2026-11-22 {hour}", more="for:8h every:day insist:a test of the whole day")
    await sets_up(lead, *people, at="2026-11-23 06:00", more="for:8h every:day insist:a test of the whole day")
    world.clock.passes(hours=12)
    await lead.says("!shift coverage days:5")
    assert "somebody is always there" in answer(lead).body, answer(lead).body
