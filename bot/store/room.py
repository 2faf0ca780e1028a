"""What each room has chosen."""

from __future__ import annotations

from datetime import datetime

from bot.model.room import Mode, RoomSettings
from bot.store.database import Database


class RoomStore:
    """The room table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def find(self, room_id: str) -> RoomSettings:
        """Return what the room has chosen; what comes without a choice where it has chosen nothing."""
        row = await self._db.row("SELECT * FROM room WHERE room_id = ?", room_id)
        if row is None:
            return RoomSettings()
        until = row["paused_until"]
        return RoomSettings(
            Mode(row["mode"]), bool(row["translated"]), datetime.fromisoformat(until) if until else None
        )

    async def save(self, room_id: str, settings: RoomSettings, now: datetime) -> None:
        """Record what the room has chosen."""
        self._db.write(
            "INSERT INTO room (room_id, mode, translated, paused_until, updated_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (room_id) DO UPDATE SET mode = excluded.mode, translated = excluded.translated,"
            " paused_until = excluded.paused_until, updated_at = excluded.updated_at",
            room_id,
            settings.mode,
            int(settings.on),
            settings.paused_until.isoformat() if settings.paused_until else None,
            now.isoformat(),
        )
