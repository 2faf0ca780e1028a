"""Reviews that are published: their record never changes."""

from __future__ import annotations

from datetime import datetime

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.review import Review
from bot.store.database import Database


class ReviewStore:
    """The review table, one row an incident."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, review: Review) -> None:
        """Record a review that is published."""
        self._db.write(
            "INSERT INTO review (ref, record, digest, by, agency, at) VALUES (?, ?, ?, ?, ?, ?)",
            str(review.ref),
            review.record,
            review.digest,
            review.by,
            review.agency,
            review.at.isoformat(),
        )

    async def find(self, ref: Reference) -> Review | None:
        """Return the published review of an incident; None if there is none."""
        row = await self._db.row("SELECT * FROM review WHERE ref = ?", str(ref))
        if row is None:
            return None
        at = datetime.fromisoformat(row["at"])
        return Review(Reference(row["ref"]), row["record"], row["digest"], UserId(row["by"]), row["agency"], at)

    async def list_actions(self, ref: Reference) -> list[Reference]:
        """Return the tasks of an incident that belong to its review, in the order in which they were added."""
        rows = await self._db.rows("SELECT ref FROM task WHERE incident = ? AND review = 1 ORDER BY number", str(ref))
        return [Reference(row["ref"]) for row in rows]
