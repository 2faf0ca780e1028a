"""Briefings as they are held, and who is there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.sitting import Attendance, Presence, Sitting
from bot.store.database import Database, Row
from bot.store.line_mark import UNUSED


class AttendanceStore:
    """The tables sitting and attendance; moments are UTC, but when the rule has it is wall time."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, one: Sitting, record: str = "") -> None:
        """Record a sitting as it stands now; *record* is what is frozen of its minutes."""
        self._db.write(
            "INSERT INTO sitting (ref, briefing, room_id, original, begins, ends, scribe, closed_at, closed_by, digest,"
            " record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET"
            " begins = excluded.begins, ends = excluded.ends, scribe = excluded.scribe, closed_at = excluded.closed_at,"
            " closed_by = excluded.closed_by, digest = excluded.digest, record = excluded.record",
            str(one.ref),
            str(one.briefing),
            one.room_id,
            one.original.isoformat(),
            one.begins.isoformat(),
            one.ends.isoformat(),
            one.scribe,
            one.closed_at.isoformat() if one.closed_at else None,
            one.closed_by,
            one.digest,
            record,
        )

    async def find(self, ref: Reference) -> Sitting | None:
        """Return the sitting, or None."""
        row = await self._db.row("SELECT * FROM sitting WHERE ref = ?", str(ref))
        return _sitting(row) if row else None

    async def find_at(self, briefing: Reference, original: datetime) -> Sitting | None:
        """Return the sitting of the one that the rule has at *original*, or None."""
        row = await self._db.row(
            "SELECT * FROM sitting WHERE briefing = ? AND original = ?", str(briefing), original.isoformat()
        )
        return _sitting(row) if row else None

    async def last(self, briefing: Reference) -> Sitting | None:
        """Return the last sitting of a briefing, or None."""
        row = await self._db.row("SELECT * FROM sitting WHERE briefing = ? ORDER BY begins DESC LIMIT 1", str(briefing))
        return _sitting(row) if row else None

    async def last_closed(self, briefing: Reference) -> Sitting | None:
        """Return the last sitting of a briefing whose minutes are closed, or None."""
        row = await self._db.row(
            "SELECT * FROM sitting WHERE briefing = ? AND closed_at IS NOT NULL ORDER BY begins DESC LIMIT 1",
            str(briefing),
        )
        return _sitting(row) if row else None

    async def last_in(self, room_id: str) -> Sitting | None:
        """Return the last sitting of a room, or None."""
        row = await self._db.row("SELECT * FROM sitting WHERE room_id = ? ORDER BY begins DESC LIMIT 1", room_id)
        return _sitting(row) if row else None

    async def record(self, ref: Reference) -> str:
        """Return what was frozen of the minutes, or an empty text."""
        row = await self._db.row("SELECT record FROM sitting WHERE ref = ?", str(ref))
        return str(row["record"]) if row else ""

    async def count_held(self, rooms: Iterable[str], since: datetime, until: datetime) -> int:
        """Return how many sittings of *rooms* began in [*since*, *until*).

        Somebody may say that they are there before it begins: what was cancelled or left out after that was not held.
        """
        row = await self._db.row(
            "SELECT count(*) AS n FROM json_each(?) r JOIN sitting s ON s.room_id = r.value"
            " WHERE s.begins >= ? AND s.begins < ?"
            " AND NOT EXISTS (SELECT 1 FROM briefing b"
            " WHERE b.ref = s.briefing AND b.state = 'cancelled' AND b.ended_at <= s.begins)"
            " AND NOT EXISTS (SELECT 1 FROM briefing_change c"
            " WHERE c.ref = s.briefing AND c.original = s.original AND c.begins IS NULL)",
            json.dumps([*rooms]),
            since.isoformat(),
            until.isoformat(),
        )
        return int(row["n"]) if row else 0

    # Who is there

    async def attend(self, ref: Reference, one: Attendance) -> None:
        """Record what was said last of somebody's being there."""
        self._db.write(
            "INSERT OR REPLACE INTO attendance (sitting, person, presence, minutes, by, at) VALUES (?, ?, ?, ?, ?, ?)",
            str(ref),
            one.person,
            one.presence,
            one.minutes,
            one.by,
            one.at.isoformat(),
        )

    async def list_of(self, ref: Reference) -> list[Attendance]:
        """Return who was there, late or absent, by their ids."""
        rows = await self._db.rows("SELECT * FROM attendance WHERE sitting = ? ORDER BY person", str(ref))
        return [
            Attendance(
                UserId(row["person"]),
                Presence(row["presence"]),
                row["minutes"],
                UserId(row["by"]),
                datetime.fromisoformat(row["at"]),
            )
            for row in rows
        ]

    # Retention

    async def purge(self, before: datetime) -> int:
        """Delete what was over before *before*, or is of a briefing that was, with the minutes; return how much."""
        old = (
            "SELECT s.ref FROM sitting s LEFT JOIN briefing b ON b.ref = s.briefing"
            " WHERE s.ends < ?1 OR b.ended_at < ?1"
        )
        found = sum(
            [
                await self._db.execute(sql, before.isoformat())
                for sql in (
                    f"DELETE FROM attendance WHERE sitting IN ({old})",
                    f"DELETE FROM minute WHERE sitting IN ({old})",
                    f"DELETE FROM minute_verdict WHERE sitting IN ({old})",
                    f"DELETE FROM minute_reading WHERE sitting IN ({old})",
                    f"DELETE FROM wording WHERE ref IN ({old})",
                    f"DELETE FROM sitting WHERE ref IN ({old})",
                )
            ]
        )
        await self._db.execute(UNUSED)
        return found


def _sitting(row: Row) -> Sitting:
    return Sitting(
        Reference(row["ref"]),
        Reference(row["briefing"]),
        row["room_id"],
        datetime.fromisoformat(row["original"]),
        datetime.fromisoformat(row["begins"]),
        datetime.fromisoformat(row["ends"]),
        UserId(row["scribe"]) if row["scribe"] else None,
        datetime.fromisoformat(row["closed_at"]) if row["closed_at"] else None,
        UserId(row["closed_by"]) if row["closed_by"] else None,
        row["digest"],
    )
