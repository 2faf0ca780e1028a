"""The world, for every test of what becomes of incidents."""

from ..world import world

__all__ = ["world"]
