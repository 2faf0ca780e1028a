"""Translation on this machine without a network, or by configured servers: see `Translator`.

The names are looked up at first use, because the worker process imports this package too and must not
pay for the bot's side of it (12 MiB).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.translation.detect import Detected
    from bot.translation.engine import Pair
    from bot.translation.journey import MAX_CHARACTERS
    from bot.translation.translator import Translator

__all__ = ["MAX_CHARACTERS", "Detected", "Pair", "Translator"]

_HOMES = {"Detected": "detect", "Pair": "engine", "MAX_CHARACTERS": "journey", "Translator": "translator"}


def __getattr__(name: str) -> Any:
    """Return one of the public names from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
