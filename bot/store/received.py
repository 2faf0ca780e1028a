"""Who was shown what of which record: an audience is kept once, however often something is shown to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.person import UserId
from bot.model.recall import Line, Receipt, Shown
from bot.model.reference import Reference
from bot.store.database import Database


class ReceivedStore:
    """The received and received_by tables."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, refs: Iterable[str], shown: Shown) -> None:
        """Record that these records were shown so; the same post enters once for each."""
        people = sorted({*shown.people})
        digest = hashlib.sha256("\n".join(people).encode()).hexdigest()[:32]
        if not await self._db.row("SELECT 1 FROM received_by WHERE people = ? LIMIT 1", digest):
            for user_id in people:
                self._db.write("INSERT OR IGNORE INTO received_by (people, user_id) VALUES (?, ?)", digest, user_id)
        for ref in refs:
            self._db.write(
                "INSERT OR IGNORE INTO received (ref, post, room_id, kind, whole, at, people)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                ref,
                shown.post,
                shown.room_id,
                shown.kind,
                int(shown.whole),
                shown.at.isoformat(),
                digest,
            )

    async def list_of(self, ref: str, since: datetime | None = None, *, whole: bool = False) -> list[Receipt]:
        """Return who has received a record, once for each room and kind; from *since* on, or all; *whole* alone."""
        rows = await self._db.rows(
            "SELECT b.user_id, r.room_id, r.kind, min(r.at) AS first, max(r.at) AS last FROM received r"
            " JOIN received_by b ON b.people = r.people WHERE r.ref = ? AND r.at >= ? AND r.whole >= ?"
            " GROUP BY b.user_id, r.room_id, r.kind ORDER BY b.user_id, first",
            ref,
            since.isoformat() if since else "",
            int(whole),
        )
        return [
            Receipt(
                UserId(row["user_id"]),
                row["room_id"],
                row["kind"],
                datetime.fromisoformat(row["first"]),
                datetime.fromisoformat(row["last"]),
            )
            for row in rows
        ]

    async def in_files(self, refs: Iterable[str], bot: str) -> list[UserId]:
        """Return who was there when files that hold something of these records were posted, but the *bot*."""
        rows = await self._db.rows(
            "SELECT DISTINCT b.user_id FROM received r JOIN received_by b ON b.people = r.people"
            " WHERE r.ref IN (SELECT value FROM json_each(?)) AND r.kind IN ('file', 'digest') AND b.user_id != ?"
            " ORDER BY b.user_id",
            json.dumps([*refs]),
            bot,
        )
        return [UserId(row["user_id"]) for row in rows]

    async def said_by(self, room_id: str, event_id: str) -> list[Line]:
        """Return what a message of the room has said in minutes, handovers and reports of no incident, and still does.

        Of such reports, each revision that the message has a part in.
        """
        rows = await self._db.rows(
            "SELECT m.sitting AS ref, m.number, s.room_id, m.at FROM minute m JOIN sitting s ON s.ref = m.sitting"
            " WHERE m.said = ?1 AND m.text != '' UNION ALL"
            " SELECT w.ref, w.number, h.room_id, w.at FROM handover_said w JOIN handover h ON h.ref = w.ref"
            " WHERE w.event = ?1 AND w.text != '' AND h.room_id = ?2 UNION ALL"
            " SELECT r.ref, r.revision, r.room_id, r.made_at FROM report r WHERE r.incident IS NULL AND r.room_id = ?2"
            " AND (r.event_id = ?1 OR (r.ref, r.revision) IN (SELECT ref, revision FROM report_source"
            " WHERE event_id = ?1))",
            event_id,
            room_id,
        )
        return [
            Line(Reference(row["ref"]), row["number"], row["room_id"], datetime.fromisoformat(row["at"]))
            for row in rows
        ]

    async def home_of(self, ref: Reference) -> str | None:
        """Return the room of minutes, of a handover or of a report; None if there is no such record."""
        row = await self._db.row(
            "SELECT room_id FROM sitting WHERE ref = ?1 UNION ALL SELECT room_id FROM handover WHERE ref = ?1"
            " UNION ALL SELECT room_id FROM report WHERE ref = ?1 LIMIT 1",
            str(ref),
        )
        return row["room_id"] if row else None

    async def purge(self, before: datetime) -> int:
        """Delete what was shown before *before*; return how much."""
        purged = await self._db.execute("DELETE FROM received WHERE at < ?", before.isoformat())
        await self._db.execute("DELETE FROM received_by WHERE people NOT IN (SELECT people FROM received)")
        return purged
