"""Incidents in linked rooms: what is written in one is there in the languages of the others, before anyone asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from ..companions import CONFIG, SALA, link
from ..world import World


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world of two leads."""
    world = World(tmp_path / "liaison.db", CONFIG)
    await world.start()
    yield world
    await world.stop()


async def test_a_hint_of_a_duplicate_is_in_the_readers_language(world: World) -> None:
    lead, chefe = await link(world)
    await chefe.says("!incident declare Barco na praia type:vessel severity:high", room=SALA)
    world.clock.passes(minutes=1)
    await lead.says("!incident declare Barco na praia type:vessel severity:high")
    [hint] = [heard.post.body for heard in world.heard if heard.post and "may be the same" in heard.post.body]
    assert "Barco na praia (pt to en) (machine translation)" in hint.replace("\u2068", "").replace("\u2069", "")
