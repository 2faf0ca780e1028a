"""The world, and who hands over to whom in it."""

from __future__ import annotations

import pytest_asyncio

from ..world import world
from .scene import Scene, World, begun

__all__ = ["world"]


@pytest_asyncio.fixture
async def scene(world: World) -> Scene:
    """Return a post that Ana, who writes Portuguese, answers for; Rui is her colleague, Eva of another agency."""
    return await begun(world)
