"""Where a digest comes each day, and what it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, time

from bot.model.digest import Daily, EachShift, Step
from bot.model.incident import EntryKind
from bot.model.person import UserId, Zone
from bot.model.reference import Reference
from bot.model.shift import PostName
from bot.store.database import Database, Row


class DigestStore:
    """The tables digest and digest_shift: one row a room each. `at` is wall time."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, daily: Daily, now: datetime) -> None:
        """Record when a digest comes to the room from now on."""
        self._db.write(
            "INSERT OR REPLACE INTO digest (room_id, by, at, zone, set_at) VALUES (?, ?, ?, ?, ?)",
            daily.room_id,
            daily.by,
            daily.at.isoformat("minutes"),
            daily.zone,
            now.isoformat(),
        )

    async def find(self, room_id: str) -> Daily | None:
        """Return when a digest comes to the room; None if none does."""
        row = await self._db.row("SELECT * FROM digest WHERE room_id = ?", room_id)
        return (
            Daily(row["room_id"], UserId(row["by"]), time.fromisoformat(row["at"]), Zone(row["zone"])) if row else None
        )

    async def remove(self, room_id: str) -> bool:
        """Let none come any more; return whether one did."""
        return bool(await self._db.execute("DELETE FROM digest WHERE room_id = ?", room_id))

    async def save_each(self, each: EachShift) -> None:
        """Record that digests of shifts come to the room from now on."""
        self._db.write(
            "INSERT OR REPLACE INTO digest_shift (room_id, by, post, set_at) VALUES (?, ?, ?, ?)",
            each.room_id,
            each.by,
            each.post,
            each.since.isoformat(),
        )

    async def find_each(self, room_id: str) -> EachShift | None:
        """Return of which shifts digests come to the room; None if of none."""
        row = await self._db.row("SELECT * FROM digest_shift WHERE room_id = ?", room_id)
        return _each(row) if row else None

    async def list_each(self) -> list[EachShift]:
        """Return to which rooms digests of shifts come."""
        return [_each(row) for row in await self._db.rows("SELECT * FROM digest_shift ORDER BY room_id")]

    async def remove_each(self, room_id: str) -> bool:
        """Let none of a shift come any more; return whether one did."""
        return bool(await self._db.execute("DELETE FROM digest_shift WHERE room_id = ?", room_id))

    async def steps(self, refs: Iterable[Reference]) -> dict[Reference, list[Step]]:
        """Return what the timelines of these incidents tell of how they stood, each in the order of entry."""
        rows = await self._db.rows(
            "SELECT e.ref, e.number, e.kind, e.author, e.entered_at, e.data ->> '$.was' AS was"
            " FROM json_each(?) w JOIN entry e ON e.ref = w.value ORDER BY e.ref, e.logged, e.number",
            json.dumps([*map(str, refs)]),
        )
        found: dict[Reference, list[Step]] = {}
        for row in rows:
            step = Step(
                row["number"],
                EntryKind(row["kind"]),
                UserId(row["author"]),
                datetime.fromisoformat(row["entered_at"]),
                json.loads(row["was"]) if row["was"] else {},
            )
            found.setdefault(Reference(row["ref"]), []).append(step)
        return found


def _each(row: Row) -> EachShift:
    post = PostName(row["post"]) if row["post"] else None
    return EachShift(row["room_id"], UserId(row["by"]), post, datetime.fromisoformat(row["set_at"]))
