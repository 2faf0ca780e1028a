"""What the bot is on the homeserver."""

from __future__ import annotations

from bot.store.database import Database


class AccountStore:
    """Single values by name: `sync_token`, `device_id`, `access_token`, the cross-signing seeds."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def find(self, key: str) -> str | None:
        """Return the value *key*, or None."""
        row = await self._db.row("SELECT value FROM account WHERE key = ?", key)
        return row["value"] if row else None

    async def save(self, **values: str) -> None:
        """Set *values*."""
        for key, value in values.items():
            self._db.write("INSERT OR REPLACE INTO account (key, value) VALUES (?, ?)", key, value)
