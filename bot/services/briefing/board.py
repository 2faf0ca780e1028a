"""What a room sees of a briefing: one card, edited in place, and pinned while there is one to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model.briefing import Briefing, State
from bot.model.person import UserId
from bot.services.briefing.telling import OF
from bot.services.room import RoomService
from bot.store import Store
from bot.store.card import Card


class Board:
    """Posts cards, in the open transaction."""

    def __init__(self, store: Store, room: RoomService) -> None:
        self._store = store
        self._room = room

    async def show(self, briefing: Briefing, cause: str, now: datetime, *, over: bool = False) -> str:
        """Let the room's card say how the briefing stands now; return its post."""
        room_id, cause = briefing.room_id, f"{cause} {briefing.ref}"
        card = await self._store.card.find(briefing.ref, room_id)
        payload: dict[str, Any] = {"of": OF, "ref": str(briefing.ref)}
        if card:
            payload["post"] = card.post
        post = await self._store.outbox.add(room_id, "card", cause, payload, now)
        card = card or Card(briefing.ref, post, frozenset(self._room.members(room_id)))
        pinned = briefing.state is State.PLANNED and not over
        if card.pinned is not pinned:
            pins = {"pins" if pinned else "unpins": [card.post]}
            await self._store.outbox.add(room_id, "pin", cause, pins, now)
        await self._store.card.save(replace(card, pinned=pinned), room_id)
        return card.post

    async def renew(self, briefing: Briefing, user_id: UserId, cause: str, now: datetime) -> bool:
        """Post the card anew for somebody who was not there then; return whether it had to be."""
        card = await self._store.card.find(briefing.ref, briefing.room_id)
        if card is None or user_id in card.readers:
            return False
        await self._store.card.forget(card.post)
        await self.show(briefing, cause, now)
        cause = f"{cause} {briefing.ref}"
        await self._store.outbox.add(briefing.room_id, "pin", f"{cause} old", {"unpins": [card.post]}, now)
        await self._store.outbox.add(briefing.room_id, "redact", cause, {"post": card.post}, now)
        return True

    async def pin(self, briefing: Briefing, cause: str, now: datetime) -> None:
        """Pin the card: the bot may do that now, perhaps."""
        if card := await self._store.card.find(briefing.ref, briefing.room_id):
            await self._store.outbox.add(briefing.room_id, "pin", f"{cause} {briefing.ref}", {"pins": [card.post]}, now)

    async def unread(self, briefing: Briefing, user_id: UserId) -> None:
        """Record that somebody who has left cannot read what the card says from now on."""
        card = await self._store.card.find(briefing.ref, briefing.room_id)
        if card and user_id in card.readers:
            await self._store.card.save(replace(card, readers=card.readers - {user_id}), briefing.room_id)
