"""A digest as it is posted: its text, its picture, and a file that is read without the bot.

Parts, lowest first: `sheet` (what is drawn on), `charts`, `view` (the digest in a reader's words), `map`, `raster` (a
program of its own), `picture`, `page`, `posting`.
"""

from bot.render.digest.posting import Digests

__all__ = ["Digests"]
