"""Copies of files that stand on timelines: kept because somebody asked, and as long as the entry."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model.file import File
from bot.model.reference import Reference
from bot.store.database import Database


class CopyStore:
    """The copy table: a file for each pin of which a copy was asked."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, ref: Reference, number: int, file: File) -> None:
        """Keep *file* with the pin; it has one, the first."""
        self._db.write(
            "INSERT OR IGNORE INTO copy (ref, number, name, media_type, data) VALUES (?, ?, ?, ?, ?)",
            str(ref), number, file.name, file.media_type, file.data,
        )  # fmt: skip

    async def has(self, ref: Reference, number: int) -> bool:
        """Return whether a copy is kept with the pin."""
        return bool(await self._db.row("SELECT 1 FROM copy WHERE ref = ? AND number = ?", str(ref), number))

    async def forget(self, ref: Reference, numbers: Iterable[int]) -> None:
        """Delete the copies that are kept with these entries."""
        for number in numbers:
            self._db.write("DELETE FROM copy WHERE ref = ? AND number = ?", str(ref), number)

    async def find(self, ref: Reference, number: int) -> File | None:
        """Return the copy that is kept with the pin, or None."""
        row = await self._db.row("SELECT * FROM copy WHERE ref = ? AND number = ?", str(ref), number)
        return File(row["name"], row["media_type"], bytes(row["data"])) if row else None
