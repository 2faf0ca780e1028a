"""Who gets a part in an incident, or loses it, is rung; so is who has one when its status changes."""

from __future__ import annotations

from typing import Any

import pytest

from ..world import Person, World
from .scene import TITLE, card_of, ref_of
from .test_severity import KATE, config, rung

EVA = "@eva-pn:example.org"


@pytest.fixture
async def world(tmp_path: Any) -> Any:
    world = World(tmp_path / "liaison.db", config())
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def rui(world: World) -> Person:
    rui, _eva, _kate = world.person("rui", "PRT-GNR"), world.person("eva", "FRA-PN"), world.person("kate")
    await rui.says(f"!incident declare {TITLE} type:vessel severity:medium")
    return rui


@pytest.mark.parametrize(
    "line", ["lead {} kate", "assign {} deputy kate", "assign {} scribe kate", "assign {} lead kate"]
)
async def test_who_is_named_is_rung(world: World, rui: Person, line: str) -> None:
    ref = str(ref_of(world))
    await rui.says("!incident " + line.format(ref))
    [alert] = [heard.post for heard in world.heard if heard.kind == "alert" and heard.post]
    assert alert.mentions == (KATE,) and alert.msgtype == "m.text" and alert.reply_to == card_of(world)
    assert alert.record == {"kind": "alert", "of": "incident", "ref": ref}
    assert "You have a part in" in alert.body and TITLE not in alert.body


@pytest.mark.parametrize("line", ["lead {}", "assign {} scribe", "assign {} scribe rui"])
async def test_who_names_themselves_is_not(world: World, rui: Person, line: str) -> None:
    await rui.says("!incident " + line.format(ref_of(world)))
    assert rui.hears(ok=True) and not rung(world)


async def test_who_has_no_part_any_more_is_rung_as_well(world: World, rui: Person) -> None:
    ref = ref_of(world)
    await rui.says(f"!incident lead {ref} kate")
    world.clock.passes(minutes=5)
    await rui.says(f"!incident lead {ref} eva")
    assert rung(world)[1:] == [(EVA,), (KATE,)]
    assert [heard.post.body for heard in world.heard if heard.kind == "alert" and heard.post][-1].endswith("any more.")


@pytest.mark.parametrize("line", ["status {} contained", "close {} resolved All ashore"])
async def test_a_change_of_status_rings_who_has_a_part(world: World, rui: Person, line: str) -> None:
    ref = ref_of(world)
    await rui.says(f"!incident lead {ref} {rui.user_id}")
    await rui.says(f"!incident assign {ref} deputy kate")
    world.clock.passes(minutes=5)
    heard = len(world.heard)
    await rui.says("!incident " + line.format(ref))
    assert rui.hears("The status of", kind="alert") and rung(world, heard) == [(KATE,)]
