"""Small tables that every message asks for, kept in memory as they are on the disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from bot.store.database import Database

K = TypeVar("K")
V = TypeVar("V")
MOST_KEPT = 10_000


class Kept(Generic[K, V]):
    """Values by key. What an open transaction has changed counts from the next commit on."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: dict[K, V] = {}
        self._changed_at = -1
        """After how many commits something was changed last."""

    async def of(self, key: K, read: Callable[[], Awaitable[V]]) -> V:
        """Return the value of *key*, by *read* where it is not known."""

        async def read_one(_keys: Sequence[K]) -> Mapping[K, V]:
            return {key: await read()}

        return (await self.of_all([key], read_one))[key]

    async def of_all(self, keys: Iterable[K], read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> dict[K, V]:
        """Return the values of *keys*; where not all are known, *read* returns them."""
        wanted = tuple(dict.fromkeys(keys))
        settled, changed_at = self._db.commits > self._changed_at, self._changed_at
        if settled and self._known.keys() >= set(wanted):
            return {key: self._known[key] for key in wanted}
        found = await read(wanted)
        if settled and changed_at == self._changed_at:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known.update(found)
        return dict(found)

    def change(self) -> None:
        """Forget what is known: the open transaction changes some of it."""
        self._known.clear()
        self._changed_at = self._db.commits
