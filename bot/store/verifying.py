"""The verifications by emoji that run: kept only so that a restart can end them in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.person import UserId
from bot.model.verifying import Verifying
from bot.store.database import Database, Row


class VerifyingStore:
    """The verification table: a row for each person whose verification runs."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.on_judged: Callable[[Verifying, bool], None] = lambda verifying, matches: None
        """Told, once it is on the disk, what somebody has said of a verification's emoji: whether they match."""

    async def find(self, user_id: UserId) -> Verifying | None:
        """Return the verification of that person that runs, or None."""
        row = await self._db.row("SELECT * FROM verifying WHERE user_id = ?", user_id)
        return _verifying(row) if row else None

    async def find_all(self) -> list[Verifying]:
        """Return all that run."""
        return [_verifying(row) for row in await self._db.rows("SELECT * FROM verifying")]

    async def save(self, verifying: Verifying) -> None:
        """Record *verifying* as the only one of that person."""
        self._db.write(
            "INSERT OR REPLACE INTO verifying (user_id, id, device_id, room_id, begun_at, master_key, matched_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            verifying.user_id,
            verifying.id,
            verifying.device_id,
            verifying.room_id,
            verifying.begun_at.isoformat(),
            verifying.master_key,
            verifying.matched_by,
        )

    async def judge(self, verifying: Verifying, *, matches: bool) -> None:
        """Record what was said of the emoji of *verifying*, by its `matched_by` if they match."""
        await self.save(verifying)
        self._db.afterwards(lambda: self.on_judged(verifying, matches))

    async def remove(self, user_id: UserId) -> None:
        """Record that no verification of that person runs."""
        self._db.write("DELETE FROM verifying WHERE user_id = ?", user_id)


def _verifying(row: Row) -> Verifying:
    return Verifying(
        UserId(row["user_id"]),
        row["id"],
        row["device_id"],
        row["room_id"],
        datetime.fromisoformat(row["begun_at"]),
        row["master_key"],
        UserId(row["matched_by"]) if row["matched_by"] else None,
    )
