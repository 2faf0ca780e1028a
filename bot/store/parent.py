"""Incidents that are parts of others."""

from __future__ import annotations

from bot.model.reference import Reference
from bot.store.database import Database


class ParentStore:
    """The parent table: each incident has one parent at most."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def list_above(self, ref: Reference) -> list[Reference]:
        """Return what the incident is a part of, then what that one is a part of, up to the last."""
        rows = await self._db.rows(
            "WITH RECURSIVE above (ref, step) AS (SELECT parent, 1 FROM parent WHERE ref = ?"
            " UNION ALL SELECT p.parent, a.step + 1 FROM above a JOIN parent p ON p.ref = a.ref)"
            " SELECT ref FROM above ORDER BY step",
            str(ref),
        )
        return [Reference(row["ref"]) for row in rows]

    async def list_parts(self, ref: Reference) -> list[Reference]:
        """Return what is a part of the incident."""
        rows = await self._db.rows("SELECT ref FROM parent WHERE parent = ? ORDER BY ref", str(ref))
        return [Reference(row["ref"]) for row in rows]

    async def save(self, ref: Reference, parent: Reference) -> None:
        """Let an incident be a part of another, and of no other any more."""
        self._db.write("INSERT OR REPLACE INTO parent (ref, parent) VALUES (?, ?)", str(ref), str(parent))

    async def remove(self, ref: Reference) -> None:
        """Let an incident be a part of none."""
        self._db.write("DELETE FROM parent WHERE ref = ?", str(ref))
