"""Rooms of two: the bot and one person, whom it may tell there what is for that person alone."""

from __future__ import annotations

from datetime import datetime

from bot.config import Current
from bot.model.direct import INVITATION_LASTS
from bot.model.person import UserId
from bot.services.room import Rooms
from bot.store import Store


class DirectService:
    """Finds the direct room of a person, and decides when one is opened."""

    def __init__(self, config: Current, store: Store, rooms: Rooms) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms

    def holds(self, room_id: str, user_id: UserId) -> bool:
        """Return whether the room is encrypted and nobody but the bot and the person is in it or invited to it."""
        there = self._rooms.audience(room_id)
        return self._rooms.encrypted(room_id) and set(there) == {self._config.now.matrix.user_id, user_id}

    async def find(self, user_id: UserId) -> str | None:
        """Return the direct room of the person: the one that was opened for them, or any other; None without one."""
        opened = await self._store.direct.find(user_id)
        if opened and opened.room_id and self.holds(opened.room_id, user_id):
            return opened.room_id
        return next((room_id for room_id in self._rooms.of(user_id) if self.holds(room_id, user_id)), None)

    async def awaits(self, user_id: UserId) -> bool:
        """Return whether the person is invited into a direct room and has not come, or one is being opened for them."""
        if await self._store.outbox.next(user_id):
            return True
        room_id = await self.find(user_id)
        return room_id is not None and user_id not in self._rooms.members(room_id)

    async def reach(self, user_id: UserId, now: datetime) -> str | None:
        """Return where to send what is for that person alone; their user id where a room is to be opened first.

        None if they cannot be reached so: they have declined the invitation, or not accepted it in time, or it may be
        in other hands what they would read it on.
        """
        if self._config.now.lost(user_id):
            return None
        opened = await self._store.direct.find(user_id)
        recent = opened is not None and now - opened.opened_at <= INVITATION_LASTS
        if await self._store.outbox.next(user_id):
            # Their room is being opened: what comes now goes behind what waits for that.
            return user_id
        if room_id := await self.find(user_id):
            return room_id if recent or user_id in self._rooms.members(room_id) else None
        return None if recent else user_id
