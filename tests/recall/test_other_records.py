"""Recall of minutes, handovers and reports of no incident: who has received them is told that, without their words."""

from __future__ import annotations

import pytest

from ..briefing.held import meeting
from ..briefing.test_minutes import WORDS, chooses_in, closed, minuted
from ..fakes import ROOM
from ..handover.scene import begun
from ..incident.marked import OTHER, ana, asks, direct, luc, world
from ..incident.scene import redacted
from ..world import Person, World
from .test_recalling import later, told

__all__ = ["ana", "luc", "world"]
REPORT = "conditions: Calmo actions: Vigiar needs: Nada"


def leaves(person: Person) -> None:
    """Let somebody leave the room for another one."""
    direct(person)
    person.world.rooms.joined[ROOM].remove(person.user_id)
    person.world.rooms.joined.setdefault(OTHER, []).append(person.user_id)


@pytest.mark.parametrize("by", ["revision", "redaction"])
async def test_a_report_of_no_incident_whose_room_one_has_left(world: World, ana: Person, luc: Person, by: str) -> None:
    answer = await asks(ana, f"!report can {REPORT}")
    ref = answer.record["ref"]
    stays = world.person("rosa", "PRT-GNR")
    leaves(luc)
    world.clock.passes(minutes=1)
    if by == "revision":
        assert (await asks(ana, f"!report can {ref} needs: Um barco")).record["ok"]
    else:
        await ana.says("", **redacted(answer.record["to"]))
    await later(world, 2)
    [post] = told(world, luc)
    assert post.body.endswith(f"A record that you received was withdrawn: {ref}")
    assert not told(world, ana) and not told(world, stays)


async def test_words_of_a_handover_whose_room_one_has_left(world: World) -> None:
    scene = await begun(world)
    await scene.declared()
    ref = await scene.started()
    answer = await asks(scene.ana, "!handover note 1 O barco volta às dez")
    assert "O barco volta" in (await asks(scene.eva, f"!handover show {ref}")).body
    leaves(scene.eva)
    await scene.ana.says("", **redacted(answer.record["to"]))
    await later(world, 2)
    [post] = told(world, scene.eva)
    assert post.body.endswith(f"A record that you received was withdrawn: {ref}")
    assert not told(world, scene.rui)


async def test_minutes_that_somebody_has_read_alone(world: World) -> None:
    held = await meeting(world)
    await held.begun()
    room = held.alone(held.nikos)
    for person in (held.ana, held.luis, held.eleni):
        await held.say(person, "!briefing attend")
    event = await minuted(held)
    ref, since = await closed(held)
    await chooses_in(held, held.nikos, held.questions("briefing minutes", since)["nikos"], room)
    await held.ana.says("", **redacted(event))
    await later(world, 2)
    [post] = told(world, held.nikos)
    assert f"{ref}: something that you received in it was changed or taken back" in post.body.replace(
        "\u2068", ""
    ).replace("\u2069", "")
    assert WORDS not in post.body and not told(world, held.luis)
