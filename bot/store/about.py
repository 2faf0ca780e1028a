"""What posts are about, so that a reply to one of them needs no reference."""

from __future__ import annotations

from bot.model.reference import Reference
from bot.store.database import Database


class AboutStore:
    """The about table: the reference of what an outbox row is about."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, post: str, ref: Reference) -> None:
        """Record that the outbox row *post* is about *ref*."""
        self._db.write("INSERT OR IGNORE INTO about (post, ref) VALUES (?, ?)", post, str(ref))

    async def find(self, room_id: str, event_id: str) -> Reference | None:
        """Return what our post *event_id* in the room is about, None if that is not known."""
        row = await self._db.row(
            "SELECT a.ref FROM about a JOIN outbox o ON o.id = a.post WHERE o.event_id = ? AND o.room_id = ?",
            event_id,
            room_id,
        )
        return Reference(row["ref"]) if row else None

    async def purge(self) -> int:
        """Forget posts that are not kept any more; return how many."""
        return await self._db.execute("DELETE FROM about WHERE post NOT IN (SELECT id FROM outbox)")
