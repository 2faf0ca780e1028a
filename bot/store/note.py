"""Entries that stand for messages of the room: found by these, and emptied when they are taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model.incident import Entry, EntryKind
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.store.database import Database
from bot.store.incident import entry_of


class NoteStore:
    """The entry table, by the messages that its entries come from."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def find_card(self, room_id: str, event_id: str) -> Reference | None:
        """Return the incident whose card, or the card of whose task, *event_id* is or was; None if it is none."""
        row = await self._db.row(
            "SELECT coalesce(t.incident, o.payload ->> '$.ref') AS ref FROM outbox o LEFT JOIN task t"
            " ON t.ref = o.payload ->> '$.ref' WHERE o.event_id = ? AND o.room_id = ? AND o.kind = 'card'"
            " AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.ref = o.payload ->> '$.ref')",
            event_id,
            room_id,
        )
        return Reference(row["ref"]) if row and row["ref"] else None

    async def list_of(self, event_id: str, kind: EntryKind) -> list[Entry]:
        """Return the entries of that kind that the message *event_id* has brought about."""
        rows = await self._db.rows("SELECT * FROM entry WHERE event_id = ? AND kind = ?", event_id, kind)
        return [entry_of(row) for row in rows]

    async def has(self, event_id: str, author: UserId) -> bool:
        """Return whether the message *event_id* of that person has brought about an entry."""
        return bool(
            await self._db.row("SELECT 1 FROM entry WHERE event_id = ? AND author = ? LIMIT 1", event_id, author)
        )

    async def versions(self, entry: Entry, kind: EntryKind = EntryKind.NOTE) -> list[Entry]:
        """Return *entry* and the entries of that kind that point at it, in the order in which they were entered."""
        rows = await self._db.rows(
            "SELECT * FROM entry WHERE ref = ?1 AND (number = ?2 OR (corrects = ?2 AND kind = ?3)) ORDER BY number",
            str(entry.ref),
            entry.number,
            kind,
        )
        return [entry_of(row) for row in rows]

    async def last(self, ref: Reference) -> Entry | None:
        """Return the last entry of an incident, or None."""
        row = await self._db.row("SELECT * FROM entry WHERE ref = ? ORDER BY number DESC LIMIT 1", str(ref))
        return entry_of(row) if row else None

    async def last_standing(self, ref: Reference, kind: EntryKind) -> Entry | None:
        """Return the last entry of that kind that was not undone, or None."""
        row = await self._db.row(
            "SELECT * FROM entry e WHERE ref = ? AND kind = ? AND NOT EXISTS (SELECT 1 FROM entry u WHERE u.ref = e.ref"
            " AND u.kind = ? AND u.corrects = e.number) ORDER BY number DESC LIMIT 1",
            str(ref),
            kind,
            EntryKind.UNDONE,
        )
        return entry_of(row) if row else None

    async def last_entered(self, refs: Iterable[Reference]) -> dict[Reference, datetime]:
        """Return when something was entered last about each of these incidents."""
        rows = await self._db.rows(
            "SELECT j.value AS ref, (SELECT entered_at FROM entry WHERE ref = j.value ORDER BY number DESC LIMIT 1)"
            " AS at FROM json_each(?) j",
            json.dumps([str(ref) for ref in refs]),
        )
        return {Reference(row["ref"]): datetime.fromisoformat(row["at"]) for row in rows if row["at"]}

    async def list_since(self, ref: Reference, since: datetime) -> list[Entry]:
        """Return the entries of an incident that were entered from *since* on."""
        rows = await self._db.rows(
            "SELECT * FROM entry WHERE ref = ? AND entered_at >= ? ORDER BY number", str(ref), since.isoformat()
        )
        return [entry_of(row) for row in rows]

    async def list_by(self, author: UserId, since: datetime) -> list[tuple[Entry, str]]:
        """Return what a person has entered since then, the last first, each with the room of its incident."""
        rows = await self._db.rows(
            "SELECT e.*, i.room_id FROM entry e JOIN incident i ON i.ref = e.ref WHERE e.author = ?"
            " AND e.entered_at >= ? ORDER BY e.entered_at DESC, e.number DESC",
            author,
            since.isoformat(),
        )
        return [(entry_of(row), row["room_id"]) for row in rows]

    async def logged(self, entry: Entry) -> int | None:
        """Return the index of the entry of the audit log that records *entry*."""
        row = await self._db.row("SELECT logged FROM entry WHERE ref = ? AND number = ?", str(entry.ref), entry.number)
        return row["logged"] if row else None

    async def find_logged(self, index: int) -> Entry | None:
        """Return the entry of a timeline that the entry *index* of the audit log records, or None."""
        row = await self._db.row("SELECT * FROM entry WHERE logged = ?", index)
        return entry_of(row) if row else None

    async def empty(self, entries: Sequence[Entry]) -> None:
        """Delete the words of *entries*, and what they are in other languages; the entries stay."""
        keys = [(str(one.ref), one.number) for one in entries]
        await self._db.execute_each("UPDATE entry SET text = '' WHERE ref = ? AND number = ?", keys)
        await self._db.execute_each("DELETE FROM wording WHERE ref = ? AND number = ?", keys)
