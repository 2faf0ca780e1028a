"""What the rooms hold of the time between a backup and its restore: sequels of our own, and redactions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.matrix.api import Api, HomeserverError, path
from bot.matrix.sync import identified
from bot.model.sequel import EVENT

log = structlog.get_logger(__name__)

REDACTION = "m.room.redaction"
FILTER = json.dumps({"types": [EVENT, REDACTION]})
CLOCKS = timedelta(hours=1)
"""By how much the homeserver's clock may differ from ours."""
PAGE = 500
MOST_PAGES = 400


@dataclass(slots=True)
class Missed:
    """Sequels as they were sealed, and raw redactions with room and event id, the oldest of a room first."""

    sequels: list[Any] = field(default_factory=list)
    redactions: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)


async def missed(api: Api, rooms: list[str], user_id: str, since: datetime) -> Missed:
    """Return what *rooms* hold that was sent after *since*; sequels only those that *user_id* has sent.

    A room that refuses is passed over. Raises HomeserverError where it may answer later, and HomeserverAway.
    """
    found = Missed()
    for room_id in rooms:
        try:
            events = await _events(api, room_id, (since - CLOCKS).timestamp() * 1000)
        except HomeserverError as error:
            if error.passing or error.ends_session:
                raise
            log.error("restored.room_not_read", room=room_id, error=str(error))
            continue
        for event in events:
            content, own = event.get("content"), event.get("sender") == user_id
            if event.get("type") == EVENT and own and isinstance(content, Mapping):
                found.sequels.append(content.get("sealed"))
            elif event.get("type") == REDACTION and not own:
                found.redactions.append((room_id, event["event_id"], event))
    return found


async def _events(api: Api, room_id: str, since: float) -> list[Mapping[str, Any]]:
    """Return those of the room's events that we look for, the oldest first, back to *since* (milliseconds)."""
    found: list[Mapping[str, Any]] = []
    newest: str | None = None
    for _page in range(MOST_PAGES):
        query = {"dir": "b", "limit": str(PAGE), "filter": FILTER} | ({"from": newest} if newest else {})
        answer = await api.request("GET", path("rooms", room_id, "messages"), query=query)
        events = [event for event in answer.get("chunk", ()) if identified(event)]
        found += [event for event in events if _stamp(event) >= since]
        newest = answer.get("end")
        if not newest or any(_stamp(event) < since for event in events):
            return found[::-1]
    log.error("restored.gap_too_long", room=room_id, events=len(found))
    return found[::-1]


def _stamp(event: Mapping[str, Any]) -> float:
    stamp = event.get("origin_server_ts")
    return stamp if isinstance(stamp, (int, float)) else float("inf")
