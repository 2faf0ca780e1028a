"""A roster: what its rotations, overrides and absences come to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model.person import UserId
from bot.model.shift.change import Absence, Override
from bot.model.shift.post import PostName
from bot.model.shift.rotation import Rotation, Span

FAR = timedelta(days=400)
"""How far ahead the next shift is looked for."""
_STEP = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Shift:
    """That `person` is to be at a post in `span`; `absent` is who would be, but cannot: then nobody is."""

    post: PostName
    span: Span
    person: UserId | None
    absent: UserId | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is to be where. `overrides` are in the order in which they were entered."""

    rotations: Sequence[Rotation] = ()
    overrides: Sequence[Override] = ()
    absences: Sequence[Absence] = ()

    def shifts(self, since: datetime, until: datetime, post: PostName | None = None) -> list[Shift]:
        """Return the shifts that have a moment in [*since*, *until*) (UTC), whole, by post and time."""
        names = {one.post for one in self.rotations} | {one.post for one in self.overrides}
        if post is not None:
            names = {post}
        return [shift for name in sorted(names) for shift in self._of(name, since, until)]

    def at(self, post: PostName, moment: datetime) -> Shift | None:
        """Return the shift at *post* that *moment* is in, or None."""
        found = self._of(post, moment, moment + timedelta(microseconds=1))
        return found[0] if found else None

    def after(self, post: PostName, moment: datetime) -> Shift | None:
        """Return the first shift at *post* that begins at *moment* or later, within `FAR`; None if there is none."""
        since = moment
        while since < moment + FAR:
            for shift in self._of(post, since, since + _STEP):
                if shift.span.since >= moment:
                    return shift
            since += _STEP
        return None

    def of(self, person: UserId, since: datetime, until: datetime) -> list[Shift]:
        """Return the shifts of *person* in [*since*, *until*), the earliest first."""
        found = [shift for shift in self.shifts(since, until) if shift.person == person]
        return sorted(found, key=lambda shift: shift.span.since)

    def posts_of(self, people: Iterable[UserId | None]) -> set[PostName]:
        """Return the posts at which any of *people* may be."""
        meant = {one for one in people if one}
        found = {one.post for one in self.rotations if not meant.isdisjoint(one.people)}
        return found | {one.post for one in self.overrides if one.person in meant}

    # As it would be

    def turned(self, rotation: Rotation) -> Roster:
        """Return it with *rotation*, in place of the one of the same id."""
        others = [one for one in self.rotations if one.id != rotation.id]
        return replace(self, rotations=(*others, rotation))

    def overridden(self, *overrides: Override) -> Roster:
        """Return it with *overrides* as the last."""
        return replace(self, overrides=(*self.overrides, *overrides))

    def without(self, id: str) -> Roster:
        """Return it without the override *id*."""
        return replace(self, overrides=tuple(one for one in self.overrides if one.id != id))

    def missing(self, absence: Absence) -> Roster:
        """Return it with *absence*."""
        return replace(self, absences=(*self.absences, absence))

    def present(self, id: str) -> Roster:
        """Return it without the absence *id*."""
        return replace(self, absences=tuple(one for one in self.absences if one.id != id))

    def _of(self, post: PostName, since: datetime, until: datetime) -> list[Shift]:
        # What begins before, or ends after, is cut by overrides there: all that meets the stretch counts.
        found = [
            Shift(post, span, person)
            for rotation in self.rotations
            if rotation.post == post
            for span, person in rotation.occurrences(since, until)
        ]
        found.sort(key=_begins)
        longest = max((shift.span.length for shift in found), default=timedelta())
        for override in self.overrides:
            if override.post == post:
                _put(found, Shift(post, override.span, override.person), Span(since, until), longest)
                longest = max(longest, override.span.length)
        absences: dict[UserId, list[Absence]] = {}
        for absence in self.absences:
            absences.setdefault(absence.person, []).append(absence)
        absent = [_without(one, absences.get(one.person, ())) if one.person else [one] for one in found]
        meets = Span(since, until)
        return sorted(
            (part for parts in absent for part in parts if part.span.meets(meets)), key=lambda one: one.span.since
        )


def _begins(shift: Shift) -> datetime:
    return shift.span.since


def _put(shifts: list[Shift], new: Shift, stretch: Span, longest: timedelta) -> None:
    """Put *new* into *shifts*, in their order, in place of what it covers; none of them is longer than *longest*.

    One outside of *stretch* counts only if it cuts one of them.
    """
    low = bisect_left(shifts, new.span.since - longest, key=_begins)
    high = bisect_left(shifts, new.span.until, key=_begins)
    near = shifts[low:high]
    if new.span.meets(stretch) or any(new.span.meets(shift.span) for shift in near):
        kept = [part for shift in near for part in _outside(shift, new.span)]
        shifts[low:high] = sorted([*kept, new], key=_begins)


def _outside(shift: Shift, span: Span) -> list[Shift]:
    """Return what is left of *shift* outside *span*."""
    if not shift.span.meets(span):
        return [shift]
    before = Span(shift.span.since, span.since)
    after = Span(span.until, shift.span.until)
    return [replace(shift, span=part) for part in (before, after) if part.since < part.until]


def _without(shift: Shift, absences: Iterable[Absence]) -> list[Shift]:
    """Return *shift* in parts: during *absences*, which are of its person, nobody is there."""
    parts = [shift]
    for absence in absences:
        cut: list[Shift] = []
        for part in parts:
            if part.person is None or not part.span.meets(absence.span):
                cut.append(part)
                continue
            inside = Span(max(part.span.since, absence.span.since), min(part.span.until, absence.span.until))
            cut.extend(_outside(part, inside))
            cut.append(Shift(part.post, inside, None, part.person))
        parts = cut
    return [part for part in parts if part.person or part.absent or shift.person is None]
