"""What one sync leaves out: the events between its timeline and the last one, fetched page by page."""

from __future__ import annotations

from typing import Any

import structlog

from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.matrix.sync import since_joining
from bot.services.pulse import Pulse

log = structlog.get_logger(__name__)

PAGE = 500
GAP_LIMIT = 100_000
GAP_PAGES = 400
GAP_TRIES = 10


class Gaps:
    """Fetches what a timeline left out."""

    def __init__(self, api: Api, user_id: str, pulse: Pulse) -> None:
        self._api = api
        self._user_id = user_id
        self._pulse = pulse
        self._failures: dict[str, int] = {}

    async def fetch(self, room_id: str, newest: str | None, oldest: str) -> list[Any]:
        """Return the events of a gap; after some tries without them, so that one room cannot hold up all others."""
        try:
            found = await self._fetch(room_id, newest, oldest)
        except (HomeserverError, HomeserverAway):
            self._failures[room_id] = self._failures.get(room_id, 0) + 1
            if self._failures[room_id] < GAP_TRIES:
                raise
            log.error("sync.gap_lost", room=room_id)
            self._pulse.count("gap_lost")
            found = []
        self._failures.pop(room_id, None)
        return found

    async def _fetch(self, room_id: str, newest: str | None, oldest: str) -> list[Any]:
        """Return the events between two sync tokens that the timeline's limit left out, oldest first."""
        found: list[Any] = []
        pages = 0
        while newest and len(found) < GAP_LIMIT and pages < GAP_PAGES:
            self._pulse.rounds += 1
            query = {"dir": "b", "from": newest, "to": oldest, "limit": str(PAGE)}
            answer = await self._api.request("GET", path("rooms", room_id, "messages"), query=query)
            events, joined = since_joining(list(reversed(answer.get("chunk", ()))), self._user_id)
            found = events + found
            # A page may be empty although older ones are not.
            newest = answer.get("end") if not joined else None
            pages += 1
        if newest:
            log.error("sync.gap_too_long", room=room_id, events=len(found))
        return found
