"""Where a digest comes each day, and what it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, time

from bot.model.digest import Daily, Step
from bot.model.incident import EntryKind
from bot.model.person import UserId, Zone
from bot.model.reference import Reference
from bot.store.database import Database


class DigestStore:
    """The digest table: one row a room. `at` is wall time."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, daily: Daily, now: datetime) -> None:
        """Record when a digest comes to the room from now on."""
        self._db.write(
            "INSERT OR REPLACE INTO digest (room_id, by, at, zone, set_at) VALUES (?, ?, ?, ?, ?)",
            daily.room_id,
            daily.by,
            daily.at.isoformat("minutes"),
            daily.zone,
            now.isoformat(),
        )

    async def find(self, room_id: str) -> Daily | None:
        """Return when a digest comes to the room; None if none does."""
        row = await self._db.row("SELECT * FROM digest WHERE room_id = ?", room_id)
        return (
            Daily(row["room_id"], UserId(row["by"]), time.fromisoformat(row["at"]), Zone(row["zone"])) if row else None
        )

    async def remove(self, room_id: str) -> bool:
        """Let none come any more; return whether one did."""
        return bool(await self._db.execute("DELETE FROM digest WHERE room_id = ?", room_id))

    async def steps(self, refs: Iterable[Reference]) -> dict[Reference, list[Step]]:
        """Return what the timelines of these incidents tell of how they stood, each in the order of entry."""
        rows = await self._db.rows(
            "SELECT e.ref, e.number, e.kind, e.author, e.entered_at, e.data ->> '$.was' AS was"
            " FROM json_each(?) w JOIN entry e ON e.ref = w.value ORDER BY e.ref, e.logged, e.number",
            json.dumps([*map(str, refs)]),
        )
        found: dict[Reference, list[Step]] = {}
        for row in rows:
            step = Step(
                row["number"],
                EntryKind(row["kind"]),
                UserId(row["author"]),
                datetime.fromisoformat(row["entered_at"]),
                json.loads(row["was"]) if row["was"] else {},
            )
            found.setdefault(Reference(row["ref"]), []).append(step)
        return found
