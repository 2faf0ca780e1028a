"""Opening a room of two for what one person alone is to be told."""

from __future__ import annotations

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog

from bot.matrix.api import HomeserverAway, HomeserverError, path
from bot.matrix.client import MatrixClient
from bot.matrix.withheld import ALGORITHM
from bot.model.direct import DirectRoom
from bot.model.person import UserId
from bot.services import DirectService
from bot.store import Store

log = structlog.get_logger(__name__)

SYNC_SECONDS = 30.0
"""How long a room that was opened may take to come back in a sync."""
LOOK_SECONDS = 0.1


class Opening:
    """Opens direct rooms, one for each person, and lets what waits for that person go there."""

    def __init__(self, client: MatrixClient, store: Store, direct: DirectService) -> None:
        self._client = client
        self._store = store
        self._direct = direct
        self._listed = asyncio.Lock()

    async def open(self, user_id: UserId, now: datetime) -> None:
        """Have a direct room with that person, an old or a new one, and send there what waits for it.

        Raises HomeserverError and HomeserverAway; a room that was made before that is found again.
        """
        room_id = await self._direct.find(user_id)
        if room_id is None:
            room_id = await self._recent(user_id, now) or await self._create(user_id, now)
            await self._seen(room_id, user_id)
        async with self._store.transaction():
            await self._store.outbox.move(user_id, room_id)
            await self._store.question.move(user_id, room_id)

    async def refused(self, user_id: UserId, now: datetime) -> None:
        """Record that the homeserver opens no room for that person: what waits is said where it comes from."""
        async with self._store.transaction():
            await self._store.direct.save(DirectRoom(user_id, None, now))
            for row in await self._store.outbox.list_waiting(user_id):
                if row.kind == "relay":
                    await self._store.outbox.turn_back(row)

    async def _recent(self, user_id: UserId, now: datetime) -> str | None:
        """Return the room that was made before this was interrupted, if the sync has not brought it yet."""
        opened = await self._store.direct.find(user_id)
        if opened is None or opened.room_id is None or (now - opened.opened_at).total_seconds() > SYNC_SECONDS:
            return None
        return opened.room_id

    async def _create(self, user_id: UserId, now: datetime) -> str:
        encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": ALGORITHM}}
        body = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [user_id],
            "initial_state": [encryption],
        }
        room_id = str((await self._client.api.request("POST", path("createRoom"), body, needs=["room_id"]))["room_id"])
        log.info("direct.opened", room=room_id, user=user_id)
        async with self._store.transaction():
            await self._store.direct.save(DirectRoom(user_id, room_id, now))
        await self._list(user_id, room_id)
        return room_id

    async def _list(self, user_id: UserId, room_id: str) -> None:
        """Put the room into our account's list of direct rooms, for clients that show it."""
        where = path("user", self._client.user_id, "account_data", "m.direct")
        async with self._listed:
            try:
                listed = await self._account_data(where)
                before = listed.get(user_id)
                rooms = [*(before if isinstance(before, list) else ()), room_id]
                await self._client.api.request("PUT", where, {**listed, user_id: rooms})
            except (HomeserverError, HomeserverAway) as error:
                # It serves only clients that show it: the room itself is there.
                log.warning("direct.not_listed", room=room_id, error=str(error))

    async def _account_data(self, where: str) -> dict[str, Any]:
        try:
            return await self._client.api.request("GET", where)
        except HomeserverError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return {}
            raise

    async def _seen(self, room_id: str, user_id: UserId) -> None:
        """Wait until syncs have brought the room and the invitation; the person gets no room key before.

        A room comes piece by piece. If it comes without the person, they have declined already.
        """
        for _look in range(int(SYNC_SECONDS / LOOK_SECONDS)):
            if user_id in self._client.rooms.audience(room_id):
                return
            await asyncio.sleep(LOOK_SECONDS)
        if self._client.rooms.audience(room_id):
            return
        raise HomeserverAway(f"the room {room_id} has not come back in a sync")
