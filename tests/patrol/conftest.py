"""The world, and the people of two agencies and of the task force itself in it."""

from __future__ import annotations

import pytest_asyncio

from ..world import World, world
from .scene import Scene, begun

__all__ = ["world"]


@pytest_asyncio.fixture
async def scene(world: World) -> Scene:
    """Return a lead and an officer of each agency: Rui and Ana read Portuguese, Luc and Eva French."""
    return begun(world)
