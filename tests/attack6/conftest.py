"""The world, and who hands over to whom in it."""

from __future__ import annotations

import pytest_asyncio

from ..handover.scene import Scene, World, begun
from ..world import world

__all__ = ["world"]


@pytest_asyncio.fixture
async def scene(world: World) -> Scene:
    """Return a post that Ana answers for; Rui is her colleague, Eva of another agency."""
    return await begun(world)
