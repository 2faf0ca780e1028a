"""Who has asked for a record to be released, and what came of it."""

from __future__ import annotations

import json
from datetime import datetime

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.release import Request
from bot.store.database import Database, Row


class ReleaseStore:
    """The release table: a row a request."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, request: Request) -> None:
        """Record the request as it stands now."""
        self._db.write(
            "INSERT OR REPLACE INTO release"
            " (id, ref, agency, asked_by, room_id, asked_at, until, first, agreed, outcome, under)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            request.id,
            str(request.ref),
            request.agency,
            request.asked_by,
            request.room_id,
            request.asked_at.isoformat(),
            request.until.isoformat() if request.until else None,
            int(request.first),
            json.dumps(request.agreed),
            request.outcome,
            request.under,
        )

    async def find(self, id: str) -> Request | None:
        """Return the request, or None."""
        row = await self._db.row("SELECT * FROM release WHERE id = ?", id)
        return _request(row) if row else None

    async def find_open(self, ref: Reference, agency: str) -> Request | None:
        """Return the request for that record and agency that nobody has answered, or None."""
        row = await self._db.row(
            "SELECT * FROM release WHERE ref = ? AND agency = ? AND outcome IS NULL", str(ref), agency
        )
        return _request(row) if row else None

    async def list_open(self, ref: Reference) -> list[Request]:
        """Return the requests for that record that nobody has answered."""
        rows = await self._db.rows(
            "SELECT * FROM release WHERE ref = ? AND outcome IS NULL ORDER BY asked_at, id", str(ref)
        )
        return [_request(row) for row in rows]


def _request(row: Row) -> Request:
    return Request(
        row["id"],
        Reference(row["ref"]),
        row["agency"],
        UserId(row["asked_by"]),
        row["room_id"],
        datetime.fromisoformat(row["asked_at"]),
        datetime.fromisoformat(row["until"]) if row["until"] else None,
        bool(row["first"]),
        tuple(map(UserId, json.loads(row["agreed"]))),
        row["outcome"],
        row["under"],
    )
