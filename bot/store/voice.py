"""Voice messages that people may write down for others: ids alone, no sound and no text."""

from __future__ import annotations

from datetime import datetime

from bot.model.person import UserId
from bot.model.voice import Recording
from bot.store.database import Database, Row


class VoiceStore:
    """The voice table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, room_id: str, event_id: str, sender: UserId, now: datetime) -> None:
        """Record a voice message that nobody has written down."""
        self._db.write(
            "INSERT OR IGNORE INTO voice (event_id, room_id, sender, said_at) VALUES (?, ?, ?, ?)",
            event_id,
            room_id,
            sender,
            now.isoformat(),
        )

    async def find(self, room_id: str, event_id: str) -> Recording | None:
        """Return the voice message, or None."""
        row = await self._db.row("SELECT * FROM voice WHERE event_id = ? AND room_id = ?", event_id, room_id)
        return _recording(row) if row else None

    async def find_transcribed(self, room_id: str, transcript: str) -> Recording | None:
        """Return the voice message that the message *transcript* writes down, or None."""
        row = await self._db.row("SELECT * FROM voice WHERE transcript = ? AND room_id = ?", transcript, room_id)
        return _recording(row) if row else None

    async def claim(self, room_id: str, event_id: str, transcript: str) -> None:
        """Record that the message *transcript* writes the voice message down, unless another one does."""
        self._db.write(
            "UPDATE voice SET transcript = ? WHERE event_id = ? AND room_id = ? AND transcript IS NULL",
            transcript,
            event_id,
            room_id,
        )

    async def release(self, room_id: str, transcript: str) -> None:
        """Record that the message *transcript* writes nothing down any more."""
        self._db.write("UPDATE voice SET transcript = NULL WHERE transcript = ? AND room_id = ?", transcript, room_id)

    async def forget(self, event_id: str) -> None:
        """Delete what is kept of a voice message."""
        self._db.write("DELETE FROM voice WHERE event_id = ?", event_id)

    async def purge(self, before: datetime) -> int:
        """Delete what was said before *before*; return how many voice messages."""
        return await self._db.execute("DELETE FROM voice WHERE said_at < ?", before.isoformat())


def _recording(row: Row) -> Recording:
    return Recording(row["event_id"], UserId(row["sender"]), row["transcript"])
