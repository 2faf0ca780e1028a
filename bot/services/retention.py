"""Keeping no longer than was promised."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import Config
from bot.store import Store


class RetentionService:
    """Deletes what is older than `privacy.retention_days`."""

    def __init__(self, config: Config, store: Store) -> None:
        self._days = config.privacy.retention_days
        self._store = store

    async def purge(self, now: datetime) -> int:
        """Delete what is too old at *now*, in the open transaction; return the number of rows."""
        before = now - timedelta(days=self._days)
        return (
            await self._store.translation.purge(before)
            + await self._store.outbox.purge(before)
            + await self._store.inbox.purge(before)
        )
