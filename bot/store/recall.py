"""What is to be told to whom of what they have received, and whether they have acknowledged it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model.person import UserId
from bot.model.recall import About, Changed, Recall, State
from bot.model.reference import Reference
from bot.store.database import Database, Row


class RecallStore:
    """The recall table: one row for each person and change."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, user_id: UserId, change: Changed, received_at: datetime) -> None:
        """Record that a change is to be told to somebody, once."""
        self._db.write(
            "INSERT OR IGNORE INTO recall (user_id, ref, record, number, about, at, by, agency, received_at, state,"
            " batch, nudged) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
            user_id,
            str(change.ref),
            change.record,
            change.number,
            change.about,
            change.at.isoformat(),
            change.by,
            change.agency,
            received_at.isoformat(),
            State.WAITING,
        )

    async def list_waiting(self, user_id: UserId) -> list[Recall]:
        """Return what is still to be told to somebody, in the order in which it came."""
        rows = await self._db.rows(
            "SELECT * FROM recall WHERE user_id = ? AND state = ? ORDER BY id", user_id, State.WAITING
        )
        return [_recall(row) for row in rows]

    async def list_batch(self, batch: str) -> list[Recall]:
        """Return what one message has told."""
        rows = await self._db.rows("SELECT * FROM recall WHERE batch = ? ORDER BY id", batch)
        return [_recall(row) for row in rows]

    async def list_of(self, ref: Reference) -> list[Recall]:
        """Return what was to be told of a record, in the order in which it came."""
        rows = await self._db.rows("SELECT * FROM recall WHERE ref = ? ORDER BY user_id, id", str(ref))
        return [_recall(row) for row in rows]

    async def told(self, recalls: Sequence[Recall], batch: str, now: datetime) -> None:
        """Record that one message tells of all these, of each as much as is `withdrawn` in it or not."""
        for withdrawn in (False, True):
            self._db.write(
                "UPDATE recall SET state = ?, batch = ?, told_at = ?, withdrawn = ?"
                " WHERE id IN (SELECT value FROM json_each(?))",
                State.TOLD,
                batch,
                now.isoformat(),
                int(withdrawn),
                _ids(one for one in recalls if one.withdrawn is withdrawn),
            )

    async def withdrawn_before(self, user_id: UserId, ref: Reference) -> bool:
        """Return whether somebody was told last of a record that it was withdrawn."""
        row = await self._db.row(
            "SELECT withdrawn FROM recall WHERE user_id = ? AND ref = ? AND told_at IS NOT NULL"
            " ORDER BY told_at DESC, id DESC LIMIT 1",
            user_id,
            str(ref),
        )
        return bool(row and row["withdrawn"])

    async def end(self, recalls: Iterable[Recall], state: State, now: datetime) -> None:
        """Record what has become of these."""
        self._db.write(
            "UPDATE recall SET state = ?, acknowledged_at = ? WHERE id IN (SELECT value FROM json_each(?))",
            state,
            now.isoformat() if state is State.ACKNOWLEDGED else None,
            _ids(recalls),
        )

    async def nudged(self, batch: str) -> None:
        """Record that somebody was asked again, or that a lead of theirs was told."""
        self._db.write("UPDATE recall SET nudged = nudged + 1 WHERE batch = ?", batch)

    async def purge(self, before: datetime) -> int:
        """Delete what changed before *before*; return how much."""
        return await self._db.execute("DELETE FROM recall WHERE at < ?", before.isoformat())


def _ids(recalls: Iterable[Recall]) -> str:
    return json.dumps([one.id for one in recalls])


def _recall(row: Row) -> Recall:
    change = Changed(
        Reference(row["ref"]),
        row["record"],
        row["number"],
        About(row["about"]),
        datetime.fromisoformat(row["at"]),
        row["by"],
        row["agency"],
    )
    return Recall(
        row["id"],
        UserId(row["user_id"]),
        change,
        datetime.fromisoformat(row["received_at"]),
        State(row["state"]),
        row["batch"],
        _moment(row["told_at"]),
        _moment(row["acknowledged_at"]),
        row["nudged"],
        bool(row["withdrawn"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
