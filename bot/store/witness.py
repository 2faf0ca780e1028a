"""What others were given of the audit log, and what its witnesses have cosigned."""

from __future__ import annotations

from datetime import datetime

from bot.model.checkpoint import Cut
from bot.store.audit import cut_of
from bot.store.database import Database


class WitnessStore:
    """The tables audit_handed and audit_cosignature, and the checkpoints that they are about."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def handed(self, destination: str) -> int:
        """Return the size of the last checkpoint that the room or the keeper was given; 0 before the first."""
        row = await self._db.row("SELECT size FROM audit_handed WHERE destination = ?", destination)
        return int(row["size"]) if row else 0

    async def hand(self, destination: str, size: int) -> None:
        """Record that the room or the keeper is given the checkpoint of that size."""
        self._db.write("INSERT OR REPLACE INTO audit_handed (destination, size) VALUES (?, ?)", destination, size)

    async def checkpoint(self, size: int) -> Cut | None:
        """Return the checkpoint of that size, or None."""
        row = await self._db.row("SELECT * FROM audit_checkpoint WHERE size = ?", size)
        return cut_of(row) if row else None

    async def add(self, size: int, name: str, line: str, at: datetime) -> None:
        """Record that the witness *name* has cosigned the checkpoint of that size, or did so later again."""
        self._db.write("INSERT OR REPLACE INTO audit_cosignature VALUES (?, ?, ?, ?)", size, name, line, at.isoformat())

    async def lines(self, size: int) -> dict[str, str]:
        """Return the lines by which witnesses have cosigned the checkpoint of that size, by their names."""
        rows = await self._db.rows("SELECT name, line FROM audit_cosignature WHERE size = ? ORDER BY name", size)
        return {row["name"]: row["line"] for row in rows}

    async def last(self) -> int:
        """Return the size of the greatest checkpoint that a witness has cosigned; 0 before the first."""
        row = await self._db.row("SELECT coalesce(max(size), 0) AS size FROM audit_cosignature")
        return int(row["size"]) if row else 0
