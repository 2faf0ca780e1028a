"""What people put in place of a machine's translations."""

from __future__ import annotations

from datetime import datetime

from bot.model.correction import Correction
from bot.model.person import UserId
from bot.store.database import Database, Row


class CorrectionStore:
    """The correction table: one a message and language."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, made: Correction, now: datetime) -> int:
        """Record *made*, in place of an earlier one of that translation; return its id."""
        self._db.write("DELETE FROM correction WHERE event_id = ? AND target = ?", made.event_id, made.target)
        row = await self._db.row(
            "INSERT INTO correction (key, room_id, event_id, command, source, target, text, author, agency, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            made.key,
            made.room_id,
            made.event_id,
            made.command,
            made.source,
            made.target,
            made.text,
            made.author,
            made.agency,
            now.isoformat(),
        )
        assert row
        return int(row["id"])

    async def find(self, id: int) -> Correction | None:
        """Return the correction, or None."""
        row = await self._db.row("SELECT * FROM correction WHERE id = ?", id)
        return correction(row) if row else None

    async def list_of(self, event_id: str) -> list[Correction]:
        """Return the corrections of the translations of what the event *event_id* says."""
        return [correction(row) for row in await self._db.rows("SELECT * FROM correction WHERE event_id = ?", event_id)]

    async def list_asked(self, command: str) -> list[Correction]:
        """Return the corrections that the event *command* asked for."""
        return [correction(row) for row in await self._db.rows("SELECT * FROM correction WHERE command = ?", command)]

    async def approve(self, id: int, by: UserId) -> None:
        """Record who agreed that the correction may serve every room."""
        self._db.write("UPDATE correction SET approved_by = ? WHERE id = ?", by, id)

    async def confine(self, event_id: str) -> None:
        """Let the corrections of what the event *event_id* says serve that message alone."""
        self._db.write("UPDATE correction SET key = '' WHERE event_id = ?", event_id)

    async def forget(self, id: int) -> None:
        """Delete the correction."""
        self._db.write("DELETE FROM correction WHERE id = ?", id)

    async def purge(self, before: datetime) -> int:
        """Delete corrections made before *before*; return how many."""
        return await self._db.execute("DELETE FROM correction WHERE made_at < ?", before.isoformat())


def correction(row: Row) -> Correction:
    """Return the correction that *row* holds."""
    return Correction(
        row["id"],
        row["key"],
        row["room_id"],
        row["event_id"],
        row["command"],
        row["source"],
        row["target"],
        row["text"],
        UserId(row["author"]),
        row["agency"],
        UserId(row["approved_by"]) if row["approved_by"] else None,
    )
