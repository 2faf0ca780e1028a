"""Who is checked in, and what they have said since."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.checkin import Call, Change, CheckIn, Patrol
from bot.model.person import UserId
from bot.model.shift import PostName
from bot.store.database import Database, Row
from bot.store.kept import Kept


class CheckInStore:
    """The tables checkin and checkin_said: a person is checked in once at most."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept = Kept[UserId, tuple[str, str] | None](database)

    async def save(self, one: CheckIn) -> None:
        """Record a check-in as it stands now."""
        self._kept.change()
        self._db.write(
            "INSERT INTO checkin (id, person, agency, post, room_id, at, heard_at, vehicle, persons, every,"
            " status, place, status_at, ended_at, called_at, called_key, called_place)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET heard_at = excluded.heard_at, status = excluded.status,"
            " place = excluded.place, status_at = excluded.status_at, ended_at = excluded.ended_at,"
            " called_at = excluded.called_at, called_key = excluded.called_key, called_place = excluded.called_place",
            one.id,
            one.person,
            one.agency,
            one.post,
            one.room_id,
            one.at.isoformat(),
            one.heard_at.isoformat(),
            one.vehicle,
            one.persons,
            one.every // timedelta(minutes=1) if one.every else None,
            one.status,
            one.place,
            one.status_at.isoformat() if one.status_at else None,
            one.ended_at.isoformat() if one.ended_at else None,
            one.call.at.isoformat() if one.call else None,
            one.call.key if one.call else "",
            one.call.place if one.call else "",
        )

    def wrote(self, id: str, at: datetime, now: datetime) -> None:
        """Record when whoever is checked in by *id* wrote something: the latest moment stays, but none after *now*."""
        self._db.write(
            "UPDATE checkin SET wrote_at = ?1 WHERE id = ?2 AND (wrote_at IS NULL OR wrote_at < ?1 OR wrote_at > ?3)",
            at.isoformat(),
            id,
            now.isoformat(),
        )

    async def find_room(self, person: UserId) -> tuple[str, str] | None:
        """Return by which id, and in which room, the person is checked in now, or None: every message asks for it."""
        return await self._kept.of(person, lambda: self._room_of(person))

    async def _room_of(self, person: UserId) -> tuple[str, str] | None:
        one = await self.find(person)
        return (one.id, one.room_id) if one else None

    async def find(self, person: UserId) -> CheckIn | None:
        """Return how the person is checked in now, or None."""
        row = await self._db.row("SELECT * FROM checkin WHERE person = ? AND ended_at IS NULL", person)
        return _check_in(row) if row else None

    async def find_last(self, person: UserId, at: datetime) -> CheckIn | None:
        """Return how the person was checked in last at that moment or before, with the place that they had said."""
        row = await self._db.row(
            "SELECT * FROM checkin WHERE person = ? AND at <= ? ORDER BY at DESC LIMIT 1", person, at.isoformat()
        )
        if row is None:
            return None
        place = await self._db.row(
            "SELECT place FROM checkin_said WHERE id = ? AND place != '' AND at <= ? ORDER BY position DESC LIMIT 1",
            row["id"],
            at.isoformat(),
        )
        return replace(_check_in(row), place=place["place"] if place else "")

    async def list_open(self, room_id: str) -> list[CheckIn]:
        """Return who is checked in at the posts of a room, by post, the longest first."""
        rows = await self._db.rows(
            "SELECT * FROM checkin WHERE room_id = ? AND ended_at IS NULL ORDER BY post, at", room_id
        )
        return [_check_in(row) for row in rows]

    async def list_between(self, post: PostName, since: datetime, until: datetime) -> list[CheckIn]:
        """Return who was checked in at *post* at a moment of [*since*, *until*), the earliest first."""
        rows = await self._db.rows(
            "SELECT * FROM checkin WHERE post = ? AND at < ? AND coalesce(ended_at, '9') > ? ORDER BY at",
            post,
            until.isoformat(),
            since.isoformat(),
        )
        return [_check_in(row) for row in rows]

    async def say(self, id: str, change: Change, logged: int) -> None:
        """Record what somebody said who is checked in; *logged* is its index in the audit log."""
        self._db.write(
            "INSERT INTO checkin_said (id, person, status, place, at, logged) VALUES (?, ?, ?, ?, ?, ?)",
            id,
            change.person,
            change.status,
            change.place,
            change.at.isoformat(),
            logged,
        )

    async def list_said(self, post: PostName, since: datetime, until: datetime) -> list[Change]:
        """Return what was said in [*since*, *until*) by those who were checked in at *post*, in order."""
        rows = await self._db.rows(
            "SELECT s.* FROM checkin_said s JOIN checkin c ON c.id = s.id WHERE c.post = ? AND s.at >= ? AND s.at < ?"
            " ORDER BY s.position",
            post,
            since.isoformat(),
            until.isoformat(),
        )
        return [
            Change(UserId(row["person"]), Patrol(row["status"]), row["place"], datetime.fromisoformat(row["at"]))
            for row in rows
        ]

    async def list_logged(self, before: datetime) -> list[int]:
        """Return the indices in the audit log of what was said in check-ins that ended before *before*."""
        rows = await self._db.rows(f"SELECT logged FROM checkin_said WHERE id IN ({_OVER})", before.isoformat())
        return [row["logged"] for row in rows if row["logged"] is not None]

    async def purge(self, before: datetime) -> int:
        """Delete check-ins that ended before *before*, with what was said in them; return how many rows."""
        said = await self._db.execute(f"DELETE FROM checkin_said WHERE id IN ({_OVER})", before.isoformat())
        return said + await self._db.execute("DELETE FROM checkin WHERE ended_at < ?", before.isoformat())


_OVER = "SELECT id FROM checkin WHERE ended_at < ?"


def _check_in(row: Row) -> CheckIn:
    def moment(name: str) -> datetime | None:
        return datetime.fromisoformat(row[name]) if row[name] else None

    return CheckIn(
        row["id"],
        UserId(row["person"]),
        row["agency"],
        PostName(row["post"]),
        row["room_id"],
        datetime.fromisoformat(row["at"]),
        datetime.fromisoformat(row["heard_at"]),
        row["vehicle"],
        row["persons"],
        timedelta(minutes=row["every"]) if row["every"] else None,
        Patrol(row["status"]),
        row["place"],
        moment("status_at"),
        moment("ended_at"),
        moment("wrote_at"),
        Call(datetime.fromisoformat(row["called_at"]), row["called_key"], row["called_place"])
        if row["called_at"]
        else None,
    )
