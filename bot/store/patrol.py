"""Joint patrols and their crews."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model.patrol import Member, Patrol
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift import Span
from bot.store.database import Database, Row


class PatrolStore:
    """The tables patrol and patrol_member. Moments are UTC."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, patrol: Patrol) -> None:
        """Record a patrol as it stands, with its crew."""
        self._db.write(
            "INSERT OR REPLACE INTO patrol (ref, room_id, name, since, until, vehicle, area, by, at, warned,"
            " cancelled_at, said) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(patrol.ref),
            patrol.room_id,
            patrol.name,
            patrol.span.since.isoformat(),
            patrol.span.until.isoformat(),
            patrol.vehicle,
            patrol.area,
            patrol.by,
            patrol.at.isoformat(),
            int(patrol.warned),
            patrol.cancelled_at.isoformat() if patrol.cancelled_at else None,
            patrol.said,
        )
        self._db.write("DELETE FROM patrol_member WHERE ref = ?", str(patrol.ref))
        for number, one in enumerate(patrol.crew):
            self._db.write(
                "INSERT INTO patrol_member (ref, person, number, agreed, interprets) VALUES (?, ?, ?, ?, ?)",
                str(patrol.ref),
                one.person,
                number,
                int(one.agreed),
                int(one.interprets),
            )

    async def find(self, ref: Reference) -> Patrol | None:
        """Return the patrol, or None."""
        found = await self._whole(await self._db.rows("SELECT * FROM patrol WHERE ref = ?", str(ref)))
        return found[0] if found else None

    async def list_coming(self, room_id: str, now: datetime) -> list[Patrol]:
        """Return the patrols of a room that stand and are not over, the earliest first."""
        rows = await self._db.rows(
            "SELECT * FROM patrol WHERE room_id = ? AND until > ? AND cancelled_at IS NULL ORDER BY since, ref",
            room_id,
            now.isoformat(),
        )
        return await self._whole(rows)

    async def list_of(self, people: Iterable[UserId], since: datetime, until: datetime) -> list[Patrol]:
        """Return the patrols that stand, have a moment in [*since*, *until*) and any of *people* in their crew."""
        rows = await self._db.rows(
            "SELECT * FROM patrol WHERE until > ? AND since < ? AND cancelled_at IS NULL AND ref IN (SELECT ref FROM"
            " patrol_member WHERE person IN (SELECT value FROM json_each(?))) ORDER BY since, ref",
            since.isoformat(),
            until.isoformat(),
            json.dumps([*people]),
        )
        return await self._whole(rows)

    async def said_by(self, event_id: str) -> list[Patrol]:
        """Return the patrols that the message *event_id* has named."""
        return await self._whole(await self._db.rows("SELECT * FROM patrol WHERE said = ?", event_id))

    async def purge(self, before: datetime) -> int:
        """Delete the patrols that were over before *before*, with their crews; return how many."""
        await self._db.execute(
            "DELETE FROM patrol_member WHERE ref IN (SELECT ref FROM patrol WHERE until < ?)", before.isoformat()
        )
        return await self._db.execute("DELETE FROM patrol WHERE until < ?", before.isoformat())

    async def _whole(self, rows: Sequence[Row]) -> list[Patrol]:
        members = await self._db.rows(
            "SELECT * FROM patrol_member WHERE ref IN (SELECT value FROM json_each(?)) ORDER BY ref, number",
            json.dumps([row["ref"] for row in rows]),
        )
        crews: dict[str, list[Member]] = {}
        for row in members:
            member = Member(UserId(row["person"]), bool(row["agreed"]), bool(row["interprets"]))
            crews.setdefault(row["ref"], []).append(member)
        return [_patrol(row, crews.get(row["ref"], [])) for row in rows]


def _patrol(row: Row, crew: Sequence[Member]) -> Patrol:
    return Patrol(
        Reference(row["ref"]),
        row["room_id"],
        row["name"],
        Span(datetime.fromisoformat(row["since"]), datetime.fromisoformat(row["until"])),
        tuple(crew),
        UserId(row["by"]),
        datetime.fromisoformat(row["at"]),
        row["vehicle"],
        row["area"],
        bool(row["warned"]),
        datetime.fromisoformat(row["cancelled_at"]) if row["cancelled_at"] else None,
        row["said"],
    )
