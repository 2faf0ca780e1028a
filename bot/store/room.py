"""What each room has chosen."""

from __future__ import annotations

from datetime import datetime

from bot.model.room import Mode, RoomSettings, Use
from bot.store.database import Database
from bot.store.kept import Kept


class RoomStore:
    """The room table: a row for each room that has chosen something."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept = Kept[str, RoomSettings](database)

    async def find(self, room_id: str) -> RoomSettings:
        """Return what the room has chosen; what comes without a choice where it has chosen nothing."""
        return await self._kept.of(room_id, lambda: self._read(room_id))

    async def _read(self, room_id: str) -> RoomSettings:
        row = await self._db.row("SELECT * FROM room WHERE room_id = ?", room_id)
        if row is None:
            return RoomSettings()
        until = row["paused_until"]
        return RoomSettings(
            Mode(row["mode"]),
            bool(row["translated"]),
            datetime.fromisoformat(until) if until else None,
            Use(row["used_for"]) if row["used_for"] else None,
        )

    async def list_used_for(self, use: Use) -> list[str]:
        """Return the rooms that are for that."""
        rows = await self._db.rows("SELECT room_id FROM room WHERE used_for = ? ORDER BY room_id", use)
        return [row["room_id"] for row in rows]

    async def list_paused(self, until: datetime) -> list[str]:
        """Return the rooms whose pause ends at *until* or before."""
        rows = await self._db.rows("SELECT room_id FROM room WHERE paused_until <= ?", until.isoformat())
        return [row["room_id"] for row in rows]

    async def save(self, room_id: str, settings: RoomSettings, now: datetime) -> None:
        """Record what the room has chosen."""
        self._kept.change()
        self._db.write(
            "INSERT INTO room (room_id, mode, translated, paused_until, used_for, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (room_id) DO UPDATE SET mode = excluded.mode, translated = excluded.translated,"
            " paused_until = excluded.paused_until, used_for = excluded.used_for, updated_at = excluded.updated_at",
            room_id,
            settings.mode,
            int(settings.on),
            settings.paused_until.isoformat() if settings.paused_until else None,
            settings.use,
            now.isoformat(),
        )
