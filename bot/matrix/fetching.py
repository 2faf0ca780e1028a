"""Single events, asked of the homeserver once more and decrypted with the room keys that are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.clock import Clock
from bot.intake import Reader
from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.model.incoming import Incoming
from bot.services.original import Fetched
from bot.store.inbox import InboxRow

log = structlog.get_logger(__name__)

FETCH_SECONDS = 10.0


class Fetching:
    """Fetches events (the protocol `bot.services.original.Fetches`)."""

    def __init__(self, api: Api, reader: Reader, clock: Clock) -> None:
        self._api = api
        self._reader = reader
        self._clock = clock

    async def fetch(self, room_id: str, event_id: str) -> Fetched | None:
        """Return the event; None if it is redacted, missing, unreadable, or does not come in time."""
        try:
            raw = await self._api.request("GET", path("rooms", room_id, "event", event_id), seconds=FETCH_SECONDS)
        except (HomeserverError, HomeserverAway) as error:
            log.info("event.not_fetched", event_id=event_id, room=room_id, error=str(error))
            return None
        if raw.get("event_id") != event_id or raw.get("room_id", room_id) != room_id or "state_key" in raw:
            return None
        row = InboxRow(0, event_id, room_id, raw, self._clock.now())
        incoming = await self._read(row)
        return Fetched(incoming, _last_edit(raw)) if incoming else None

    async def _read(self, row: InboxRow) -> Incoming | None:
        read = self._reader.read(row)
        if isinstance(read, Incoming) and read.encrypted and not read.trusted:
            # Its device may have been verified since.
            await self._reader.refresh(read.sender)
            read = self._reader.read(row)
        return read if isinstance(read, Incoming) else None


def _last_edit(raw: Mapping[str, Any]) -> str | None:
    """Return which event the homeserver names as the last edit of *raw*."""
    found: Any = raw
    for key in ("unsigned", "m.relations", "m.replace", "event_id"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None
