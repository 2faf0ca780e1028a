"""The rooms that the bot has opened for single persons."""

from __future__ import annotations

from datetime import datetime

from bot.model.direct import DirectRoom
from bot.model.person import UserId
from bot.store.database import Database
from bot.store.kept import Kept


class DirectStore:
    """The direct table: the last room that was opened for each person."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept = Kept[UserId, DirectRoom | None](database)

    async def find(self, user_id: UserId) -> DirectRoom | None:
        """Return the room that was opened for the person last, or None."""
        return await self._kept.of(user_id, lambda: self._read(user_id))

    async def _read(self, user_id: UserId) -> DirectRoom | None:
        row = await self._db.row("SELECT * FROM direct WHERE user_id = ?", user_id)
        return DirectRoom(user_id, row["room_id"], datetime.fromisoformat(row["opened_at"])) if row else None

    async def save(self, direct: DirectRoom) -> None:
        """Record the room that was opened for a person, or that none could be."""
        self._kept.change()
        self._db.write(
            "INSERT OR REPLACE INTO direct (user_id, room_id, opened_at) VALUES (?, ?, ?)",
            direct.user_id,
            direct.room_id,
            direct.opened_at.isoformat(),
        )
