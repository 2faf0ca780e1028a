"""Whoever is checked in and writes in the room of their post is there: that is no answer, and a sign of life."""

from __future__ import annotations

from bot.model.content import POLLS
from bot.model.incoming import Incoming
from bot.services.identity import IdentityService
from bot.store import Store


class HearingService:
    """Notes when people who are checked in wrote last, and nothing else of it; joins the open transaction."""

    def __init__(self, store: Store, identity: IdentityService) -> None:
        self._store = store
        self._identity = identity

    async def hear(self, incoming: Incoming) -> None:
        """Record that its sender wrote *incoming*, if they are checked in at a post of its room.

        It counts from a device that is trusted, of a person whose keys are in no doubt; not so an edit, a reaction or
        what an app sends by itself. Nobody can make it later than it was sent.
        """
        written = incoming.type in ("m.room.message", *POLLS) and not incoming.verifies and not incoming.replaces
        if not incoming.trusted or not written:
            return
        found = await self._store.checkin.find_room(incoming.sender)
        if found is None or found[1] != incoming.room_id or await self._identity.frozen(incoming.sender):
            return
        now = incoming.received_at
        self._store.checkin.wrote(found[0], min(incoming.sent_at, now), now)
