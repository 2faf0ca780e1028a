"""Formatted text: the few tags that every Matrix client shows, read from whatever HTML a client sent. Pure."""

from bot.model.rich.reading import read
from bot.model.rich.values import Atom, Item, Line, Mark, Rich

__all__ = ["Atom", "Item", "Line", "Mark", "Rich", "read"]
