"""What is said of an incident elsewhere than where it was declared: in a linked room, or in a direct room."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.incident import EntryKind

from ..companions import CONFIG, SALA, link
from ..fakes import ROOM
from ..world import Person, World
from .marked import OTHER, ana, asks, direct, luc, ref, world
from .scene import kinds, ref_of

__all__ = ["ana", "luc", "ref", "world"]


async def test_undo_works_in_a_linked_room(tmp_path: Path) -> None:
    world = World(tmp_path / "linked.db", CONFIG)
    await world.start()
    lead, chefe = await link(world)
    await lead.says("!incident declare Boat on the beach type:vessel severity:high")
    await chefe.says(f"!incident note {ref_of(world)} Dois homens", room=SALA)
    assert (await asks(chefe, "!incident undo", room=SALA)).record["ok"]
    assert (await kinds(world))[-1] is EntryKind.UNDONE
    await world.stop()


@pytest.mark.parametrize("named", [False, True])
async def test_undo_works_in_a_direct_room(world: World, ana: Person, ref: str, named: bool) -> None:
    await ana.says(f"!incident note {ref} Dois homens")
    answer = await asks(ana, f"!incident undo {ref if named else ''}", room=direct(ana))
    assert answer.record["ok"] and (await kinds(world))[-1] is EntryKind.UNDONE


async def test_undo_without_a_reference_leaves_what_is_of_other_rooms(world: World, ana: Person, ref: str) -> None:
    other, _luc = world.person("ana", "PRT-GNR", OTHER), world.person("luc", "FRA-PN", OTHER)
    await ana.says(f"!incident note {ref} Dois homens")
    assert (await asks(other, "!incident undo", room=OTHER)).record["error"] == "not_found"
    assert (await asks(other, f"!incident undo {ref}", room=OTHER)).record["ok"]


async def test_what_somebody_else_has_tied_to_something_is_not_undone(world: World, ana: Person, luc: Person) -> None:
    await luc.says("!incident declare Camion rouge type:vehicle severity:low")
    first = ref_of(world)
    await ana.says("!incident declare Carrinha type:drugs severity:low")
    await luc.says(f"!incident link {first} {ana.last.record['ref']}")
    assert luc.last.record["ok"], luc.last.body
    await ana.says("!incident undo")
    assert ana.last.record["error"] == "conflict"


@pytest.mark.parametrize("does", ["task take {task}", "incident undo"])
async def test_who_had_a_task_is_rung_where_they_are(
    world: World, ana: Person, luc: Person, ref: str, does: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar o porto for:{luc.user_id}")
    task, heard = str(ana.last.record["ref"]), len(world.heard)
    await ana.says(f"!{does.format(task=task)}", room=direct(ana))
    rings = [one for one in world.heard[heard:] if one.post and one.post.record["kind"] == "alert"]
    assert [(one.room, one.post.mentions) for one in rings if one.post] == [(ROOM, (luc.user_id,))]
