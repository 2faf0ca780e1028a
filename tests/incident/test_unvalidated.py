"""That an incident is not validated yet is said where everyone may know it: the configuration names their roles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ..fakes import configuration
from ..world import Person, World
from .scene import cards, ref_of

LEAD = "@lead:example.org"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force in which leads and coordinators alone see what is not validated."""
    world = World(tmp_path / "liaison.db", configuration(incident={"unvalidated": ["lead", "coordinator"]}))
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def lead(world: World) -> Person:
    return world.person("lead")


async def test_where_an_officer_is_nothing_is_said_until_it_is_validated(world: World, lead: Person) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!incident declare Boat type:vessel severity:high")
    await ana.says("!incident show")
    assert "alidated" not in ana.last.body and "alidated" not in "".join(p.body for p in cards(world).values())
    await lead.says(f"!incident validate {ref_of(world)}")
    await ana.says("!incident show")
    assert "Validated by Lead" in ana.last.body
    assert "Validated by Lead" in "".join(post.body for post in cards(world).values())


async def test_where_all_have_such_a_role_it_is_said(world: World, lead: Person) -> None:
    await lead.says("!incident declare Boat type:vessel severity:high")
    await lead.says("!incident show")
    assert "Not validated" in lead.last.body and "Not validated" in "".join(p.body for p in cards(world).values())
    world.person("kate")
    await lead.says("!incident show")
    assert "alidated" not in lead.last.body


async def test_nobody_is_named_by_a_key_that_is_empty(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        configuration(incident={"unvalidated": []})
