"""Which messages stand on which timelines."""

from __future__ import annotations

from bot.model.incident import Entry
from bot.model.reference import Reference
from bot.store.database import Database
from bot.store.incident import entry_of


class PinStore:
    """The pin table: a row for each pin that was not withdrawn."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, entry: Entry, source: str, cause: str) -> None:
        """Record that *entry* pins the message *source*; *cause* is the event that proposed it."""
        self._db.write(
            "INSERT INTO pin (ref, number, source, cause) VALUES (?, ?, ?, ?)",
            str(entry.ref), entry.number, source, cause,
        )  # fmt: skip

    async def list_of(self, source: str) -> list[Entry]:
        """Return the entries that pin the message *source*."""
        rows = await self._db.rows(
            "SELECT e.* FROM pin p JOIN entry e ON e.ref = p.ref AND e.number = p.number WHERE p.source = ?", source
        )
        return [entry_of(row) for row in rows]

    async def list_proposed(self, cause: str) -> list[Entry]:
        """Return the entries that the event *cause* has proposed."""
        rows = await self._db.rows(
            "SELECT e.* FROM pin p JOIN entry e ON e.ref = p.ref AND e.number = p.number WHERE p.cause = ?", cause
        )
        return [entry_of(row) for row in rows]

    async def stands(self, ref: Reference, number: int) -> bool:
        """Return whether that entry is a pin that was not withdrawn."""
        return await self._db.row("SELECT 1 FROM pin WHERE ref = ? AND number = ?", str(ref), number) is not None

    async def remove(self, entry: Entry) -> None:
        """Record that a pin is withdrawn; its entry stays."""
        self._db.write("DELETE FROM pin WHERE ref = ? AND number = ?", str(entry.ref), entry.number)
