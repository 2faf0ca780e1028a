"""Who is to be where, minute by minute, worked out another way than Liaison does: what it says is held against this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

MINUTE = timedelta(minutes=1)
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Run:
    """That one person, or nobody, is to be at a post from one minute until another."""

    since: int
    until: int
    person: int


@dataclass(frozen=True, slots=True)
class _Put:
    id: int
    since: int
    until: int
    person: int


@dataclass
class Reference:
    """The rosters of posts in the minutes since `zero`, people by number."""

    zero: datetime
    minutes: int
    base: dict[str, list[_Put]] = field(default_factory=dict)
    overrides: dict[str, dict[int, _Put]] = field(default_factory=dict)
    absences: dict[int, _Put] = field(default_factory=dict)
    _known: dict[str, list[Run]] = field(default_factory=dict)
    _there: dict[str, set[int]] = field(default_factory=dict)
    """Who has ever been put at a post: nobody else's absence changes who is there."""
    _begins: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    _count: int = 0

    def rotates(self, post: str, zone: str, first: datetime, turns: list[int]) -> None:
        """Let *turns* follow each other at *post*, eight hours each by the clock of *zone*, from *first* on."""
        clock, wall, puts = ZoneInfo(zone), first, self.base.setdefault(post, [])
        since = self._at(wall, clock)
        while since < self.minutes:
            person = turns[len(puts) % len(turns)]
            wall += timedelta(hours=8)
            until = self._at(wall, clock)
            puts.append(_Put(self._new(), max(since, 0), until, person))
            since = until
        self._there.setdefault(post, set()).update(turns)
        self._known.pop(post, None)

    def puts(self, post: str, since: int, until: int, person: int) -> int:
        """Let *person* be at *post* whatever its rotation says; return a number for it."""
        id = self._new()
        self.overrides.setdefault(post, {})[id] = _Put(id, since, until, person)
        self._there.setdefault(post, set()).add(person)
        self._known.pop(post, None)
        return id

    def puts_back(self, post: str, id: int) -> None:
        """Take that back."""
        del self.overrides[post][id]
        self._known.pop(post, None)

    def misses(self, person: int, since: int, until: int) -> int:
        """Let *person* be nowhere; return a number for it."""
        id = self._new()
        self.absences[id] = _Put(id, since, until, person)
        self._forget(person)
        return id

    def is_back(self, id: int) -> None:
        """Take that back."""
        self._forget(self.absences.pop(id).person)

    def _forget(self, person: int) -> None:
        for post in [post for post in self._known if person in self._there.get(post, ())]:
            del self._known[post]

    def runs(self, post: str) -> list[Run]:
        """Return who is to be at *post*, the earliest first."""
        if post not in self._known:
            self._known[post] = list(self._worked_out(post))
            self._begins[post] = np.array([one.since for one in self._known[post]])
        return self._known[post]

    def following(self, post: str, minute: float) -> Iterator[Run]:
        """Return those of *post* that last at that minute, or begin later."""
        runs = self.runs(post)
        for number in range(max(int(np.searchsorted(self._begins[post], minute, "right")) - 1, 0), len(runs)):
            if runs[number].until > minute:
                yield runs[number]

    def begin(self, post: str, after: float, until: float) -> Iterator[Run]:
        """Return those of *post* that begin in (*after*, *until*]."""
        runs = self.runs(post)
        low, high = (int(np.searchsorted(self._begins[post], one, "right")) for one in (after, until))
        return iter(runs[low:high])

    def _worked_out(self, post: str) -> Iterator[Run]:
        who = np.zeros(self.minutes, np.int16)
        why = np.zeros(self.minutes, np.int32)
        for put in (*self.base.get(post, ()), *self.overrides.get(post, {}).values()):
            who[put.since : put.until], why[put.since : put.until] = put.person, put.id
        planned = who.copy()
        for put in self.absences.values():
            part = slice(put.since, put.until)
            who[part][planned[part] == put.person] = NOBODY
        edges = np.flatnonzero((who[1:] != who[:-1]) | (why[1:] != why[:-1])) + 1
        bounds = [0, *edges.tolist(), self.minutes]
        for since, until in pairwise(bounds):
            yield Run(since, until, int(who[since]))

    def _new(self) -> int:
        self._count += 1
        return self._count

    def _at(self, wall: datetime, clock: ZoneInfo) -> int:
        """Return the first minute at which the clock shows *wall*; by the offset before, if it never does."""
        guess = int((wall.replace(tzinfo=self.zero.tzinfo) - self.zero) / MINUTE)
        offsets = []
        for day in (-1440, 1440):
            moment = self.zero + (guess + day) * MINUTE
            offsets.append(int((moment.astimezone(clock).utcoffset() or timedelta()) / MINUTE))
        shown = [
            minute
            for minute in sorted(guess - offset for offset in offsets)
            if (self.zero + minute * MINUTE).astimezone(clock).replace(tzinfo=None) == wall
        ]
        return shown[0] if shown else guess - offsets[0]
