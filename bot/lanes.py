"""Work that is in order within a room and parallel across rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable


class Lanes:
    """One worker a room, started when the room first has something to do."""

    def __init__(self, name: str, work: Callable[[str], Awaitable[None]]) -> None:
        self._name = name
        self._work = work
        self._woken: dict[str, asyncio.Event] = {}
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self, rooms: Iterable[str] = ()) -> None:
        """Work until cancelled, first on *rooms*. An error that *work* lets out ends everything."""
        async with asyncio.TaskGroup() as self._tasks:
            early, self._woken = self._woken, {}
            for room_id in [*rooms, *early]:
                self.wake(room_id)
            await asyncio.Event().wait()

    def wake(self, room_id: str) -> None:
        """Say that *room_id* has something to do; *work* runs at least once after this."""
        woken = self._woken.get(room_id)
        if woken is None:
            woken = self._woken[room_id] = asyncio.Event()
            if self._tasks is not None:
                self._tasks.create_task(self._lane(room_id, woken), name=f"{self._name} {room_id}")
        woken.set()

    async def _lane(self, room_id: str, woken: asyncio.Event) -> None:
        while True:
            await woken.wait()
            woken.clear()
            await self._work(room_id)
