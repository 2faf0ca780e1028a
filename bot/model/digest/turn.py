"""The shifts of posts, each as long as somebody is there without a break, and for which rooms a digest follows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.digest.period import Period
from bot.model.person import UserId
from bot.model.shift import Override, PostName, Reason, Roster, Shift, Span


@dataclass(frozen=True, slots=True)
class EachShift:
    """That the digest of each shift comes to a room at its end: of one post, or of all that the room hears of.

    `since` (UTC) is when somebody set that: of what ended before, none comes.
    """

    room_id: str
    by: UserId
    post: PostName | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift as a digest is about it: the posts, by name, that have a shift from `since` to `until` (UTC)."""

    posts: tuple[PostName, ...]
    since: datetime
    until: datetime

    @property
    def period(self) -> Period:
        """The while that it is."""
        return Period(self.since, self.until)


def turns(roster: Roster, posts: Collection[PostName], since: datetime, until: datetime) -> list[Turn]:
    """Return the shifts of *posts* that have a moment in [*since*, *until*) (UTC), the first to end first.

    What is longer by an override is one shift; those of several posts that begin and end together are one as well. A
    post that is shut has none; where somebody is absent and nobody stands in, there is one all the same.
    """
    found: dict[Span, list[PostName]] = {}
    for post in sorted(set(posts)):
        for span in _whole(roster, post, since, until):
            found.setdefault(span, []).append(post)
    made = (Turn(tuple(names), span.since, span.until) for span, names in found.items())
    return sorted(made, key=lambda one: (one.until, one.since, one.posts))


def _whole(roster: Roster, post: PostName, since: datetime, until: datetime) -> list[Span]:
    """Return when somebody is, or should be, at *post*: nothing ends where the same person stays longer or comes early.

    What is only overrides, without a planned shift beside them, is a shift for each.
    """
    longer = _longer(roster, post, since, until)
    groups: list[list[Shift]] = []
    for shift in roster.shifts(since, until, post):
        if shift.person is None and shift.absent is None:
            continue
        last = groups[-1][-1] if groups else None
        if last and _goes_on(last, shift) and (_within(last, longer) or _within(shift, longer)):
            groups[-1].append(shift)
        else:
            groups.append([shift])
    return [span for group in groups for span in _spans(group, longer)]


def _longer(roster: Roster, post: PostName, since: datetime, until: datetime) -> list[Override]:
    """Return the overrides that make a shift longer, or lie within one: they do not replace planned ones whole."""
    planned = [span for one in roster.rotations if one.post == post for span, _who in one.occurrences(since, until)]
    mine = [one for one in roster.overrides if one.post == post]
    planned += [one.span for one in mine if one.reason in (Reason.SWAP, Reason.IMPORT)]
    edges = {moment for span in planned for moment in (span.since, span.until)}
    others = [one for one in mine if one.reason in (Reason.OVERRIDE, Reason.TAKE)]
    return [one for one in others if not {one.span.since, one.span.until} <= edges]


def _goes_on(last: Shift, shift: Shift) -> bool:
    return last.person is not None and last.person == shift.person and last.span.until == shift.span.since


def _within(shift: Shift, overrides: Iterable[Override]) -> bool:
    return any(
        one.person == shift.person and one.span.since <= shift.span.since and shift.span.until <= one.span.until
        for one in overrides
    )


def _spans(group: Sequence[Shift], longer: Sequence[Override]) -> list[Span]:
    if all(_within(one, longer) for one in group):
        return [one.span for one in group]
    return [Span(group[0].span.since, group[-1].span.until)]
