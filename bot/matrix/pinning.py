"""The pinned messages of a room: our cards among those of others, which stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.matrix.api import HomeserverError, path
from bot.matrix.client import MatrixClient
from bot.matrix.rooms import PINNED
from bot.store import Store
from bot.store.outbox import OutboxRow

log = structlog.get_logger(__name__)


class Pinning:
    """Changes what is pinned in rooms, where the bot may."""

    def __init__(self, client: MatrixClient, store: Store) -> None:
        self._client = client
        self._store = store

    async def change(self, row: OutboxRow) -> str:
        """Pin the post that *row* names, and unpin others; return the event of that, or an empty text if none is."""
        room_id = row.room_id
        if not self._client.rooms.may_pin(room_id):
            return ""
        pinned = await self._pinned(room_id)
        wanted = [event for event in pinned if event not in await self._events(row.payload.get("unpins", ()))]
        wanted += [event for event in await self._events(row.payload.get("pins", ())) if event not in wanted]
        if wanted == pinned:
            return ""
        where = path("rooms", room_id, "state", PINNED, "")
        answer = await self._client.api.request("PUT", where, {"pinned": wanted}, needs=["event_id"])
        log.info("cards.pinned", room=room_id, count=len(wanted))
        return str(answer["event_id"])

    async def _events(self, posts: list[str]) -> list[str]:
        """Return the events of those posts that were sent."""
        return [event for post in posts if (event := await self._store.outbox.event_of(post))]

    async def _pinned(self, room_id: str) -> list[str]:
        try:
            found: Mapping[str, Any] = await self._client.api.request(
                "GET", path("rooms", room_id, "state", PINNED, "")
            )
        except HomeserverError as error:
            if error.errcode != "M_NOT_FOUND":
                raise
            return []
        pinned = found.get("pinned")
        return [event for event in pinned if isinstance(event, str)] if isinstance(pinned, list) else []
