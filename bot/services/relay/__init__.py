"""Relaying: what one person says, in the languages of those who could not read it, where they read it."""

from bot.services.relay.destinations import Destination
from bot.services.relay.outgoing import Cause
from bot.services.relay.service import RelayService
from bot.services.relay.translating import Relayed

__all__ = ["Cause", "Destination", "RelayService", "Relayed"]
