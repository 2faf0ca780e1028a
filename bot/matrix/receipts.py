"""The bot's read receipt: it moves only past what is translated or recorded, so that people see how far it is."""

from __future__ import annotations

import asyncio

import structlog

from bot.lanes import Lanes
from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.store import Store

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3.0
"""How often at most the receipt of one room moves."""


class Receipts:
    """One lane a room: look how far the room is done, and say so. A receipt that is lost is overtaken by the next."""

    def __init__(self, api: Api, store: Store) -> None:
        self._api = api
        self._store = store
        self._lanes = Lanes("receipt", self._room)
        self._sent: dict[str, str] = {}
        self.wake = self._lanes.wake

    async def run(self) -> None:
        """Work until cancelled."""
        await self._lanes.run()

    async def _room(self, room_id: str) -> None:
        event_id = await self._store.inbox.read_up_to(room_id)
        if event_id is None or self._sent.get(room_id) == event_id:
            return
        try:
            await self._api.request("POST", path("rooms", room_id, "receipt", "m.read", event_id), {})
        except (HomeserverError, HomeserverAway) as error:
            log.info("receipt.not_sent", room=room_id, error=str(error))
        else:
            self._sent[room_id] = event_id
        await asyncio.sleep(EVERY_SECONDS)
