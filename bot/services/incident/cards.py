"""The cards of incidents: one a room, edited in place, pinned while it is open, made anew for who comes later."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.config import Current
from bot.model.incident import Incident
from bot.model.person import UserId
from bot.model.told import Told
from bot.services.room import RoomService
from bot.store import Store
from bot.store.card import Card


class CardService:
    """Lets rooms show how incidents stand, in the open transaction."""

    def __init__(self, config: Current, store: Store, room: RoomService) -> None:
        self._config = config
        self._store = store
        self._room = room

    async def show(self, incident: Incident, told: Told) -> None:
        """Let the room's card say how the incident stands now."""
        room_id, ref = told.room_id, incident.ref
        payload: dict[str, Any] = {"of": "incident", "ref": str(ref), "revision": incident.revision}
        card = await self._store.card.find(ref, room_id)
        if card:
            payload["post"] = card.post
        cause = f"{told.event_id} {ref}"  # one event may change several
        post = await self._store.outbox.add(room_id, "card", cause, payload, told.now)
        card = card or Card(ref, post, frozenset(self._room.members(room_id)))
        if card.pinned == incident.ended:
            pins = {"unpins" if incident.ended else "pins": [card.post]}
            await self._store.outbox.add(room_id, "pin", cause, pins, told.now)
        await self._store.card.save(replace(card, pinned=not incident.ended), room_id)

    async def renew(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> None:
        """Post the cards of open incidents anew for somebody who cannot read them: they were not there then.

        The old ones are withdrawn.
        """
        if not self._config.now.serves(user_id):
            return
        readers = frozenset(self._room.members(room_id))
        old = [card for card in await self._store.card.list_open(room_id) if user_id not in card.readers]
        for index, card in enumerate(old):
            payload = {"of": "incident", "ref": str(card.ref)}
            post = await self._store.outbox.add(room_id, "card", cause, payload, now, index)
            await self._store.card.save(Card(card.ref, post, readers, pinned=True), room_id)
            await self._store.outbox.add(room_id, "pin", cause, {"pins": [post], "unpins": [card.post]}, now, index)
            await self._store.outbox.add(room_id, "redact", cause, {"post": card.post}, now, index)

    async def left(self, room_id: str, user_id: UserId) -> None:
        """Follow that somebody is gone: what is said meanwhile they cannot read if they come back."""
        for card in await self._store.card.list_open(room_id):
            if user_id in card.readers:
                await self._store.card.save(replace(card, readers=card.readers - {user_id}), room_id)

    async def pin_all(self, room_id: str, cause: str, now: datetime) -> None:
        """Pin the open cards of a room: the bot may do that now, perhaps."""
        posts = [card.post for card in await self._store.card.list_open(room_id)]
        if posts:
            await self._store.outbox.add(room_id, "pin", cause, {"pins": posts}, now)
