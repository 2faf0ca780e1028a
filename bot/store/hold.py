"""What is under hold, and what is to be deleted once that is lifted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.model.hold import Hold
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.store.database import Database, Row


class HoldStore:
    """The hold and held tables."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, hold: Hold) -> None:
        """Record that an agency has an incident under hold from now on."""
        self._db.write(
            "INSERT INTO hold (ref, by, agency, at, reason, room_id, said) VALUES (?, ?, ?, ?, ?, ?, ?)",
            str(hold.ref),
            hold.by,
            hold.agency or "",
            hold.at.isoformat(),
            hold.reason,
            hold.room_id,
            hold.said,
        )

    async def find(self, ref: Reference) -> Hold | None:
        """Return the oldest hold that the incident is under, or None."""
        return next(iter(await self.list_of(ref)), None)

    async def list_of(self, ref: Reference) -> list[Hold]:
        """Return the holds that the incident is under, one an agency, the oldest first."""
        rows = await self._db.rows("SELECT * FROM hold WHERE ref = ? ORDER BY at, agency", str(ref))
        return [_hold(row) for row in rows]

    async def list_all(self) -> list[Hold]:
        """Return all holds, the oldest first."""
        return [_hold(row) for row in await self._db.rows("SELECT * FROM hold ORDER BY at, ref, agency")]

    async def remove(self, hold: Hold) -> None:
        """Record that the agency of *hold* has the incident under hold no more."""
        self._db.write("DELETE FROM hold WHERE ref = ? AND agency = ?", str(hold.ref), hold.agency or "")

    async def unsay(self, room_id: str, event_id: str) -> bool:
        """Forget the reason that the message *event_id* of the room has given; return whether it has."""
        return bool(
            await self._db.execute(
                "UPDATE hold SET reason = '' WHERE room_id = ? AND said = ? AND reason != ''", room_id, event_id
            )
        )

    async def keeps(self, record: Reference, number: int) -> bool:
        """Return whether the words of that entry of an incident, or revision of a report, are kept already."""
        return bool(await self._db.row("SELECT 1 FROM held WHERE record = ? AND number = ?", str(record), number))

    async def keep(
        self, ref: Reference, record: Reference, number: int, position: int, left: Mapping[str, Any], now: datetime
    ) -> None:
        """Record that the entry *position* of the log keeps words until the hold on *ref* is lifted.

        Those of the entry *number* of the incident *record*, or of that revision of the report; *left* is what stays
        of the content then.
        """
        self._db.write(
            "INSERT INTO held (position, ref, record, number, left_over, at) VALUES (?, ?, ?, ?, ?, ?)",
            position,
            str(ref),
            str(record),
            number,
            json.dumps(left, ensure_ascii=False),
            now.isoformat(),
        )

    async def list_kept(self, ref: Reference) -> list[tuple[Reference, int, int]]:
        """Return what is kept of the incident: its reference or a report's, the entry's number or the revision's.

        With each, which entry of the log has the words; in the order in which they were taken back.
        """
        rows = await self._db.rows(
            "SELECT record, number, position FROM held WHERE ref = ? ORDER BY at, position", str(ref)
        )
        return [(Reference(row["record"]), row["number"], row["position"]) for row in rows]

    async def take(self, ref: Reference) -> list[tuple[int, Mapping[str, Any]]]:
        """Return which entries of the log are to be emptied now, and what is left of each; they are kept no more."""
        rows = await self._db.rows("SELECT position, left_over FROM held WHERE ref = ? ORDER BY position", str(ref))
        await self._db.execute("DELETE FROM held WHERE ref = ?", str(ref))
        return [(row["position"], json.loads(row["left_over"])) for row in rows]


def _hold(row: Row) -> Hold:
    return Hold(
        Reference(row["ref"]),
        UserId(row["by"]),
        row["agency"] or None,
        datetime.fromisoformat(row["at"]),
        row["reason"],
        row["room_id"],
        row["said"],
    )
