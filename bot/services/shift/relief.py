"""When somebody else should have taken a post over: the clock is set for that, whatever changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.ladder import Climb
from bot.model.shift import PostName, Roster, Shift, Watch
from bot.model.shift.roster import FAR
from bot.store import Store

DUE = "handover"
SUBJECT = "handover start"
"""The command whose questions are asked when a handover is late."""
GRACE = timedelta(minutes=15)
"""How long after the beginning of a shift a handover may be accepted before somebody is asked."""
EARLIER = timedelta(days=3)
MOST_SHIFTS = 100
"""Shifts of one person in a row that are looked through."""


class Relief:
    """Plans, in the open transaction, when a handover is late."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def plan(self, post: PostName, now: datetime) -> None:
        """Set the clock by the roster as it is now; what was asked meanwhile is settled.

        To be called whenever a watch begins, or shifts of the post change.
        """
        await self._store.question.settle(SUBJECT, {"post": post})
        found = await self.expected(post, now)
        if found is None:
            return await self._store.due.drop(DUE, post)
        at = max(found.span.since + GRACE, now)
        await self._store.due.plan(DUE, post, at, Climb(since=found.span.since).payload)

    async def expected(self, post: PostName, now: datetime) -> Shift | None:
        """Return the shift with which somebody else has to take over: the present one, or the next; None: none."""
        watch = await self._store.shift.watch(post)
        if watch is None:
            return None
        roster = await self._store.shift.roster(now - EARLIER, now + FAR, [post])
        return _missed(roster, watch, now) or _coming(roster, watch, now)


def _missed(roster: Roster, watch: Watch, now: datetime) -> Shift | None:
    """Return the present shift if its person should have taken over with its beginning.

    Who takes over in the midst of a shift, early or for another, does so because somebody wanted it so.
    """
    shift = roster.at(watch.post, now)
    due = shift is not None and shift.person not in (None, watch.person) and watch.since < shift.span.since
    return shift if due else None


def _coming(roster: Roster, watch: Watch, now: datetime) -> Shift | None:
    since = now
    for _shift in range(MOST_SHIFTS):
        shift = roster.after(watch.post, since)
        if shift is None or shift.person not in (None, watch.person):
            return shift
        since = shift.span.until
    return None
