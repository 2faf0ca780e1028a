"""Time: whatever is due is done once, in a transaction of its own.

What was missed while the bot was away, or while its clock was wrong, is done once at the next look, the earliest first,
and its handler is told that it is late. What is later than its kind allows goes to the kind's `missed` instead. What
fails is tried again at the next looks, MOST_TRIES times at most, and keeps nothing else from being done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.lanes import TryLater
from bot.model.due import Due, Woken
from bot.store import Store

log = structlog.get_logger(__name__)

MOST_TRIES = 10
Act = Callable[[Woken], Awaitable[None]]
"""Does what is due, in the open transaction; it may plan the same again."""


Prepare = Callable[[Woken], Awaitable[Any]]
"""Returns what the act needs and is slow to make, outside any transaction."""


async def _nothing(woken: Woken) -> None:
    """Do nothing: it is too late for it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is done at the moment, how late it may be done, and what is done if it is later than that."""

    act: Act
    within: timedelta
    missed: Act = _nothing
    prepare: Prepare | None = None


class DueService:
    """Wakes what is due, by its kind."""

    def __init__(self, store: Store, kinds: Mapping[str, Kind]) -> None:
        self._store = store
        self._kinds = kinds

    async def wake(self, now: datetime) -> datetime | None:
        """Do all that is due at *now*; return the earliest moment that something waits for then, or None.

        What says that it was `planned` later than *now* was planned by a clock that was ahead: it is looked at anew.
        """
        if await self._store.due.ahead(now):
            async with self._store.transaction():
                await self._store.due.turn_back(now)
        for due in await self._store.due.list_until(now):
            await self._attempt(Woken(due, now))
        return await self._store.due.next()

    async def _attempt(self, woken: Woken) -> None:
        due, kind = woken.due, self._kinds.get(woken.due.kind)
        try:
            if kind and kind.prepare and woken.delay <= kind.within:
                woken = replace(woken, prepared=await kind.prepare(woken))
            async with self._store.transaction():
                await self._once(woken)
        except TryLater:
            log.warning("due.later", kind=due.kind)
        # The edge of one handler: the others' moments have come as well.
        except Exception:
            log.exception("due.failed", kind=due.kind, tries=due.tries + 1)
            await self._failed(due)

    async def _once(self, woken: Woken) -> None:
        due = woken.due
        kind = self._kinds.get(due.kind)
        missed = kind is None or woken.delay > kind.within
        # Ended before it is done, in the same transaction: what it plans anew stands, and a crash undoes both.
        if not await self._store.due.end(due, "missed" if missed else "done"):
            return
        if missed:
            log.warning("due.missed", kind=due.kind, seconds=woken.delay.total_seconds())
        if kind:
            await (kind.missed if missed else kind.act)(woken)

    async def _failed(self, due: Due) -> None:
        async with self._store.transaction():
            await self._store.due.failed(due)
            if due.tries + 1 >= MOST_TRIES:
                log.error("due.given_up", kind=due.kind, tries=MOST_TRIES)
                await self._store.due.end(due, "failed")
