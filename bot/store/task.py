"""Tasks of incidents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.incident import Status
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.task import Standing, Task
from bot.store.database import Database, Row

_SELECT = "SELECT t.*, e.text, e.language FROM task t JOIN entry e ON e.ref = t.incident AND e.number = t.number"


class TaskStore:
    """The task table. What a task says stands in the entry that made it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, task: Task) -> None:
        """Record the task as it stands now."""
        self._db.write(
            "INSERT OR REPLACE INTO task (ref, incident, number, added_by, agency, added_at, owner, due, done_by,"
            " done_at, revision, review) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(task.ref),
            str(task.incident),
            task.number,
            task.added_by,
            task.agency,
            task.added_at.isoformat(),
            task.owner,
            task.due.isoformat() if task.due else None,
            task.done_by,
            task.done_at.isoformat() if task.done_at else None,
            task.revision,
            int(task.review),
        )

    async def find(self, ref: Reference) -> Task | None:
        """Return the task, or None."""
        row = await self._db.row(f"{_SELECT} WHERE t.ref = ?", str(ref))
        return _task(row) if row else None

    async def remove(self, ref: Reference) -> None:
        """Delete the task; what its entries say stays."""
        await self._db.execute("DELETE FROM task WHERE ref = ?", str(ref))

    async def list_of(self, refs: Iterable[Reference]) -> dict[Reference, Task]:
        """Return the tasks with these references."""
        rows = await self._db.rows(
            f"{_SELECT} WHERE t.ref IN (SELECT value FROM json_each(?))", json.dumps([str(ref) for ref in refs])
        )
        return {Reference(row["ref"]): _task(row) for row in rows}

    async def list_open(self, incidents: Iterable[Reference]) -> list[Task]:
        """Return what is to be done about these incidents, in the order in which it was added to each."""
        rows = await self._db.rows(
            f"{_SELECT} WHERE t.incident IN (SELECT value FROM json_each(?)) AND t.done_at IS NULL"
            " ORDER BY t.incident, t.number",
            json.dumps([str(ref) for ref in incidents]),
        )
        return [_task(row) for row in rows]

    async def list_standing(self, incidents: Iterable[Reference], at: datetime) -> list[Standing]:
        """Return what was to be done about these incidents at that moment, as it was due when it was last changed."""
        rows = await self._db.rows(
            "SELECT incident, number, due FROM task WHERE incident IN (SELECT value FROM json_each(?))"
            " AND added_at < ? AND (done_at IS NULL OR done_at >= ?)",
            json.dumps([str(ref) for ref in incidents]),
            at.isoformat(),
            at.isoformat(),
        )
        return [
            Standing(
                Reference(row["incident"]), row["number"], datetime.fromisoformat(row["due"]) if row["due"] else None
            )
            for row in rows
        ]

    async def list_left(self, rooms: Iterable[str]) -> list[Reference]:
        """Return the closed incidents of these rooms about which something is still to be done."""
        rows = await self._db.rows(
            "SELECT DISTINCT t.incident FROM task t INDEXED BY task_open CROSS JOIN incident i ON i.ref = t.incident"
            " WHERE t.done_at IS NULL AND i.status = ? AND i.room_id IN (SELECT value FROM json_each(?))",
            Status.CLOSED,
            json.dumps([*rooms]),
        )
        return [Reference(row["incident"]) for row in rows]


def _task(row: Row) -> Task:
    return Task(
        Reference(row["ref"]),
        Reference(row["incident"]),
        row["number"],
        row["text"],
        LanguageCode(row["language"]),
        UserId(row["added_by"]),
        row["agency"],
        datetime.fromisoformat(row["added_at"]),
        UserId(row["owner"]) if row["owner"] else None,
        datetime.fromisoformat(row["due"]) if row["due"] else None,
        UserId(row["done_by"]) if row["done_by"] else None,
        datetime.fromisoformat(row["done_at"]) if row["done_at"] else None,
        row["revision"],
        review=bool(row["review"]),
    )
