"""Keeping no longer than was promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.config import Current
from bot.store import Store


class RoomKeys(Protocol):
    """The keys that messages of rooms were read with."""

    def forget(self, session_ids: Sequence[str]) -> None:
        """Delete these room keys for good: what they opened can never be read, nor replayed, again."""
        ...


class RetentionService:
    """Deletes what is older than `privacy.retention_days`."""

    def __init__(self, config: Current, store: Store, keys: RoomKeys) -> None:
        self._config = config
        self._store = store
        self._keys = keys

    async def purge(self, now: datetime) -> int:
        """Delete what is too old at *now*, in a transaction of its own; return the number of rows."""
        before = now - timedelta(days=self._config.now.privacy.retention_days)
        old = await self._store.inbox.list_old_sessions(before)
        # The keys first: without their event ids, messages that can still be read could be replayed.
        self._keys.forget(old)
        async with self._store.transaction():
            return (
                await self._store.translation.purge(before)
                + await self._store.outbox.purge(before)
                + await self._store.inbox.purge(before, old)
                + await self._store.question.purge(before)
                + await self._store.notice.forget_remarks(now - timedelta(days=1))
            )
