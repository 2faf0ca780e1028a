"""The identities that people had when we first saw them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.model.identity import PinnedIdentity
from bot.model.person import UserId
from bot.store.database import Database, Row


class IdentityStore:
    """The identity table: a row for each person whose master key was ever seen."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def find(self, user_id: UserId) -> PinnedIdentity | None:
        """Return what is known of a person's identity, or None."""
        row = await self._db.row("SELECT * FROM identity WHERE user_id = ?", user_id)
        return _identity(row) if row else None

    async def find_all(self) -> Mapping[UserId, PinnedIdentity]:
        """Return every identity that was ever seen, by user id."""
        rows = await self._db.rows("SELECT * FROM identity")
        return {identity.user_id: identity for identity in map(_identity, rows)}

    async def save(self, identity: PinnedIdentity) -> None:
        """Record *identity* as it is."""
        self._db.write(
            "INSERT OR REPLACE INTO identity (user_id, master_key, pinned_at, changed_to, changed_at, confirmed_by)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            identity.user_id,
            identity.master_key,
            identity.pinned_at.isoformat(),
            identity.changed_to,
            identity.changed_at.isoformat() if identity.changed_at else None,
            identity.confirmed_by,
        )


def _identity(row: Row) -> PinnedIdentity:
    return PinnedIdentity(
        UserId(row["user_id"]),
        row["master_key"],
        datetime.fromisoformat(row["pinned_at"]),
        row["changed_to"],
        datetime.fromisoformat(row["changed_at"]) if row["changed_at"] else None,
        UserId(row["confirmed_by"]) if row["confirmed_by"] else None,
    )
