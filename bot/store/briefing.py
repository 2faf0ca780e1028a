"""Briefings, what differs of single ones, and how long before them people want to be reminded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.model.briefing import Briefing, Change, State
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference
from bot.store.database import Database, Row

_MINUTE = timedelta(minutes=1)


class BriefingStore:
    """The tables of briefings. When one begins is wall time of its zone; all other moments are UTC."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, briefing: Briefing) -> None:
        """Record a briefing as it stands, beside what is known of the message that has asked for it."""
        self._db.write(
            "INSERT INTO briefing (ref, title, language, room_id, by, agency, begins, zone, minutes, rule, declared_at,"
            " sequence, state, handling) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET title = excluded.title, begins = excluded.begins, zone = excluded.zone,"
            " minutes = excluded.minutes, rule = excluded.rule, sequence = excluded.sequence, state = excluded.state,"
            " handling = excluded.handling",
            str(briefing.ref),
            briefing.title,
            briefing.language,
            briefing.room_id,
            briefing.by,
            briefing.agency,
            briefing.begins.isoformat(),
            briefing.zone,
            briefing.length // _MINUTE,
            briefing.rule,
            briefing.declared_at.isoformat(),
            briefing.sequence,
            briefing.state,
            briefing.handling,
        )

    async def find(self, ref: Reference) -> Briefing | None:
        """Return the briefing, or None."""
        row = await self._db.row("SELECT * FROM briefing WHERE ref = ?", str(ref))
        return _briefing(row) if row else None

    async def list_open(self, room_id: str) -> list[Briefing]:
        """Return what is planned in the room and not over, the earliest recorded first."""
        rows = await self._db.rows(
            "SELECT * FROM briefing WHERE room_id = ? AND state = ? AND ended_at IS NULL ORDER BY declared_at, ref",
            room_id,
            State.PLANNED,
        )
        return [_briefing(row) for row in rows]

    async def list_since(self, room_id: str, since: datetime) -> list[Briefing]:
        """Return what is planned in the room and is not over, or has been over only since *since*, by reference."""
        rows = await self._db.rows(
            "SELECT * FROM briefing WHERE room_id = ? AND state = ? AND (ended_at IS NULL OR ended_at >= ?)"
            " ORDER BY ref",
            room_id,
            State.PLANNED,
            since.isoformat(),
        )
        return [_briefing(row) for row in rows]

    async def end(self, ref: Reference, ended_at: datetime | None) -> None:
        """Record since when no briefing of it is to come; None: there is one."""
        self._db.write(
            "UPDATE briefing SET ended_at = ? WHERE ref = ?", ended_at.isoformat() if ended_at else None, str(ref)
        )

    # What differs of single ones

    async def save_change(self, ref: Reference, change: Change) -> None:
        """Record what differs of the one that the rule has at `original`."""
        self._db.write(
            "INSERT OR REPLACE INTO briefing_change (ref, original, begins, minutes, sequence) VALUES (?, ?, ?, ?, ?)",
            str(ref),
            change.original.isoformat(),
            change.begins.isoformat() if change.begins else None,
            None if change.length is None else change.length // _MINUTE,
            change.sequence,
        )

    async def changes(self, ref: Reference) -> list[Change]:
        """Return what differs, by when it would be by the rule."""
        rows = await self._db.rows("SELECT * FROM briefing_change WHERE ref = ? ORDER BY original", str(ref))
        return [_change(row) for row in rows]

    async def forget_changes(self, ref: Reference) -> None:
        """Record that nothing differs of single ones any more."""
        self._db.write("DELETE FROM briefing_change WHERE ref = ?", str(ref))

    async def succeed(self, ref: Reference, successor: Reference) -> None:
        """Let *successor* be called as *ref* is, in all languages, by the same message."""
        self._db.write(
            "UPDATE briefing SET said = (SELECT said FROM briefing WHERE ref = ?) WHERE ref = ?",
            str(ref),
            str(successor),
        )
        self._db.write(
            "INSERT OR REPLACE INTO wording (ref, number, target, text, route, engine, flags, provenance)"
            " SELECT ?, number, target, text, route, engine, flags, provenance FROM wording WHERE ref = ?",
            str(successor),
            str(ref),
        )

    # What was said for it

    async def say(self, ref: Reference, said: str) -> None:
        """Record which message has said what it is called."""
        self._db.write("UPDATE briefing SET said = ? WHERE ref = ?", said, str(ref))

    async def said_by(self, event_id: str) -> list[Briefing]:
        """Return the briefings that the message *event_id* has named."""
        return [_briefing(row) for row in await self._db.rows("SELECT * FROM briefing WHERE said = ?", event_id)]

    # How long before

    async def set_before(self, person: UserId, before: Iterable[timedelta] | None) -> None:
        """Record how long before a briefing a person is reminded; none at all: never, None: as everyone is."""
        if before is None:
            self._db.write("DELETE FROM briefing_before WHERE person = ?", person)
            return
        minutes = json.dumps([one // _MINUTE for one in before])
        self._db.write("INSERT OR REPLACE INTO briefing_before (person, minutes) VALUES (?, ?)", person, minutes)

    async def before(self, people: Iterable[UserId]) -> dict[UserId, tuple[timedelta, ...]]:
        """Return how long before a briefing each is reminded, of those of *people* who have said so."""
        rows = await self._db.rows(
            "SELECT person, minutes FROM briefing_before WHERE person IN (SELECT value FROM json_each(?))",
            json.dumps([*people]),
        )
        return {UserId(row["person"]): tuple(one * _MINUTE for one in json.loads(row["minutes"])) for row in rows}

    # Retention

    async def purge(self, before: datetime) -> int:
        """Delete what was over, or cancelled, before *before*; return how much."""
        old = "SELECT ref FROM briefing WHERE ended_at < ?"
        return sum(
            [
                await self._db.execute(sql, before.isoformat())
                for sql in (
                    f"DELETE FROM briefing_change WHERE ref IN ({old})",
                    f"DELETE FROM wording WHERE ref IN ({old})",
                    f"DELETE FROM card WHERE ref IN ({old})",
                    "DELETE FROM briefing WHERE ended_at < ?",
                )
            ]
        )


def _briefing(row: Row) -> Briefing:
    return Briefing(
        Reference(row["ref"]),
        row["title"],
        LanguageCode(row["language"]),
        row["room_id"],
        UserId(row["by"]),
        row["agency"],
        datetime.fromisoformat(row["begins"]),
        Zone(row["zone"]),
        row["minutes"] * _MINUTE,
        row["rule"],
        datetime.fromisoformat(row["declared_at"]),
        row["sequence"],
        State(row["state"]),
        row["handling"],
    )


def _change(row: Row) -> Change:
    return Change(
        datetime.fromisoformat(row["original"]),
        datetime.fromisoformat(row["begins"]) if row["begins"] else None,
        None if row["minutes"] is None else row["minutes"] * _MINUTE,
        row["sequence"],
    )
