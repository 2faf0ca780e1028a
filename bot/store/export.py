"""Who has asked for an export, what came of it, and what an export is made of that no other store reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.audit import Entry
from bot.model.export import Export, Form, Unpinned, Use
from bot.model.handling import Handling, label_of
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.store.audit import entry_of
from bot.store.database import Database, Row

MOST_CHECKPOINTS = 50
"""From how many of the last checkpoints a pack proves that its log goes on."""


class ExportStore:
    """The export table: a row a request. Of the other tables nothing is written here."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, export: Export) -> None:
        """Record the request as it stands now."""
        self._db.write(
            "INSERT OR REPLACE INTO export (id, ref, agency, used_for, form, asked_by, room_id, asked_at, under,"
            " agreed_by, outcome, digest, last, people, sent_at, together)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            export.id,
            str(export.ref),
            export.agency,
            export.use,
            export.form,
            export.asked_by,
            export.room_id,
            export.asked_at.isoformat(),
            export.under,
            export.agreed_by,
            export.outcome,
            export.digest,
            export.last,
            json.dumps(export.people),
            export.sent_at.isoformat() if export.sent_at else None,
            export.together or export.id,
        )

    async def find(self, id: str) -> Export | None:
        """Return the request, or None."""
        row = await self._db.row("SELECT * FROM export WHERE id = ?", id)
        return _export(row) if row else None

    async def asked(self, event: str) -> bool:
        """Return whether an event has asked for an export, of one record or of several."""
        row = await self._db.row("SELECT 1 FROM export WHERE id = ?1 OR instr(id, ?1 || ' ') = 1 LIMIT 1", event)
        return row is not None

    async def list_together(self, together: str) -> list[Export]:
        """Return what was asked for together, in the order of the references; what was purged meanwhile is gone."""
        rows = await self._db.rows("SELECT * FROM export WHERE together = ? ORDER BY ref", together)
        return [_export(row) for row in rows]

    async def list_of(self, ref: Reference) -> list[Export]:
        """Return all that was asked for of a record, in that order: what was given, to whom, and up to which entry."""
        rows = await self._db.rows("SELECT * FROM export WHERE ref = ? ORDER BY asked_at, id", str(ref))
        return [_export(row) for row in rows]

    async def agencies(self, refs: Iterable[str]) -> list[str]:
        """Return to which agencies any of these records was given."""
        rows = await self._db.rows(
            "SELECT DISTINCT agency FROM export WHERE outcome = 'exported' AND ref IN (SELECT value FROM json_each(?))"
            " ORDER BY agency",
            json.dumps([*refs]),
        )
        return [row["agency"] for row in rows]

    async def logged(self, ref: Reference) -> dict[int, int]:
        """Return the index in the audit log of each entry of a timeline, by its number."""
        rows = await self._db.rows("SELECT number, logged FROM entry WHERE ref = ? AND logged IS NOT NULL", str(ref))
        return {row["number"]: row["logged"] for row in rows}

    async def proved(self, positions: Iterable[int]) -> list[Entry]:
        """Return entries of the audit log, by their index."""
        rows = await self._db.rows(
            "SELECT e.position, e.envelope, e.leaf, c.salt, c.content FROM json_each(?) j"
            " JOIN audit_entry e ON e.position = j.value LEFT JOIN audit_content c ON c.position = e.position"
            " ORDER BY e.position",
            json.dumps([*positions]),
        )
        return [entry_of(row) for row in rows]

    async def custody(self, ref: Reference) -> list[Entry]:
        """Return the entries of the audit log that say to whom a record alone, or a file of it, was shown."""
        rows = await self._db.rows(
            "SELECT * FROM audit_entry LEFT JOIN audit_content USING (position)"
            " WHERE CASE WHEN json_valid(CAST(envelope AS TEXT)) THEN"
            " json_extract(CAST(envelope AS TEXT), '$.kind') END"
            " IN ('record.shown', 'file.shown', 'copy.given')"
            " AND CASE WHEN json_valid(CAST(envelope AS TEXT)) THEN"
            " json_extract(CAST(envelope AS TEXT), '$.ref') END = ?"
            " ORDER BY position",
            str(ref),
        )
        return [entry_of(row) for row in rows]

    async def checkpoints(self, below: int) -> list[int]:
        """Return the sizes of earlier checkpoints that others may hold: the last ones, and those handed out last."""
        rows = await self._db.rows(
            "SELECT size FROM (SELECT size FROM audit_checkpoint WHERE size < ?1 ORDER BY size DESC LIMIT ?2)"
            " UNION SELECT h.size FROM audit_handed h JOIN audit_checkpoint USING (size) WHERE h.size < ?1"
            " ORDER BY size",
            below,
            MOST_CHECKPOINTS,
        )
        return [row["size"] for row in rows]

    async def around(
        self, room_id: str, since: datetime, until: datetime
    ) -> list[tuple[Unpinned, Handling | None]]:  # fmt: skip
        """Return the messages between people that were said in the room in that time, and how each is handled."""
        rows = await self._db.rows(
            "SELECT event_id, sender, said_at, handling FROM original WHERE room_id = ? AND said_at >= ?"
            " AND said_at <= ? ORDER BY said_at, event_id",
            room_id,
            since.isoformat(),
            until.isoformat(),
        )
        return [
            (
                Unpinned(row["event_id"], UserId(row["sender"]), datetime.fromisoformat(row["said_at"])),
                label_of(row["handling"]),
            )
            for row in rows
        ]


def _export(row: Row) -> Export:
    return Export(
        row["id"],
        Reference(row["ref"]),
        row["agency"],
        Use(row["used_for"]),
        Form(row["form"]),
        UserId(row["asked_by"]),
        row["room_id"],
        datetime.fromisoformat(row["asked_at"]),
        row["under"],
        UserId(row["agreed_by"]) if row["agreed_by"] else None,
        row["outcome"],
        row["digest"],
        row["last"],
        tuple(map(UserId, json.loads(row["people"]))),
        datetime.fromisoformat(row["sent_at"]) if row["sent_at"] else None,
        row["together"],
    )
