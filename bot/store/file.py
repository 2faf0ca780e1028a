"""Files that wait to be posted: kept until they are, and no longer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.model.file import File
from bot.store.database import Database


class FileStore:
    """The file table: a file for each outbox row that posts one."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, id: str, file: File) -> None:
        """Keep *file* for the outbox row *id*; the same row has one file, the first."""
        self._db.write(
            "INSERT OR IGNORE INTO file (id, name, media_type, data) VALUES (?, ?, ?, ?)",
            id,
            file.name,
            file.media_type,
            file.data,
        )

    async def find(self, id: str) -> File | None:
        """Return the file that the outbox row *id* posts, or None."""
        row = await self._db.row("SELECT * FROM file WHERE id = ?", id)
        return File(row["name"], row["media_type"], bytes(row["data"])) if row else None

    async def uploaded(self, id: str) -> Mapping[str, Any] | None:
        """Return where the file lies encrypted, and its key, as events say it; None before it is uploaded."""
        row = await self._db.row("SELECT uploaded FROM file WHERE id = ?", id)
        return json.loads(row["uploaded"]) if row and row["uploaded"] else None

    async def save_uploaded(self, id: str, uploaded: Mapping[str, Any]) -> None:
        """Record where the file lies encrypted."""
        self._db.write("UPDATE file SET uploaded = ? WHERE id = ?", json.dumps(uploaded), id)

    async def forget(self, id: str) -> None:
        """Delete the file: it is posted, or given up."""
        self._db.write("DELETE FROM file WHERE id = ?", id)
