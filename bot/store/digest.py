"""Where a digest comes each day."""

from __future__ import annotations

from datetime import datetime, time

from bot.model.digest import Daily
from bot.model.person import UserId, Zone
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
