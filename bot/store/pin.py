"""Which messages stand on which timelines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.incident import Entry, EntryKind
from bot.model.reference import Reference
from bot.store.database import Database
from bot.store.incident import entry_of


class PinStore:
    """The pin table: a row for each pin that was not withdrawn."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, entry: Entry, source: str, cause: str) -> None:
        """Record that *entry* pins the message *source*; *cause* is the event that proposed it."""
        self._db.write(
            "INSERT INTO pin (ref, number, source, cause) VALUES (?, ?, ?, ?)",
            str(entry.ref), entry.number, source, cause,
        )  # fmt: skip

    async def list_of(self, source: str) -> list[Entry]:
        """Return the entries that pin the message *source*."""
        rows = await self._db.rows(
            "SELECT e.* FROM pin p JOIN entry e ON e.ref = p.ref AND e.number = p.number WHERE p.source = ?", source
        )
        return [entry_of(row) for row in rows]

    async def list_proposed(self, cause: str) -> list[Entry]:
        """Return the entries that the event *cause* has proposed."""
        rows = await self._db.rows(
            "SELECT e.* FROM pin p JOIN entry e ON e.ref = p.ref AND e.number = p.number WHERE p.cause = ?", cause
        )
        return [entry_of(row) for row in rows]

    async def list_of_each(self, refs: Iterable[Reference], since: datetime) -> list[Entry]:
        """Return the pins that stand on these timelines and were entered from *since* on, in their order."""
        rows = await self._db.rows(
            "SELECT e.* FROM pin p JOIN entry e ON e.ref = p.ref AND e.number = p.number"
            " WHERE p.ref IN (SELECT value FROM json_each(?)) AND e.entered_at >= ? ORDER BY e.ref, e.number",
            json.dumps([str(ref) for ref in refs]),
            since.isoformat(),
        )
        return [entry_of(row) for row in rows]

    async def entries(self, pins: Iterable[tuple[Reference, int]]) -> dict[tuple[Reference, int], Entry]:
        """Return the entries with these references and numbers."""
        rows = await self._db.rows(
            "SELECT e.* FROM json_each(?) j JOIN entry e ON e.ref = j.value ->> 0 AND e.number = j.value ->> 1",
            json.dumps([[str(ref), number] for ref, number in pins]),
        )
        return {(one.ref, one.number): one for one in map(entry_of, rows)}

    async def edited(self, pins: Iterable[tuple[Reference, int]]) -> dict[tuple[Reference, int], Entry]:
        """Return the last entry that says what an edit has made of the message of each of *pins*, where one has."""
        rows = await self._db.rows(
            "SELECT e.* FROM json_each(?) j JOIN entry e ON e.ref = j.value ->> 0 AND e.corrects = j.value ->> 1"
            " AND e.kind = ? ORDER BY e.ref, e.number",
            json.dumps([[str(ref), number] for ref, number in pins]),
            EntryKind.EDITED,
        )
        return {(one.ref, one.corrects): one for one in map(entry_of, rows) if one.corrects}

    async def standing(self, pins: Iterable[tuple[Reference, int]]) -> set[tuple[Reference, int]]:
        """Return those of *pins* that were not withdrawn."""
        rows = await self._db.rows(
            "SELECT p.ref, p.number FROM json_each(?) j JOIN pin p ON p.ref = j.value ->> 0"
            " AND p.number = j.value ->> 1",
            json.dumps([[str(ref), number] for ref, number in pins]),
        )
        return {(Reference(row["ref"]), row["number"]) for row in rows}

    async def stands(self, ref: Reference, number: int) -> bool:
        """Return whether that entry is a pin that was not withdrawn."""
        return await self._db.row("SELECT 1 FROM pin WHERE ref = ? AND number = ?", str(ref), number) is not None

    async def remove(self, entry: Entry) -> None:
        """Record that a pin is withdrawn; its entry stays."""
        self._db.write("DELETE FROM pin WHERE ref = ? AND number = ?", str(entry.ref), entry.number)
