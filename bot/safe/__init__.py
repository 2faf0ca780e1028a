"""Safe mode: the bot cannot start, and says so to whoever asks, without touching what is damaged."""

from bot.safe.faults import Fault, find, refusing
from bot.safe.serving import serve

__all__ = ["Fault", "find", "refusing", "serve"]
