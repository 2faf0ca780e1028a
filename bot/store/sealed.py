"""Sealed reports: kept until each of their readers has the file, and nothing of who wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.sealed import Sealed
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A report that has not reached one of its readers, and how often it was tried."""

    sealed: Sealed
    reader: UserId
    attempts: int


class SealedStore:
    """The tables sealed and sealed_for."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, sealed: Sealed, now: datetime) -> None:
        """Record a report."""
        self._db.write(
            "INSERT INTO sealed (ref, data, sealed_at) VALUES (?, ?, ?)", str(sealed.ref), sealed.data, now.isoformat()
        )

    async def posted(self, ref: Reference, reader: UserId, post: str, attempts: int) -> None:
        """Record which outbox row posts the report to one of its readers, and how often that was tried."""
        self._db.write(
            "INSERT OR REPLACE INTO sealed_for (ref, reader, post, attempts) VALUES (?, ?, ?, ?)",
            str(ref),
            reader,
            post,
            attempts,
        )

    async def holds(self, ref: str) -> bool:
        """Return whether the reference is that of a report to the monitors."""
        return await self._db.row("SELECT 1 FROM sealed WHERE ref = ?", ref) is not None

    async def list_undelivered(self) -> list[Undelivered]:
        """Return the reports whose posts were given up."""
        rows = await self._db.rows(
            "SELECT s.*, f.reader, f.attempts FROM sealed s JOIN sealed_for f ON f.ref = s.ref"
            " JOIN outbox o ON o.id = f.post WHERE o.state = 'failed' AND s.data IS NOT NULL ORDER BY s.sealed_at"
        )
        return [
            Undelivered(
                Sealed(Reference(row["ref"]), bytes(row["data"]), (UserId(row["reader"]),)),
                UserId(row["reader"]),
                row["attempts"],
            )
            for row in rows
        ]

    async def let_go(self) -> None:
        """Delete the files that all their readers have."""
        self._db.write(
            "UPDATE sealed SET data = NULL WHERE data IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sealed_for f"
            " LEFT JOIN outbox o ON o.id = f.post WHERE f.ref = sealed.ref AND o.state IS NOT 'sent')"
        )
