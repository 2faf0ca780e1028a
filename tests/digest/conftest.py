"""A room with a coordinator who may ask for digests."""

from __future__ import annotations

from typing import Any

import pytest

from bot.i18n import Catalogues

from ..fakes import configuration
from ..world import Person, World

COORDINATOR = "@rui:gnr.example"


@pytest.fixture
async def world(tmp_path: Any) -> Any:
    world = World(tmp_path / "liaison.db", configuration(roles={"coordinator": [COORDINATOR], "lead": [COORDINATOR]}))
    world.catalogues = Catalogues.load()
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def rui(world: World) -> Person:
    return world.person("rui", "PRT-GNR")
