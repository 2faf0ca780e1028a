"""What is to be sent, in no language yet: message ids and values, or the id of a record; never a text for all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.posted import Posted
from bot.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing to send to one room. `id` is its Matrix transaction id, `cause` what it answers."""

    id: str
    room_id: str
    kind: str
    cause: str
    payload: Mapping[str, Any]
    created_at: datetime


_KEPT = "CASE WHEN kind IN ('catchup', 'redact') THEN payload ELSE '{}' END"
"""What a summary consists of is kept, to take one message out of it later, and what was taken back: no text."""


def transaction_id(cause: str, kind: str, index: int = 0) -> str:
    """Return the transaction id of the *index*-th thing of that kind that *cause* brings about.

    The same cause gives the same id, so a retry after a crash cannot post twice.
    """
    return hashlib.sha256(f"{cause}\n{kind}\n{index}".encode()).hexdigest()[:40]


class Outbox:
    """The outbox table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(
        self,
        room_id: str,
        kind: str,
        cause: str,
        payload: Mapping[str, Any],
        now: datetime,
        index: int = 0,
        holds: Iterable[str] = (),
    ) -> str:
        """Record something to send; return its id. The same cause, kind and index enter once.

        It *holds* the translations of these messages. With a `post` in its payload it changes that one's event.
        """
        id = transaction_id(cause, kind, index)
        self._db.write(
            "INSERT OR IGNORE INTO outbox (id, room_id, kind, cause, payload, created_at, state)"
            " VALUES (?, ?, ?, ?, ?, ?, 'waiting')",
            id,
            room_id,
            kind,
            cause,
            json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
            now.isoformat(),
        )
        for source in holds:
            self._db.write("INSERT OR IGNORE INTO holding VALUES (?, ?)", source, id)
        return id

    async def list_holding(self, source: str) -> list[OutboxRow]:
        """Return the posts that hold the translation of that message, sent or not, in order."""
        rows = await self._db.rows(
            "SELECT o.* FROM holding h JOIN outbox o ON o.id = h.post WHERE h.source = ? ORDER BY o.position", source
        )
        return [_outbox_row(row) for row in rows]

    async def list_held(self, post: str) -> list[str]:
        """Return the messages whose translations *post* holds."""
        return [row["source"] for row in await self._db.rows("SELECT source FROM holding WHERE post = ?", post)]

    async def list_held_by(self, room_id: str, event_id: str) -> list[str]:
        """Return the messages whose translations our post *event_id* in the room holds."""
        rows = await self._db.rows(
            "SELECT h.source FROM outbox o JOIN holding h ON h.post = o.id WHERE o.event_id = ? AND o.room_id = ?",
            event_id,
            room_id,
        )
        return [row["source"] for row in rows]

    async def save(self, id: str, payload: Mapping[str, Any]) -> None:
        """Record what a summary consists of now."""
        self._db.write(
            "UPDATE outbox SET payload = ? WHERE id = ?",
            json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
            id,
        )

    async def let_go(self, source: str, post: str) -> None:
        """Record that *post* is not to hold the translation of that message any more."""
        self._db.write("DELETE FROM holding WHERE source = ? AND post = ?", source, post)

    async def let_go_event(self, room_id: str, event_id: str) -> None:
        """Record that our post *event_id* is gone from the room, and holds nothing any more."""
        self._db.write(
            "DELETE FROM holding WHERE post IN (SELECT id FROM outbox WHERE event_id = ? AND room_id = ?)",
            event_id,
            room_id,
        )

    async def next(self, room_id: str) -> OutboxRow | None:
        """Return the oldest thing that the room still waits for, or None."""
        row = await self._db.row(
            "SELECT * FROM outbox WHERE state = 'waiting' AND room_id = ? ORDER BY position LIMIT 1", room_id
        )
        return _outbox_row(row) if row else None

    async def list_rooms(self) -> list[str]:
        """Return the rooms that something waits for."""
        rows = await self._db.rows("SELECT DISTINCT room_id FROM outbox WHERE state = 'waiting'")
        return [row["room_id"] for row in rows]

    async def find_post(self, room_id: str, event_id: str) -> Posted | None:
        """Return when we posted *event_id* into the room, and whether we have not taken it back; None if we did not."""
        row = await self._db.row(
            "SELECT sent_at, EXISTS (SELECT 1 FROM outbox r WHERE r.room_id = o.room_id AND r.kind = 'redact'"
            " AND json_extract(r.payload, '$.post') = o.id) AS gone"
            " FROM outbox o WHERE event_id = ? AND room_id = ?",
            event_id,
            room_id,
        )
        return Posted(datetime.fromisoformat(row["sent_at"]), not row["gone"]) if row else None

    async def event_of(self, id: str) -> str | None:
        """Return the event that *id* was sent as, or None if it is not sent."""
        row = await self._db.row("SELECT event_id FROM outbox WHERE id = ?", id)
        return row["event_id"] if row else None

    async def sent(self, id: str, event_id: str, now: datetime) -> None:
        """Record that *id* is in the room as *event_id*; its content is forgotten."""
        self._db.write(
            f"UPDATE outbox SET state = 'sent', event_id = ?, sent_at = ?, payload = {_KEPT} WHERE id = ?",
            event_id,
            now.isoformat(),
            id,
        )

    async def stands_in(self, id: str, event_id: str, now: datetime) -> None:
        """Record that what *id* was to post is in the room as *event_id*, unless it is there itself."""
        self._db.write(
            "UPDATE outbox SET state = 'sent', event_id = ?, sent_at = ? WHERE id = ? AND event_id IS NULL",
            event_id,
            now.isoformat(),
            id,
        )

    async def failed(self, id: str, failure: str) -> None:
        """Record that *id* is given up for good; its content is forgotten."""
        self._db.write(f"UPDATE outbox SET state = 'failed', failure = ?, payload = {_KEPT} WHERE id = ?", failure, id)

    async def depth(self) -> int:
        """Return how many things wait to be sent."""
        row = await self._db.row("SELECT count(*) AS n FROM outbox WHERE state = 'waiting'")
        return row["n"] if row else 0

    async def oldest(self) -> datetime | None:
        """Return since when the oldest thing waits to be sent, or None."""
        row = await self._db.row("SELECT min(created_at) AS since FROM outbox WHERE state = 'waiting'")
        return datetime.fromisoformat(row["since"]) if row and row["since"] else None

    async def purge(self, before: datetime) -> int:
        """Delete what was sent or given up before *before*; return how many."""
        purged = await self._db.execute(
            "DELETE FROM outbox WHERE state != 'waiting' AND created_at < ?", before.isoformat()
        )
        await self._db.execute("DELETE FROM holding WHERE post NOT IN (SELECT id FROM outbox)")
        return purged


def _outbox_row(row: Row) -> OutboxRow:
    return OutboxRow(
        row["id"],
        row["room_id"],
        row["kind"],
        row["cause"],
        json.loads(row["payload"]),
        datetime.fromisoformat(row["created_at"]),
    )
