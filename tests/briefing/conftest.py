"""The world, and a room whose people live by three clocks."""

from __future__ import annotations

import pytest_asyncio

from ..calendars import readers
from ..world import world
from .scene import Scene, World, gathered

__all__ = ["readers", "world"]


@pytest_asyncio.fixture
async def scene(world: World) -> Scene:
    """Return a room of a lead on the clock of Madrid, Ana of Lisbon, and Eva of Paris, who has set New York."""
    return await gathered(world)
