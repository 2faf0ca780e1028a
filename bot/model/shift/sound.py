"""Whether a roster is sound: nobody at a post, too little rest, too many hours, two shifts at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.person import UserId
from bot.model.shift.post import PostName
from bot.model.shift.roster import Shift
from bot.model.shift.rotation import Span

REST = timedelta(hours=11)
"""The daily rest of Directive 2003/88/EC, article 3."""


@dataclass(frozen=True, slots=True)
class Gap:
    """That nobody is to be at a post in `span`; `absent` are those who would be."""

    post: PostName
    span: Span
    absent: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True)
class Short:
    """That a person has less rest than there has to be between two shifts; less than nothing where they overlap."""

    person: UserId
    before: Shift
    after: Shift

    @property
    def rest(self) -> timedelta:
        """How long the rest is."""
        return self.after.span.since - self.before.span.until


@dataclass(frozen=True, slots=True)
class Load:
    """How long a person is on duty in a stretch of time, and how much of it by night."""

    person: UserId
    hours: timedelta
    shifts: int
    nights: int


def gaps(shifts: Iterable[Shift], span: Span, post: PostName) -> list[Gap]:
    """Return where nobody is at *post* in *span*; *shifts* are the post's there, the earliest first."""
    found: list[Gap] = []
    reached = span.since
    for shift in (*shifts, Shift(post, Span(span.until, span.until), None)):
        if shift.span.since > reached:
            found.append(Gap(post, Span(reached, min(shift.span.since, span.until))))
        if shift.person is None and shift.span.since < shift.span.until:
            inside = Span(max(reached, shift.span.since), min(shift.span.until, span.until))
            if inside.since < inside.until and shift.absent:
                found.append(Gap(post, inside, (shift.absent,)))
        reached = max(reached, shift.span.until)
        if reached >= span.until:
            break
    return found


def shorts(shifts: Iterable[Shift], rest: timedelta = REST) -> list[Short]:
    """Return where somebody has less *rest* between two shifts than there has to be, wherever these are."""
    return [
        Short(person, before, after)
        for person, own in _by_person(shifts).items()
        for before, after in itertools.pairwise(own)
        if timedelta() != after.span.since - before.span.until < rest or before.span.meets(after.span)
    ]


def loads(shifts: Iterable[Shift], span: Span, night: Sequence[Span] = ()) -> list[Load]:
    """Return how long each is on duty within *span*, the longest first; a shift that meets one of *night* is one."""
    found = []
    for person, own in _by_person(shifts).items():
        inside = [Span(max(one.span.since, span.since), min(one.span.until, span.until)) for one in own]
        inside = [one for one in inside if one.since < one.until]
        hours = sum((one.length for one in inside), timedelta())
        found.append(Load(person, hours, len(inside), sum(any(one.meets(dark) for dark in night) for one in inside)))
    return sorted(found, key=lambda load: (-load.hours, load.person))


def overlap(shifts: Sequence[Shift]) -> tuple[Shift, Shift] | None:
    """Return the first two of one post's *shifts* that overlap, or None."""
    ordered = sorted(shifts, key=lambda one: one.span.since)
    return next(((one, two) for one, two in itertools.pairwise(ordered) if one.span.meets(two.span)), None)


def _by_person(shifts: Iterable[Shift]) -> dict[UserId, list[Shift]]:
    found: dict[UserId, list[Shift]] = {}
    for shift in sorted(shifts, key=lambda one: one.span.since):
        if shift.person:
            found.setdefault(shift.person, []).append(shift)
    return found


def within(moment: datetime, spans: Iterable[Span]) -> bool:
    """Return whether *moment* is in one of *spans*."""
    return any(moment in span for span in spans)
