"""What was said once and need not be said again."""

from __future__ import annotations

from datetime import datetime

from bot.store.database import Database


class NoticeStore:
    """The notice table: (room, kind, subject) once."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def first(self, room_id: str, kind: str, subject: str, now: datetime) -> bool:
        """Return whether this is said for the first time, and record that it is said now."""
        added = await self._db.execute(
            "INSERT OR IGNORE INTO notice (room_id, kind, subject, given_at) VALUES (?, ?, ?, ?)",
            room_id,
            kind,
            subject,
            now.isoformat(),
        )
        return added > 0

    async def subject(self, room_id: str, kind: str) -> str | None:
        """Return what the last thing of that kind in the room was about, or None if there was none."""
        sql = "SELECT subject FROM notice WHERE room_id = ? AND kind = ? ORDER BY given_at DESC LIMIT 1"
        row = await self._db.row(sql, room_id, kind)
        return row["subject"] if row else None

    async def list_rooms(self, kind: str) -> list[str]:
        """Return the rooms in which something of that kind was said."""
        sql = "SELECT DISTINCT room_id FROM notice WHERE kind = ?"
        return [row["room_id"] for row in await self._db.rows(sql, kind)]

    async def list_of(self, room_id: str, kind: str) -> dict[str, datetime]:
        """Return what things of that kind in the room were about, and when (UTC), oldest first."""
        sql = "SELECT subject, given_at FROM notice WHERE room_id = ? AND kind = ? ORDER BY given_at, subject"
        rows = await self._db.rows(sql, room_id, kind)
        return {row["subject"]: datetime.fromisoformat(row["given_at"]) for row in rows}

    async def forget(self, room_id: str, kind: str) -> None:
        """Let everything of that kind be said in the room again."""
        self._db.write("DELETE FROM notice WHERE room_id = ? AND kind = ?", room_id, kind)

    async def forget_one(self, room_id: str, kind: str, subject: str) -> None:
        """Let one thing of that kind be said in the room again."""
        self._db.write("DELETE FROM notice WHERE room_id = ? AND kind = ? AND subject = ?", room_id, kind, subject)

    async def forget_room(self, room_id: str) -> None:
        """Let everything be said in the room again."""
        self._db.write("DELETE FROM notice WHERE room_id = ?", room_id)

    async def forget_remarks(self, before: datetime) -> int:
        """Delete what is said again after a while, most of it once an hour; return how many."""
        return await self._db.execute(
            "DELETE FROM notice WHERE (kind IN ('replay', 'plaintext', 'forged', 'edit', 'wish', 'unreplied')"
            " OR kind LIKE 'compass %') AND given_at < ?",
            before.isoformat(),
        )
