"""The world, for the tests of this folder."""

from ..world import world

__all__ = ["world"]
