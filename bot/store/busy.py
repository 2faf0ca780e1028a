"""The hours that people have blocked for meetings."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.model.busy import Busy
from bot.model.person import UserId
from bot.store.database import Database


class BusyStore:
    """The busy table: times are minutes of the person's own day, days are numbers from 0, Monday."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, person: UserId, busy: Busy) -> None:
        """Record hours that a person blocks."""
        self._db.write(
            "INSERT OR IGNORE INTO busy (person, since, until, days) VALUES (?, ?, ?, ?)",
            person,
            busy.since,
            busy.until,
            json.dumps(busy.days),
        )

    async def list_of(self, people: Iterable[UserId]) -> dict[UserId, list[Busy]]:
        """Return what those of *people* have blocked who have blocked anything, the earliest hours first."""
        rows = await self._db.rows(
            "SELECT * FROM busy WHERE person IN (SELECT value FROM json_each(?)) ORDER BY since, until, days",
            json.dumps([*people]),
        )
        found: dict[UserId, list[Busy]] = {}
        for row in rows:
            busy = Busy(row["since"], row["until"], tuple(json.loads(row["days"])))
            found.setdefault(UserId(row["person"]), []).append(busy)
        return found

    async def forget(self, person: UserId) -> None:
        """Delete all that a person has blocked."""
        self._db.write("DELETE FROM busy WHERE person = ?", person)
