"""Exercises in rooms."""

from __future__ import annotations

from datetime import datetime

from bot.model.exercise import Exercise
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.store.database import Database, Row


class ExerciseStore:
    """The exercise table; at most one of a room is not ended."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, room_id: str, title: str, started_by: UserId, now: datetime, until: datetime) -> Exercise:
        """Record that an exercise begins."""
        [row] = await self._db.rows(
            "INSERT INTO exercise (room_id, title, started_by, started_at, until) VALUES (?, ?, ?, ?, ?) RETURNING *",
            room_id,
            title,
            started_by,
            now.isoformat(),
            until.isoformat(),
        )
        return _exercise(row)

    async def find(self, room_id: str) -> Exercise | None:
        """Return the room's exercise that is not ended, though its time may be over; None without one."""
        row = await self._db.row("SELECT * FROM exercise WHERE room_id = ? AND ended_at IS NULL", room_id)
        return _exercise(row) if row else None

    async def list_over(self, now: datetime) -> list[Exercise]:
        """Return the exercises whose time is over and that are not ended."""
        rows = await self._db.rows("SELECT * FROM exercise WHERE ended_at IS NULL AND until <= ?", now.isoformat())
        return [_exercise(row) for row in rows]

    async def end(self, exercise: Exercise, ended_at: datetime) -> None:
        """Record that an exercise is over."""
        self._db.write("UPDATE exercise SET ended_at = ? WHERE id = ?", ended_at.isoformat(), exercise.id)

    async def declared_in(self, exercise: Exercise) -> list[Reference]:
        """Return which incidents were declared in an exercise."""
        rows = await self._db.rows(
            "SELECT ref FROM incident WHERE room_id = ? AND exercise AND declared_at >= ? AND declared_at < ?",
            exercise.room_id,
            exercise.started_at.isoformat(),
            exercise.until.isoformat(),
        )
        return [Reference(row["ref"]) for row in rows]


def _exercise(row: Row) -> Exercise:
    return Exercise(
        row["id"],
        row["room_id"],
        row["title"],
        UserId(row["started_by"]),
        datetime.fromisoformat(row["started_at"]),
        datetime.fromisoformat(row["until"]),
    )
