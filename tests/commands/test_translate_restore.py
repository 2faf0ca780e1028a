"""`translate restore` of another's correction: by a lead who reads its language, as for saying that it is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..fakes import configuration
from ..world import World
from .test_translate_fix import BETTER, SAID, fixes, reply, shown


@pytest.fixture
async def world(tmp_path: Path) -> Any:
    world = World(tmp_path / "liaison.db", configuration(roles={"lead": ["@luc-pn:example.org"]}))
    await world.start()
    yield world
    await world.stop()


@pytest.mark.parametrize("reads", [False, True])
async def test_a_lead_restores_what_they_can_read(world: World, reads: bool) -> None:
    ana, kate = world.person("ana", "PRT-GNR"), world.person("kate")
    luc = world.person("luc", "FRA-PN")
    await luc.says(f"!language fr reads:{'en' if reads else 'de'}")
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    await luc.says("", **reply("!translate restore to:en", said))
    if reads:
        assert luc.hears("stands again", ok=True)
    else:
        assert luc.hears("needs the word of somebody who reads", ok=False, error="not_allowed")
    assert any(BETTER in one.values() for one in shown(world)) is not reads
