"""Relaying: what one person says, in the languages of those present who could not read it."""

from bot.services.relay.service import Cause, RelayService
from bot.services.relay.translating import Relayed

__all__ = ["Cause", "RelayService", "Relayed"]
