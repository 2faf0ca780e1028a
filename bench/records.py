"""What the bot has recorded, read beside it: how far it is, without asking it or the homeserver."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.demo.liaison import Liaison
from bot.store.opening import connect

_POLL = 0.02


class Records:
    """The bot's database, read only."""

    def __init__(self, liaison: Liaison) -> None:
        """Open it; the bot has been started at least once."""
        key = (liaison.folder / "secrets" / "storage-key").read_text("utf-8").strip()
        self._connection = connect(liaison.folder / "data" / "liaison.db", key, read_only=True)

    @classmethod
    @contextmanager
    def of(cls, liaison: Liaison) -> Iterator[Records]:
        """Give the records of *liaison* while the block runs."""
        records = cls(liaison)
        try:
            yield records
        finally:
            records._connection.close()

    def count(self, sql: str) -> int:
        """Return the number that *sql* selects."""
        return int(self._connection.execute(sql).fetchone()[0])

    async def reach(self, sql: str, number: int, seconds: float) -> float:
        """Return the moment (`perf_counter`) at which *sql* selects *number*; TimeoutError after *seconds*."""
        async with asyncio.timeout(seconds):
            while self.count(sql) < number:
                await asyncio.sleep(_POLL)
        return time.perf_counter()
