"""Events as they came, before anything is made of them: nothing is lost between receipt and processing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.incoming import MegolmIndex
from bot.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One event of one room, raw, with the moment at which it reached us (UTC)."""

    position: int
    event_id: str
    room_id: str
    raw: Mapping[str, Any]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """An event that is not done, and the room key that it waits for, if it waits for one."""

    session_id: str | None


class Inbox:
    """The inbox table. An event id enters once, ever."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(
        self, room_id: str, event_id: str, raw: Mapping[str, Any], received_at: datetime, *, late: bool = False
    ) -> bool:
        """Record a raw event; return False if its id has been here before. *late* ones wait behind the others."""
        [added] = await self.add_all([(room_id, event_id, raw, late)], received_at)
        return added

    async def add_all(
        self, events: Iterable[tuple[str, str, Mapping[str, Any], bool]], received_at: datetime
    ) -> list[bool]:
        """Record raw events, given as (room id, event id, event, late); return for each what `add` does."""
        changed = await self._db.execute_each(
            "INSERT OR IGNORE INTO inbox (event_id, room_id, raw, received_at, state, late)"
            " VALUES (?, ?, ?, ?, 'new', ?)",
            [(id, room_id, _text(raw), received_at.isoformat(), int(late)) for room_id, id, raw, late in events],
        )
        return [rows > 0 for rows in changed]

    async def list_open(self, room_id: str, after: int, limit: int, *, late: bool = False) -> list[InboxRow]:
        """Return up to *limit* new events of the room beyond the position *after*, oldest first."""
        rows = await self._db.rows(
            "SELECT * FROM inbox WHERE state = 'new' AND room_id = ? AND position > ? AND late = ?"
            " ORDER BY position LIMIT ?",
            room_id,
            after,
            int(late),
            limit,
        )
        return [_inbox_row(row) for row in rows]

    async def find_open(self, room_id: str, event_id: str, *, before: str) -> Open | None:
        """Return how that event stands if it is not done, and came into the room before the event *before*."""
        row = await self._db.row(
            "SELECT CASE i.state WHEN 'waiting' THEN i.session_id END AS session_id"
            " FROM inbox i JOIN inbox b ON b.event_id = ? AND b.position > i.position"
            " WHERE i.event_id = ? AND i.room_id = ? AND i.state != 'done'",
            before,
            event_id,
            room_id,
        )
        return Open(row["session_id"]) if row else None

    async def put_off(self, event_id: str) -> None:
        """Let an event wait behind what comes now."""
        self._db.write("UPDATE inbox SET late = 1 WHERE event_id = ?", event_id)

    async def precedes(self, event_id: str, other: str) -> bool:
        """Return whether *event_id* came into its room before *other*, as far as both are known."""
        row = await self._db.row(
            "SELECT a.position < b.position AS precedes FROM inbox a, inbox b WHERE a.event_id = ? AND b.event_id = ?",
            event_id,
            other,
        )
        return row is not None and bool(row["precedes"])

    async def idle(self, room_id: str) -> bool:
        """Return whether everything that came into the room is done."""
        row = await self._db.row("SELECT 1 FROM inbox WHERE room_id = ? AND state != 'done' LIMIT 1", room_id)
        return row is None

    async def list_rooms(self, *, late: bool = False) -> list[str]:
        """Return the rooms that have new events."""
        rows = await self._db.rows("SELECT DISTINCT room_id FROM inbox WHERE state = 'new' AND late = ?", int(late))
        return [row["room_id"] for row in rows]

    async def grow_late(self, before: datetime) -> None:
        """Let what came before *before* and is not done wait behind what comes now."""
        self._db.write(
            "UPDATE inbox SET late = 1 WHERE state = 'new' AND late = 0 AND received_at < ?", before.isoformat()
        )

    async def read_up_to(self, room_id: str) -> str | None:
        """Return the last event of others up to which all are done, and all that they brought about is sent."""
        row = await self._db.row(
            "SELECT event_id FROM inbox WHERE room_id = :room AND state = 'done' AND outcome != 'own'"
            " AND event_id LIKE '$%'"
            " AND position < min("
            " coalesce((SELECT min(position) FROM inbox WHERE room_id = :room AND state != 'done'), 9e18),"
            # A cause is an event id, or begins with one: a summary's is its first event and a language.
            " coalesce((SELECT min(i.position) FROM outbox o"
            "   JOIN inbox i ON i.event_id = substr(o.cause, 1, instr(o.cause || ' ', ' ') - 1)"
            "   WHERE o.room_id = :room AND o.state = 'waiting'), 9e18))"
            " ORDER BY position DESC LIMIT 1".replace(":room", "?1"),
            room_id,
        )
        return row["event_id"] if row else None

    async def depth(self) -> tuple[int, int]:
        """Return how many events are new, and how many wait for their key."""
        row = await self._db.row(
            "SELECT count(*) FILTER (WHERE state = 'new') AS new,"
            " count(*) FILTER (WHERE state = 'waiting') AS waiting FROM inbox WHERE state != 'done'"
        )
        return (row["new"], row["waiting"]) if row else (0, 0)

    async def wait_for_key(self, event_id: str, session_id: str) -> None:
        """Set the event aside until the room key *session_id* arrives."""
        self._db.write("UPDATE inbox SET state = 'waiting', session_id = ? WHERE event_id = ?", session_id, event_id)

    async def key_arrived(self, session_id: str) -> list[str]:
        """Make what waited for *session_id* new again; return the rooms concerned."""
        rows = await self._db.rows(
            "SELECT DISTINCT room_id FROM inbox WHERE state = 'waiting' AND session_id = ?", session_id
        )
        self._db.write("UPDATE inbox SET state = 'new' WHERE state = 'waiting' AND session_id = ?", session_id)
        return [row["room_id"] for row in rows]

    async def take_up(self, event_id: str) -> None:
        """Make an event that waits for a key, its own or that of the message that it edits, new again."""
        self._db.write("UPDATE inbox SET state = 'new' WHERE event_id = ? AND state = 'waiting'", event_id)

    async def retry_waiting(self) -> None:
        """Make everything that waits for a key new again: keys may have come while nobody looked."""
        self._db.write("UPDATE inbox SET state = 'new' WHERE state = 'waiting'")

    async def list_stranded(self, before: datetime, limit: int = 100) -> list[InboxRow]:
        """Return events that have waited for their key since before *before*."""
        rows = await self._db.rows(
            "SELECT * FROM inbox WHERE state = 'waiting' AND received_at < ? ORDER BY position LIMIT ?",
            before.isoformat(),
            limit,
        )
        return [_inbox_row(row) for row in rows]

    async def give_up(self, event_id: str, outcome: str) -> bool:
        """Close an event that still waits for its key; return whether it did."""
        changed = await self._db.execute(
            "UPDATE inbox SET state = 'done', outcome = ?, raw = '{}', session_id = NULL"
            " WHERE event_id = ? AND state = 'waiting'",
            outcome,
            event_id,
        )
        return changed > 0

    async def done(self, event_id: str, outcome: str) -> None:
        """Close the event with what came of it, and forget what it held."""
        self._db.write(
            "UPDATE inbox SET state = 'done', outcome = ?, raw = '{}', session_id = NULL WHERE event_id = ?",
            outcome,
            event_id,
        )

    async def redacted(self, room_id: str, event_id: str) -> None:
        """Close an event that is gone before anything was made of it, and forget what it held."""
        self._db.write(
            "UPDATE inbox SET state = 'done', outcome = 'redacted', raw = '{}', session_id = NULL"
            " WHERE event_id = ? AND room_id = ? AND state != 'done'",
            event_id,
            room_id,
        )

    async def knows(self, room_id: str, event_id: str) -> bool:
        """Return whether that event has come into the room since we joined it, and is not forgotten yet."""
        row = await self._db.row("SELECT 1 FROM inbox WHERE event_id = ? AND room_id = ?", event_id, room_id)
        return row is not None

    async def list_done(self, event_ids: Sequence[str]) -> set[str]:
        """Return those of *event_ids* that are done: somebody else has closed them."""
        marks = ", ".join("?" * len(event_ids))
        rows = await self._db.rows(
            f"SELECT event_id FROM inbox WHERE state = 'done' AND event_id IN ({marks})", *event_ids
        )
        return {row["event_id"] for row in rows}

    async def claim(self, sender_key: str, session_id: str, index: int, event_id: str) -> bool:
        """Give the message *index* of a megolm session to *event_id*; return False if another event has it."""
        [claimed] = await self.claim_all([(sender_key, session_id, index, event_id)])
        return claimed

    async def claim_all(self, claims: Sequence[tuple[str, str, int, str]]) -> list[bool]:
        """Do what `claim` does for each of *claims*; return as it does for each."""
        claimed = await self._db.execute_each("INSERT OR IGNORE INTO decryption VALUES (?, ?, ?, ?)", claims)
        return [new > 0 or await self._holds(*claim) for new, claim in zip(claimed, claims, strict=True)]

    async def _holds(self, sender_key: str, session_id: str, index: int, event_id: str) -> bool:
        return await self.holder(MegolmIndex(sender_key, session_id, index)) == event_id

    async def holder(self, key: MegolmIndex) -> str | None:
        """Return the event to which that message of a megolm session belongs, or None."""
        row = await self._db.row(
            "SELECT event_id FROM decryption WHERE sender_key = ? AND session_id = ? AND message_index = ?",
            key.sender_key,
            key.session_id,
            key.index,
        )
        return row["event_id"] if row else None

    async def list_old_sessions(self, before: datetime) -> list[str]:
        """Return the room keys all of whose messages came before *before*, and none of them is under hold."""
        rows = await self._db.rows(
            "SELECT d.session_id FROM decryption d JOIN inbox i ON i.event_id = d.event_id"
            " GROUP BY d.session_id HAVING max(i.received_at) < ?"
            " AND sum(d.event_id IN (SELECT event FROM held_message)) = 0",
            before.isoformat(),
        )
        return [row["session_id"] for row in rows]

    async def purge(self, before: datetime, forgotten: Sequence[str]) -> int:
        """Forget what was done before *before*; return how many events.

        Of messages only those whose room key is *forgotten*: while a key is there, their ids guard against replays.
        """
        await self._db.execute_each("DELETE FROM decryption WHERE session_id = ?", [(id,) for id in forgotten])
        return await self._db.execute(
            "DELETE FROM inbox WHERE state = 'done' AND received_at < ?"
            " AND event_id NOT IN (SELECT event_id FROM decryption)",
            before.isoformat(),
        )


def _text(raw: Mapping[str, Any]) -> str:
    """Return the event as JSON; one that cannot be written down (too deep) becomes an empty object."""
    try:
        return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
    except (RecursionError, ValueError):
        return "{}"


def _read(text: str) -> Mapping[str, Any]:
    """Return the event in *text*; an empty one for a row that is damaged, so that it stops nobody."""
    try:
        raw = json.loads(text)
    except (RecursionError, ValueError):
        return {}
    return raw if isinstance(raw, dict) else {}


def _inbox_row(row: Row) -> InboxRow:
    return InboxRow(
        row["position"],
        row["event_id"],
        row["room_id"],
        _read(row["raw"]),
        datetime.fromisoformat(row["received_at"]),
    )
