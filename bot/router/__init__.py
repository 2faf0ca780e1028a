"""One line of text to one Reply: whom it is for, which command it is, and every error in words."""

from __future__ import annotations

from bot.router.addressing import Addressee, Line, addressed, alarmed
from bot.router.router import Invocation, Router

__all__ = ["Addressee", "Invocation", "Line", "Router", "addressed", "alarmed"]
