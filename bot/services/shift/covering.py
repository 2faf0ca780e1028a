"""Whether rosters are sound: gaps, rest, hours and nights, for whoever has to answer for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model.shift import Coverage, DutyPost, Roster, Span, gaps, loads, shorts
from bot.model.shift.strain import NEAR, Limits, nights, over
from bot.services.shift.ruling import RosterRules
from bot.services.shift.service import ShiftService


class CoverageService:
    """Looks rosters over."""

    def __init__(self, shift: ShiftService, rules: RosterRules) -> None:
        self._shift = shift
        self._rules = rules

    async def look(self, posts: Sequence[DutyPost], now: datetime, length: timedelta) -> Coverage:
        """Return how sound the rosters of *posts* are from *now* on (slow, outside any transaction).

        The rest and the hours of whoever is on them are counted at all posts.
        """
        span = Span(now, now + length)
        roster = await self._shift.roster(None, now - NEAR, span.until + NEAR)
        return await asyncio.to_thread(_look, roster, posts, span, self._rules.limits)


def _look(roster: Roster, posts: Sequence[DutyPost], span: Span, limits: Limits) -> Coverage:
    every = roster.shifts(span.since - NEAR, span.until + NEAR)
    here = [one for one in every if any(post.name == one.post for post in posts)]
    zone = posts[0].zone
    inside = [one for one in here if one.span.meets(span)]
    people = {one.person for one in inside}
    theirs = [one for one in every if one.person in people]
    found = [gap for post in posts for gap in gaps([one for one in inside if one.post == post.name], span, post.name)]
    return Coverage(
        span,
        tuple(found),
        tuple(one for one in shorts(theirs, limits.rest) if one.after.span.meets(span)),
        tuple(over(theirs, span, zone, limits.week)),
        tuple(loads(inside, span, nights(span, zone))),
    )
