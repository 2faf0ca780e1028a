"""Reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference
from bot.model.reminder import Reminder, State, Whom
from bot.store.database import Database, Row


class ReminderStore:
    """The reminder table: one row each. Moments are UTC, `begins` is wall time."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, reminder: Reminder) -> None:
        """Record a reminder as it stands."""
        self._db.write(
            "INSERT OR REPLACE INTO reminder (ref, room_id, by, whom, text, language, begins, zone, rule, at, event,"
            " made_at, alone, state, rings, post, told_in, ended_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *_values(reminder),
        )

    async def find(self, ref: Reference) -> Reminder | None:
        """Return the reminder of that reference, or None."""
        row = await self._db.row("SELECT * FROM reminder WHERE ref = ?", str(ref))
        return _reminder(row) if row else None

    async def list_open(self, by: UserId, room_id: str) -> list[Reminder]:
        """Return what a person has set, anywhere, and what is for everyone in the room; the next first."""
        rows = await self._db.rows(
            "SELECT * FROM reminder WHERE ended_at IS NULL AND (by = ? OR (room_id = ? AND whom = 'room'))"
            " ORDER BY at, ref",
            by,
            room_id,
        )
        return [_reminder(row) for row in rows]

    async def list_said_by(self, event_id: str) -> list[Reminder]:
        """Return the reminders that the message *event_id* has set, and whose words are not taken back."""
        rows = await self._db.rows("SELECT * FROM reminder WHERE event = ? AND text != '' ORDER BY ref", event_id)
        return [_reminder(row) for row in rows]

    async def purge(self, before: datetime) -> int:
        """Delete what was over before *before*, with its translations; return how many."""
        await self._db.execute(
            "DELETE FROM wording WHERE ref IN (SELECT ref FROM reminder WHERE ended_at < ?)", before.isoformat()
        )
        return await self._db.execute("DELETE FROM reminder WHERE ended_at < ?", before.isoformat())


def _values(one: Reminder) -> Sequence[Any]:
    return (
        str(one.ref),
        one.room_id,
        one.by,
        one.whom,
        one.text,
        one.language,
        one.begins.isoformat(),
        one.zone,
        one.rule,
        one.at.isoformat(),
        one.event,
        one.made_at.isoformat(),
        int(one.alone),
        one.state,
        one.rings,
        one.post,
        one.told_in,
        one.ended_at.isoformat() if one.ended_at else None,
    )


def _reminder(row: Row) -> Reminder:
    return Reminder(
        Reference(row["ref"]),
        row["room_id"],
        UserId(row["by"]),
        Whom(row["whom"]),
        row["text"],
        LanguageCode(row["language"]),
        datetime.fromisoformat(row["begins"]),
        Zone(row["zone"]),
        row["rule"],
        datetime.fromisoformat(row["at"]),
        row["event"],
        datetime.fromisoformat(row["made_at"]),
        bool(row["alone"]),
        State(row["state"]),
        row["rings"],
        row["post"],
        row["told_in"],
        datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
    )
