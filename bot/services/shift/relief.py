"""When somebody else should have taken a post over: the clock is set for that, whatever changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.model.ladder import Climb
from bot.model.shift import PostName, Shift, Watch
from bot.model.shift.roster import FAR
from bot.store import Store

DUE = "handover"
SUBJECT = "handover start"
"""The command whose questions are asked when a handover is late."""
GRACE = timedelta(minutes=15)
"""How long after the beginning of a shift a handover may be accepted before somebody is asked."""
INCOMING = "incoming"
"""Under which key a due row says who is to take over."""
EARLIER = timedelta(days=3)
AHEAD = (timedelta(days=2), timedelta(days=30), FAR)
"""How far ahead it is looked, step by step: what is near is found soon."""


class Relief:
    """Plans, in the open transaction, when a handover is late."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def plan(self, post: PostName, now: datetime) -> None:
        """Set the clock by the roster as it is now; what was asked meanwhile is settled.

        To be called whenever a watch begins.
        """
        await self._store.question.settle(SUBJECT, {"post": post})
        found = await self.expected(post, now)
        if found is None:
            return await self._store.due.drop(DUE, post)
        at = max(found.span.since + GRACE, now)
        await self._store.due.plan(DUE, post, at, {**Climb(since=found.span.since).payload, INCOMING: found.person})

    async def follow(self, post: PostName, now: datetime) -> None:
        """Set the clock anew if another shift, or person, is to relieve who answers for the post; else it goes on.

        To be called whenever shifts of the post change: who is asked about a late handover is not asked again because
        of what changes in a month.
        """
        found, waiting = await self.expected(post, now), await self._store.due.find(DUE, post)
        if found and waiting and _about(waiting.payload) == (found.span.since, found.person):
            return
        await self.plan(post, now)

    async def expected(self, post: PostName, now: datetime) -> Shift | None:
        """Return the shift with which somebody else has to take over: the present one, or the next; None: none."""
        watch = await self._store.shift.watch(post)
        if watch is None:
            return None
        roster = await self._store.shift.roster(now - EARLIER, now + FAR, [post])
        for ahead in AHEAD:
            shifts = roster.shifts(now, now + ahead, post)
            if found := next((one for one in shifts if relieves(one, watch, now)), None):
                return found
        return None


def _about(payload: Mapping[str, Any]) -> tuple[datetime | None, str | None]:
    """Return the beginning of the shift that a due row is about, and who is to take over."""
    return Climb.of(payload).since, payload.get(INCOMING)


def relieves(shift: Shift, watch: Watch, now: datetime) -> bool:
    """Return whether somebody else has to take over with *shift*, or should have, if it is the present one.

    Who takes over in the midst of a shift, early or for another, does so because somebody wanted it so.
    """
    if shift.person in (None, watch.person):
        return False
    return shift.span.since > now or watch.since < shift.span.since
