"""Work that is in order within a room and parallel across rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

log = structlog.get_logger(__name__)


AGAIN_SECONDS = 5.0
"""How long a lane waits before it tries again."""


class TryLater(Exception):
    """What is to be done cannot be done now, through no fault of its own: a full disk. Its lane tries again."""


class Lanes:
    """One worker a room, for as long as the room has something to do."""

    def __init__(self, name: str, work: Callable[[str], Awaitable[None]]) -> None:
        self._name = name
        self._work = work
        self._woken: dict[str, asyncio.Event] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._resting = asyncio.Event()
        self._resting.set()

    async def run(self, rooms: Iterable[str] = ()) -> None:
        """Work until cancelled, first on *rooms*. An error that *work* lets out ends everything, but for TryLater."""
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
            self._resting.clear()
            if self._tasks is not None:
                self._tasks.create_task(self._lane(room_id, woken), name=f"{self._name} {room_id}")
        woken.set()

    async def rest(self) -> None:
        """Return once no room has anything to do."""
        await self._resting.wait()

    async def _lane(self, room_id: str, woken: asyncio.Event) -> None:
        while woken.is_set():
            woken.clear()
            try:
                await self._work(room_id)
            except TryLater as error:
                log.error("lane.waits", lane=self._name, room=room_id, error=str(error))
                woken.set()
                await asyncio.sleep(AGAIN_SECONDS)
        # Anybody can invite the bot into as many rooms as they like: one with nothing to do must cost nothing.
        del self._woken[room_id]
        if not self._woken:
            self._resting.set()
