"""Whose each message was, and which text of it is translated: never the text."""

from __future__ import annotations

from datetime import datetime

from bot.model.original import Original
from bot.model.person import UserId
from bot.store.database import Database, Row


class OriginalStore:
    """The original table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, room_id: str, event_id: str, sender: UserId, now: datetime, *, trusted: bool) -> None:
        """Record a message as it was said first."""
        self._db.write(
            "INSERT OR IGNORE INTO original (event_id, room_id, sender, trusted, revision, said_at)"
            " VALUES (?1, ?2, ?3, ?4, ?1, ?5)",
            event_id,
            room_id,
            sender,
            int(trusted),
            now.isoformat(),
        )

    async def find(self, room_id: str, event_id: str) -> Original | None:
        """Return the message, or None."""
        row = await self._db.row("SELECT * FROM original WHERE event_id = ? AND room_id = ?", event_id, room_id)
        return _original(row) if row else None

    async def room_of(self, event_id: str) -> str | None:
        """Return the room that the message was said in, or None."""
        row = await self._db.row("SELECT room_id FROM original WHERE event_id = ?", event_id)
        return row["room_id"] if row else None

    async def find_revision(self, room_id: str, event_id: str) -> Original | None:
        """Return the message that *event_id* is, or whose present text it is; None if there is none."""
        row = await self._db.row(
            "SELECT * FROM original WHERE room_id = ?1 AND (event_id = ?2 OR (revision = ?2 AND edit IS NOT NULL))",
            room_id,
            event_id,
        )
        return _original(row) if row else None

    async def forget(self, event_id: str) -> None:
        """Delete what is kept of a message."""
        self._db.write("DELETE FROM original WHERE event_id = ?", event_id)

    async def save(self, event_id: str, edit: str, revision: str) -> None:
        """Record the last edit that was looked at, and the event whose text is translated now."""
        self._db.write("UPDATE original SET edit = ?, revision = ? WHERE event_id = ?", edit, revision, event_id)

    async def purge(self, before: datetime) -> int:
        """Delete what was said before *before*; return how many messages."""
        return await self._db.execute("DELETE FROM original WHERE said_at < ?", before.isoformat())


def _original(row: Row) -> Original:
    return Original(row["event_id"], UserId(row["sender"]), bool(row["trusted"]), row["revision"], row["edit"])
