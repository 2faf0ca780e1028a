"""A task force with two people who may purge, an audit room, and an incident that Ana declared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ..incident.marked import ref_of
from ..purges import MARKER, audited, force
from ..world import Person, World


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world at work whose log has its key."""
    world = World(tmp_path / "liaison.db", force())
    await world.start()
    await world.services.audit.begin(world.clock.now())
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    """Return a lead of the originator."""
    return world.person("ana", "PRT-GNR")


@pytest_asyncio.fixture
async def vera(world: World, ana: Person) -> Person:
    """Return an auditor, who is in the audit room."""
    vera = world.person("vera", "PRT-GNR")
    await audited(world, vera)
    return vera


@pytest.fixture
def luc(world: World, vera: Person) -> Person:
    """Return another auditor, of another agency."""
    return world.person("luc", "FRA-PN")


@pytest_asyncio.fixture
async def ref(world: World, ana: Person, luc: Person) -> str:
    """Return the reference of an incident whose title holds the word that is looked for."""
    await ana.says(f"!incident declare {MARKER} na praia type:vessel severity:high")
    return ref_of(world)
