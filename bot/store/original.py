"""Whose each message was, and which text of it is translated: never the text."""

from __future__ import annotations

from datetime import datetime

from bot.model.handling import Handling, label_of
from bot.model.original import Decided, Original
from bot.model.person import UserId
from bot.store.database import Database, Row


class OriginalStore:
    """The original table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(
        self,
        room_id: str,
        event_id: str,
        sender: UserId,
        now: datetime,
        *,
        trusted: bool,
        handling: Handling | None = None,
    ) -> None:
        """Record a message as it was said first."""
        self._db.write(
            "INSERT OR IGNORE INTO original (event_id, room_id, sender, trusted, revision, said_at, handling,"
            " handled_by) VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, ?7)",
            event_id,
            room_id,
            sender,
            int(trusted),
            now.isoformat(),
            str(handling or ""),
            Decided.TEXT if handling else Decided.NOBODY,
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

    async def list_held(self, room_id: str, post: str) -> list[Original]:
        """Return the messages, of whichever room, whose translations our post *post* in the room holds."""
        rows = await self._db.rows(
            "SELECT original.* FROM outbox JOIN holding ON holding.post = outbox.id"
            " JOIN original ON original.event_id = holding.source WHERE outbox.event_id = ? AND outbox.room_id = ?",
            post,
            room_id,
        )
        return [_original(row) for row in rows]

    async def mark(self, event_id: str, handling: Handling | None, decided: Decided) -> None:
        """Record how the message is to be handled from now on, and whose word that is."""
        self._db.write(
            "UPDATE original SET handling = ?, handled_by = ? WHERE event_id = ?",
            str(handling or ""),
            decided,
            event_id,
        )

    async def forget(self, event_id: str) -> None:
        """Delete what is kept of a message."""
        self._db.write("DELETE FROM original WHERE event_id = ?", event_id)

    async def save(self, event_id: str, edit: str, revision: str) -> None:
        """Record the last edit that was looked at, and the event whose text is translated now."""
        self._db.write("UPDATE original SET edit = ?, revision = ? WHERE event_id = ?", edit, revision, event_id)

    async def purge(self, before: datetime) -> int:
        """Delete what was said before *before*, but what is under hold; return how many messages."""
        return await self._db.execute(
            "DELETE FROM original WHERE said_at < ? AND event_id NOT IN (SELECT event FROM held_message)",
            before.isoformat(),
        )


def _original(row: Row) -> Original:
    return Original(
        row["event_id"],
        UserId(row["sender"]),
        bool(row["trusted"]),
        row["revision"],
        row["edit"],
        label_of(row["handling"]),
        Decided(row["handled_by"]),
        row["room_id"],
    )
