"""What is to be done at a moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.model.due import Due
from bot.store.database import Database, Row

MOST = 500
"""How much is done at one look; the rest is done at the next."""
_AHEAD = "state IN ('waiting', 'dropped') AND json_extract(payload, '$.planned') > ?"


class DueStore:
    """The due table: one row for each kind and reference. Moments are UTC."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.on_planned: Callable[[datetime], None] = lambda at: None
        """Told a moment that was planned, once it is on the disk."""

    async def plan(self, kind: str, ref: str, at: datetime, payload: Mapping[str, Any]) -> None:
        """Record what is to be done about *ref*, in place of what was planned of that kind."""
        self._db.write(
            "INSERT INTO due (kind, ref, at, payload, state, tries, number) VALUES (?, ?, ?, ?, 'waiting', 0, 1)"
            " ON CONFLICT DO UPDATE SET at = excluded.at, payload = excluded.payload, state = 'waiting', tries = 0,"
            " number = number + 1",
            kind,
            ref,
            at.isoformat(timespec="microseconds"),
            json.dumps(payload, ensure_ascii=False),
        )
        self._db.afterwards(lambda: self.on_planned(at))

    async def find(self, kind: str, ref: str) -> Due | None:
        """Return what waits to be done of that kind about *ref*, or None."""
        row = await self._db.row("SELECT * FROM due WHERE kind = ? AND ref = ? AND state = 'waiting'", kind, ref)
        return _due(row) if row else None

    async def last(self, kind: str, ref: str) -> Mapping[str, Any]:
        """Return what was said with the last plan of that kind about *ref*, whatever became of it; nothing without."""
        row = await self._db.row("SELECT payload FROM due WHERE kind = ? AND ref = ?", kind, ref)
        return json.loads(row["payload"]) if row else {}

    async def ahead(self, now: datetime) -> bool:
        """Return whether anything was planned, or dropped, by a clock that was ahead of *now*, and says when."""
        row = await self._db.row(f"SELECT 1 FROM due WHERE {_AHEAD} LIMIT 1", now.isoformat())
        return row is not None

    async def turn_back(self, now: datetime) -> None:
        """Let whatever was planned, or dropped, by a clock that was ahead of *now* be looked at at once."""
        self._db.write(
            f"UPDATE due SET state = 'waiting', number = number + 1, at = ? WHERE {_AHEAD}",
            now.isoformat(timespec="microseconds"),
            now.isoformat(),
        )

    async def list_until(self, now: datetime) -> list[Due]:
        """Return what waits and whose moment has come, the earliest first, MOST at most."""
        rows = await self._db.rows(
            "SELECT * FROM due WHERE state = 'waiting' AND at <= ? ORDER BY tries, at LIMIT ?",
            now.isoformat(timespec="microseconds"),
            MOST,
        )
        return [_due(row) for row in rows]

    async def next(self) -> datetime | None:
        """Return the earliest moment that something waits for, or None."""
        row = await self._db.row("SELECT min(at) AS at FROM due WHERE state = 'waiting'")
        return datetime.fromisoformat(row["at"]) if row and row["at"] else None

    async def end(self, due: Due, state: str) -> bool:
        """Record what became of it; return False if it does not wait any more as it did."""
        ended = await self._db.execute(
            "UPDATE due SET state = ? WHERE kind = ? AND ref = ? AND number = ? AND state = 'waiting'",
            state,
            due.kind,
            due.ref,
            due.number,
        )
        return ended > 0

    async def drop(self, kind: str, ref: str) -> None:
        """Record that nothing of that kind is to be done about *ref* any more."""
        self._db.write("UPDATE due SET state = 'dropped' WHERE kind = ? AND ref = ? AND state = 'waiting'", kind, ref)

    async def failed(self, due: Due) -> None:
        """Record that doing it failed once more."""
        self._db.write("UPDATE due SET tries = tries + 1 WHERE kind = ? AND ref = ?", due.kind, due.ref)

    async def purge(self, before: datetime) -> int:
        """Delete what was done, or dropped, and was planned for a moment before *before*; return how many."""
        return await self._db.execute("DELETE FROM due WHERE state != 'waiting' AND at < ?", before.isoformat())


def _due(row: Row) -> Due:
    return Due(
        row["kind"],
        row["ref"],
        datetime.fromisoformat(row["at"]),
        json.loads(row["payload"]),
        row["tries"],
        row["number"],
    )
