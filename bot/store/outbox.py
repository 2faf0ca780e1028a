"""What is to be sent, in no language yet: message ids and values, or the id of a record; never a text for all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.model.posted import Posted
from bot.store.database import Database, Row
from bot.store.translation import EMPTIED


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing to send to one room. `id` is its Matrix transaction id, `cause` what it answers.

    `target` is the language of a translation that was asked for, where it is listed as what holds one.
    """

    id: str
    room_id: str
    kind: str
    cause: str
    payload: Mapping[str, Any]
    created_at: datetime
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """That a post holds the translation of the message `source`, in `target` if that was asked for."""

    source: str
    target: str | None


_KEPT = """CASE WHEN kind IN ('catchup', 'redact', 'translation') THEN payload
WHEN kind = 'relay' THEN json_remove(payload, '$.text', '$.html', '$.original', '$.file', '$.rings')
WHEN payload ->> '$.forgotten' THEN '{}'
WHEN payload ->> '$.wordless' THEN json_object('ref', payload ->> '$.ref', 'wordless', json('true'))
WHEN payload ->> '$.ref' IS NOT NULL THEN json_object('ref', payload ->> '$.ref') ELSE '{}' END"""
"""Kept is what a translation's post consists of, to be worded again later, what was taken back, which record a post
is about, and whether it could quote anybody: no text, no key. Of a reply that is to be forgotten, nothing."""


def transaction_id(cause: str, kind: str, index: int = 0) -> str:
    """Return the transaction id of the *index*-th thing of that kind that *cause* brings about.

    The same cause gives the same id, so a retry after a crash cannot post twice.
    """
    return hashlib.sha256(f"{cause}\n{kind}\n{index}".encode()).hexdigest()[:40]


