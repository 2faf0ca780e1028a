"""For what purpose people read sensitive records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.person import UserId
from bot.model.purpose import Stated
from bot.model.reference import Reference
from bot.store.database import Database, Row


class PurposeStore:
    """The purpose table, one row a person and record, and purpose_said, by the message that says one in words."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, stated: Stated) -> None:
        """Record for what somebody reads a record from now on."""
        self._db.write(
            "INSERT OR REPLACE INTO purpose (user_id, ref, code, entry, at) VALUES (?, ?, ?, ?, ?)",
            stated.user_id,
            str(stated.ref),
            stated.code,
            stated.entry,
            stated.at.isoformat(),
        )

    async def list_of(
        self, user_id: UserId, refs: Iterable[Reference], since: datetime
    ) -> dict[Reference, Stated]:  # fmt: skip
        """Return what somebody has stated of these records, from *since* on."""
        rows = await self._db.rows(
            "SELECT p.* FROM json_each(?) w JOIN purpose p ON p.ref = w.value WHERE p.user_id = ? AND p.at >= ?",
            json.dumps([*map(str, refs)]),
            user_id,
            since.isoformat(),
        )
        return {Reference(row["ref"]): _stated(row) for row in rows}

    async def list_all(self, user_id: UserId, since: datetime) -> list[Stated]:
        """Return all that somebody has stated from *since* on, the last first."""
        rows = await self._db.rows(
            "SELECT * FROM purpose WHERE user_id = ? AND at >= ? ORDER BY at DESC, ref", user_id, since.isoformat()
        )
        return [_stated(row) for row in rows]

    async def say(self, event_id: str, entry: int, now: datetime) -> None:
        """Record that the message *event_id* states a purpose in words, which that entry of the log holds."""
        self._db.write("INSERT OR IGNORE INTO purpose_said (event_id, entry, at) VALUES (?, ?, ?)", event_id, entry,
                       now.isoformat())  # fmt: skip

    async def said_by(self, event_id: str) -> int | None:
        """Return the entry of the log that holds the purpose that a message states; None if it states none."""
        row = await self._db.row("SELECT entry FROM purpose_said WHERE event_id = ?", event_id)
        return row["entry"] if row else None

    async def purge(self, before: datetime) -> int:
        """Delete what was stated before *before*; return how much."""
        await self._db.execute("DELETE FROM purpose_said WHERE at < ?", before.isoformat())
        return await self._db.execute("DELETE FROM purpose WHERE at < ?", before.isoformat())


def _stated(row: Row) -> Stated:
    at = datetime.fromisoformat(row["at"])
    return Stated(UserId(row["user_id"]), Reference(row["ref"]), row["code"], row["entry"], at)
