"""From values to words: what a reader of one language sees, as plain text and as HTML."""

from __future__ import annotations

from bot.render.post import Elsewhere, Post
from bot.render.renderer import Renderer

__all__ = ["Elsewhere", "Post", "Renderer"]