class Outbox:
    """The outbox table."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.on_added: Callable[[str], None] = lambda room_id: None
        """Told the room of what there is to send, once it is on the disk."""

    async def add(
        self,
        room_id: str,
        kind: str,
        cause: str,
        payload: Mapping[str, Any],
        now: datetime,
        index: int = 0,
        holds: Iterable[str] = (),
        target: str | None = None,
    ) -> str:
        """Record something to send; return its id. The same cause, kind and index enter once.

        It *holds* the translations of these messages, in *target* if it was asked for, or says something of the records
        with these references. With a `post` in its payload it changes that one's event.
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
        if sources := [*holds]:
            self._db.write(
                "INSERT OR IGNORE INTO holding (source, post, target) SELECT value, ?, ? FROM json_each(?)",
                id,
                target,
                json.dumps(sources),
            )
        self._db.afterwards(lambda: self.on_added(room_id))
        return id

    async def find_held(self, room_id: str, event_id: str) -> str | None:
        """Return the message that our post *event_id* in the room holds; None if it holds none, or several."""
        # What a post holds of records are references, which are no events.
        rows = await self._db.rows(
            "SELECT h.source FROM outbox o JOIN holding h ON h.post = o.id WHERE o.event_id = ? AND o.room_id = ?"
            " AND h.source LIKE '$%'",
            event_id,
            room_id,
        )
        return rows[0]["source"] if len(rows) == 1 else None

    async def find_holding(self, source: str, room_id: str) -> str | None:
        """Return the event of our first post in the room that holds that message; None if there is none."""
        row = await self._db.row(
            "SELECT o.event_id FROM holding h JOIN outbox o ON o.id = h.post"
            " WHERE h.source = ? AND o.room_id = ? AND o.event_id IS NOT NULL ORDER BY o.position LIMIT 1",
            source,
            room_id,
        )
        return row["event_id"] if row else None

    async def move(self, lane: str, room_id: str) -> None:
        """Let what waits in *lane*, that of a person without a room, be sent to their room.

        What else asks for a room to be opened stays, and finds that one.
        """
        self._db.write(
            "UPDATE outbox SET room_id = ? WHERE room_id = ? AND state = 'waiting' AND kind != 'open'", room_id, lane
        )
        self._db.afterwards(lambda: self.on_added(room_id))

    async def turn_back(self, row: OutboxRow) -> None:
        """Let what cannot go to a room of its own be sent to the room that it comes from."""
        home = str(row.payload["room"])
        self._db.write("UPDATE outbox SET room_id = ? WHERE id = ?", home, row.id)
        self._db.afterwards(lambda: self.on_added(home))

    async def list_waiting(self, room_id: str) -> list[OutboxRow]:
        """Return what the room still waits for, oldest first."""
        rows = await self._db.rows(
            "SELECT * FROM outbox WHERE state = 'waiting' AND room_id = ? ORDER BY position", room_id
        )
        return [_outbox_row(row) for row in rows]

    async def list_holding(self, source: str) -> list[OutboxRow]:
        """Return the posts that hold the translation of that message, sent or not, in order."""
        rows = await self._db.rows(
            "SELECT o.*, h.target FROM holding h JOIN outbox o ON o.id = h.post WHERE h.source = ? ORDER BY o.position",
            source,
        )
        return [replace(_outbox_row(row), target=row["target"]) for row in rows]

    async def list_about(self, refs: Collection[str]) -> list[OutboxRow]:
        """Return all that is or was to be posted about the records with these references; it reads the whole table."""
        rows = await self._db.rows(
            "SELECT * FROM outbox WHERE kind NOT IN ('redact', 'pin') AND json_extract(payload, '$.ref') IN"
            " (SELECT value FROM json_each(?)) ORDER BY position",
            json.dumps([*refs]),
        )
        return [_outbox_row(row) for row in rows]

    async def list_unsent(self) -> list[OutboxRow]:
        """Return what waits to be posted, in any room, and says something."""
        rows = await self._db.rows(
            "SELECT * FROM outbox WHERE state = 'waiting' AND kind NOT IN ('redact', 'pin', 'open', 'join', 'leave',"
            " 'describe', 'verification', 'org.liaison.sequel') ORDER BY position"
        )
        return [_outbox_row(row) for row in rows]

    async def list_caused(self, cause: str, kind: str) -> list[OutboxRow]:
        """Return the posts of that kind that *cause* brought about, sent or not."""
        rows = await self._db.rows("SELECT * FROM outbox WHERE cause = ? AND kind = ? ORDER BY position", cause, kind)
        return [_outbox_row(row) for row in rows]

    async def list_edits(self, cause: str, post: OutboxRow) -> list[OutboxRow]:
        """Return the edits of *post* since the first that *cause* brought about, sent or not."""
        rows = await self._db.rows(
            "SELECT * FROM outbox e WHERE room_id = ?2 AND kind = ?3 AND json_extract(payload, '$.post') = ?1"
            " AND position >= (SELECT min(position) FROM outbox WHERE json_extract(payload, '$.post') = ?1"
            " AND cause = ?4) AND EXISTS (SELECT 1 FROM outbox b WHERE b.id = ?1"
            " AND (b.state = 'waiting' OR b.event_id != coalesce(e.event_id, ''))) ORDER BY position",
            post.id,
            post.room_id,
            post.kind,
            cause,
        )
        return [_outbox_row(row) for row in rows]

    async def list_edits_by(self, cause: str) -> list[OutboxRow]:
        """Return the edits that put corrected words into posts because *cause* asked for them, sent or not."""
        rows = await self._db.rows(
            "SELECT * FROM outbox e WHERE cause = ? AND json_extract(payload, '$.corrected') IS NOT NULL AND EXISTS"
            " (SELECT 1 FROM outbox b WHERE b.id = json_extract(e.payload, '$.post')"
            " AND (b.state = 'waiting' OR b.event_id != coalesce(e.event_id, ''))) ORDER BY position",
            cause,
        )
        return [_outbox_row(row) for row in rows]

    async def list_edit_events(self, post: str) -> list[str]:
        """Return the events by which *post* was edited, and not that of the post itself."""
        rows = await self._db.rows(
            "SELECT event_id FROM outbox WHERE json_extract(payload, '$.post') = ?1 AND kind != 'redact'"
            " AND event_id != (SELECT event_id FROM outbox WHERE id = ?1) ORDER BY position",
            post,
        )
        return [row["event_id"] for row in rows]

    async def latest(self, post: OutboxRow) -> OutboxRow:
        """Return the last version of *post*, sent or not: itself, or what took its place."""
        row = await self._db.row(
            "SELECT * FROM outbox WHERE position >= (SELECT position FROM outbox WHERE id = ?1) AND room_id = ?2"
            " AND kind = ?3 AND (id = ?1 OR json_extract(payload, '$.post') = ?1) ORDER BY position DESC LIMIT 1",
            post.id,
            post.room_id,
            post.kind,
        )
        return _outbox_row(row) if row else post

    async def list_held(self, post: str) -> list[str]:
        """Return the messages whose translations *post* holds."""
        return [row["source"] for row in await self._db.rows("SELECT source FROM holding WHERE post = ?", post)]

    async def list_held_by(self, room_id: str, event_id: str) -> list[Held]:
        """Return what our post *event_id* holds."""
        rows = await self._db.rows(
            "SELECT h.source, h.target FROM outbox o JOIN holding h ON h.post = o.id"
            " WHERE o.event_id = ? AND o.room_id = ?",
            event_id,
            room_id,
        )
        return [Held(row["source"], row["target"]) for row in rows]

    async def save(self, id: str, payload: Mapping[str, Any]) -> None:
        """Record what a post consists of now."""
        self._db.write(
            "UPDATE outbox SET payload = ? WHERE id = ?",
            json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
            id,
        )

    async def hold(self, post: str, sources: Iterable[str]) -> None:
        """Record that *post* holds something of each of these records as well."""
        for source in sources:
            self._db.write("INSERT OR IGNORE INTO holding (source, post) VALUES (?, ?)", source, post)

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
        self._db.write(EMPTIED)

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
        self._db.write(EMPTIED)

    async def depth(self) -> int:
        """Return how many things wait to be sent."""
        row = await self._db.row("SELECT count(*) AS n FROM outbox WHERE state = 'waiting'")
        return row["n"] if row else 0

    async def oldest(self) -> datetime | None:
        """Return since when the oldest thing waits to be sent, or None."""
        row = await self._db.row("SELECT min(created_at) AS since FROM outbox WHERE state = 'waiting'")
        return datetime.fromisoformat(row["since"]) if row and row["since"] else None

    async def purge(self, before: datetime) -> int:
        """Delete what was sent or given up before *before*; return how many.

        What says something of a record stays as long as that one, without a word of it: a purge takes it back.
        """
        purged = await self._db.execute(
            "DELETE FROM outbox WHERE state != 'waiting' AND created_at < ?"
            " AND NOT EXISTS (SELECT 1 FROM holding h JOIN incident i ON i.ref = h.source WHERE h.post = outbox.id)"
            " AND NOT EXISTS (SELECT 1 FROM holding h JOIN entry e ON e.event_id = h.source WHERE h.post = outbox.id)"
            " AND NOT EXISTS (SELECT 1 FROM holding h CROSS JOIN entry e ON coalesce(e.data ->> '$.event',"
            " e.data ->> '$.from') = +h.source AND e.kind IN ('pin', 'declared') WHERE h.post = outbox.id)"
            " AND coalesce(json_extract(payload, '$.ref'), '') NOT IN (SELECT ref FROM incident UNION ALL"
            " SELECT ref FROM handover UNION ALL SELECT ref FROM report)",
            before.isoformat(),
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
