"""What a room may read of a while: gathered at the moment at which it is said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config import Current
from bot.model.digest import (
    Digest,
    Duties,
    Life,
    Lists,
    Period,
    a_week_before,
    counted,
    facts,
    hours,
    listed,
    parted,
    standing,
)
from bot.model.handling import Audience, Cleared, Purpose
from bot.model.incident import Incident
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift import PostName
from bot.services.duty import DutyService
from bot.services.incident import IncidentService
from bot.services.place import PlaceService
from bot.services.shift.relief import GRACE, relieves
from bot.services.shift.turns import ShiftTurns
from bot.store import Store

TICK = timedelta(microseconds=1)


LASTS = 30.0
"""Seconds for which what was gathered serves again at the most: releases end by themselves."""
MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What is another as soon as a room may read something else: who is there, how long the log is, the configuration.

    All that changes incidents, marks, releases and links is entered into the log.
    """

    audience: Audience
    size: int
    config: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """A digest as it was gathered, at a moment of the loop's clock."""

    digest: Digest
    stamp: _Stamp
    at: float


class Gathering:
    """Reads what a digest is made of; writes nothing. What it read last is kept until it is said."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, duty: DutyService, turns: ShiftTurns,
        place: PlaceService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._incident = incident
        self._duty = duty
        self._turns = turns
        self._place = place
        self._kept: dict[tuple[str, Period, datetime], _Kept] = {}

    async def of(self, room_id: str, period: Period, now: datetime) -> Digest:
        """Return what the room may read of *period*, as far as that has come by *now*.

        What was gathered for the same is returned again as long as nothing could have changed who may read what.
        """
        key, at = (room_id, period, now), asyncio.get_running_loop().time()
        stamp, kept = await self._stamp(room_id), self._kept.get(key)
        if kept and kept.stamp == stamp and at - kept.at <= LASTS:
            return kept.digest
        digest = await self._gather(room_id, period, now)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        # The stamp is from before: what was entered meanwhile has it gathered anew.
        self._kept[key] = _Kept(digest, stamp, at)
        return digest

    async def entered(self, room_id: str, period: Period, now: datetime) -> None:
        """Let what was gathered in the open transaction serve on, although the log has grown by what it enters."""
        if kept := self._kept.get((room_id, period, now)):
            stamp = replace(kept.stamp, size=await self._store.audit.size())
            self._kept[room_id, period, now] = replace(kept, stamp=stamp)

    def said(self, room_id: str, period: Period, now: datetime) -> None:
        """Keep what was gathered no longer: all of it is said."""
        self._kept.pop((room_id, period, now), None)

    async def _stamp(self, room_id: str) -> _Stamp:
        return _Stamp(self._incident.audience(room_id), await self._store.audit.size(), id(self._config.now))

    async def _gather(self, room_id: str, period: Period, now: datetime) -> Digest:
        period, over = _until(period, now), period.until <= now
        zone, bot = self._config.now.taskforce.timezone, UserId(self._config.now.matrix.user_id)
        before = a_week_before(period, zone)
        cleared = await self._incident.lively(room_id, min(before.since, period.since))
        real = [one for one in cleared if not one.content.exercise]
        lives = await self._lives(room_id, real)
        stands, duplicates = parted(standing(lives, period))
        found = facts(stands, period, self._duty.cadence, bot)
        then = facts(parted(standing(lives, before))[0], before, self._duty.cadence, bot)
        lists = listed([*zip(stands, found, strict=True)])
        named, stood = _named(lists), {one.life.now.ref: one.then for one in stands}
        return Digest(
            period,
            counted(found),
            counted(then),
            lists,
            await self._duties(room_id, lives, period),
            await self._duties(room_id, lives, before),
            sum(one.content.exercise and period.holds(one.content.declared_at) for one in cleared),
            {ref: replace(one, content=stood[ref]) for one in real if (ref := one.content.ref) in named},
            over,
            duplicates,
            hours(stands, period, bot),
            tuple(found),
            tuple(then),
            self._place.squares,
        )

    async def _lives(self, room_id: str, cleared: Sequence[Cleared[Incident]]) -> list[Life]:
        """Return what became of each; entries that the room may not read change nothing that is counted."""
        incidents = [one.content for one in cleared]
        steps = await self._store.digest.steps(one.ref for one in incidents)
        hidden = await self._incident.withheld(room_id, incidents, Purpose.SEARCH)
        return [
            Life(
                one.content,
                tuple(steps.get(one.content.ref, ())),
                one.full,
                frozenset(hidden.get(one.content.ref, ())),
            )
            for one in cleared
        ]

    async def _duties(self, room_id: str, lives: Sequence[Life], period: Period) -> Duties:
        known = {one.now.ref: one.hidden for one in lives if one.full}
        found = await self._store.task.list_standing(known, period.until)
        tasks = [one for one in found if one.number not in known[one.incident]]
        overdue = sum(one.due is not None and one.due <= period.until for one in tasks)
        posts, rooms = [one.name for one in await self._turns.posts(room_id)], self._turns.rooms(room_id)
        return Duties(
            len(tasks),
            overdue,
            await self._missed(posts, period),
            await self._store.handover.count_accepted(posts, period.since, period.until),
            await self._store.attendance.count_held(rooms, period.since, period.until),
        )

    async def _missed(self, posts: Sequence[PostName], period: Period) -> int:
        """Return how many shifts at *posts* began in the while whose person did not answer for the post in time."""
        if not posts:
            return 0
        roster = await self._store.shift.roster(period.since, period.until, posts)
        missed = 0
        for shift in roster.shifts(period.since, period.until):
            late = shift.span.since + GRACE
            if shift.person is None or not period.holds(shift.span.since) or late > period.until:
                continue
            watch = await self._store.shift.watch(shift.post, late)
            missed += watch is not None and relieves(shift, watch, late)
        return missed


def _until(period: Period, now: datetime) -> Period:
    """Return the *period* as far as it has come: what came at this very moment counts, the end is not in it."""
    return Period(period.since, min(period.until, now + TICK))


def _named(lists: Lists) -> set[Reference]:
    return {
        one.now.ref
        for part in (lists.opened, lists.overdue, lists.closed, lists.cancelled, lists.reopened, lists.carried)
        for one in part
    }
