"""Looking for our own message in a room: the homeserver forgets transaction ids, so an old one might be sent twice.

Source: Matrix specification, "Transaction identifiers"; Synapse forgets them after about a day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import vodozemac

from bot.matrix.api import path
from bot.matrix.client import MatrixClient
from bot.store.outbox import OutboxRow

FORGOTTEN = timedelta(hours=20)
"""From this age on a row's transaction id may no longer be known to the homeserver."""
CLOCKS = timedelta(hours=1)
"""By how much the homeserver's clock may differ from ours."""
PAGE = 500
MOST_PAGES = 40


async def find_echo(client: MatrixClient, row: OutboxRow) -> str | None:
    """Return the event as which *row* is in its room already, or None; reads back to when the row was made.

    Raises HomeserverError and HomeserverAway.
    """
    since = (row.created_at - CLOCKS).timestamp() * 1000
    newest: str | None = None
    for _page in range(MOST_PAGES):
        query = {"dir": "b", "limit": str(PAGE)} | ({"from": newest} if newest else {})
        answer = await client.api.request("GET", path("rooms", row.room_id, "messages"), query=query)
        events = [event for event in answer.get("chunk", ()) if isinstance(event, Mapping)]
        for event in events:
            if _is(event, row, client):
                return str(event["event_id"])
        newest = answer.get("end")
        if not newest or any(_stamp(event) < since for event in events):
            return None
    return None


def _is(event: Mapping[str, Any], row: OutboxRow, client: MatrixClient) -> bool:
    """Return whether *event* is *row*, encrypted by our own device: what others claim does not count."""
    content, olm = event.get("content"), client.nio.olm
    if event.get("sender") != client.user_id or not isinstance(content, Mapping) or olm is None:
        return False
    own = olm.inbound_group_store[row.room_id].get(olm.account.identity_keys["curve25519"], {})
    session = own.get(content.get("session_id"))
    if session is None or session.forwarding_chain:
        return False
    try:
        payload = json.loads(session.decrypt(str(content.get("ciphertext")))[0])
    except (vodozemac.MegolmDecryptionException, vodozemac.DecodeException, ValueError, RecursionError):
        return False
    inner = payload.get("content") if isinstance(payload, Mapping) else None
    record = inner.get("org.liaison") if isinstance(inner, Mapping) else None
    return isinstance(record, Mapping) and record.get("id") == row.id and isinstance(event.get("event_id"), str)


def _stamp(event: Mapping[str, Any]) -> float:
    stamp = event.get("origin_server_ts")
    return stamp if isinstance(stamp, (int, float)) else float("inf")


def may_have_been_sent(row: OutboxRow, now: datetime) -> bool:
    """Return whether *row* is so old that it must be looked for before it is sent again; a farewell is in clear."""
    return row.kind != "farewell" and now - row.created_at > FORGOTTEN
