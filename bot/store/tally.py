"""How much waits in a database, by room and kind: counts, never what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Tally:
    """What waits. The key of `outbox` is (room or person, kind); `inbox` is by room, `due` by kind."""

    inbox: Mapping[str, int]
    outbox: Mapping[tuple[str, str], int]
    due: Mapping[str, int]


async def tally(database: Database, until: datetime) -> Tally:
    """Return what *database* has not processed and not sent, and what is due before *until*."""
    inbox = await database.rows(
        "SELECT room_id, count(*) AS n FROM inbox WHERE state != 'done' GROUP BY room_id ORDER BY room_id"
    )
    outbox = await database.rows(
        "SELECT room_id, kind, count(*) AS n FROM outbox WHERE state = 'waiting' GROUP BY room_id, kind"
        " ORDER BY room_id, kind"
    )
    due = await database.rows(
        "SELECT kind, count(*) AS n FROM due WHERE state = 'waiting' AND at <= ? GROUP BY kind ORDER BY kind",
        until.isoformat(timespec="microseconds"),
    )
    return Tally(
        {row["room_id"]: row["n"] for row in inbox},
        {(row["room_id"], row["kind"]): row["n"] for row in outbox},
        {row["kind"]: row["n"] for row in due},
    )
