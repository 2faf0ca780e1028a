"""Who asked for which message in which language."""

from __future__ import annotations

from datetime import datetime

from bot.model.person import LanguageCode, UserId
from bot.model.wish import Wish
from bot.store.database import Database, Row


class WishStore:
    """The wish table: a row for each event that asks."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, wish: Wish, now: datetime) -> None:
        """Record a wish."""
        self._db.write(
            "INSERT OR IGNORE INTO wish (by, room_id, source, target, asker, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
            wish.by,
            wish.room_id,
            wish.source,
            wish.target,
            wish.asker,
            now.isoformat(),
        )

    async def find(self, room_id: str, by: str) -> Wish | None:
        """Return what the event *by* asked for, or None."""
        row = await self._db.row("SELECT * FROM wish WHERE by = ? AND room_id = ?", by, room_id)
        return _wish(row) if row else None

    async def list_targets(self, source: str) -> list[LanguageCode]:
        """Return the languages in which somebody asked for that message."""
        rows = await self._db.rows("SELECT DISTINCT target FROM wish WHERE source = ? ORDER BY target", source)
        return [LanguageCode(row["target"]) for row in rows]

    async def take_back(self, by: str) -> None:
        """Delete what the event *by* asked for."""
        self._db.write("DELETE FROM wish WHERE by = ?", by)

    async def forget(self, source: str) -> None:
        """Delete what was asked of that message."""
        self._db.write("DELETE FROM wish WHERE source = ?", source)

    async def purge(self, before: datetime) -> int:
        """Delete what was asked before *before*; return how many."""
        return await self._db.execute("DELETE FROM wish WHERE asked_at < ?", before.isoformat())


def _wish(row: Row) -> Wish:
    return Wish(row["room_id"], row["source"], LanguageCode(row["target"]), UserId(row["asker"]), row["by"])
