"""What a digest says: blocks of sentences, and counts for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from bot.i18n import Length, Message, Verbatim, _, _c, _n
from bot.model.digest.area import called
from bot.model.digest.counting import Figures, Life, Times
from bot.model.digest.digest import Digest
from bot.model.handling import Cleared
from bot.model.incident import Incident, worded

MOST_NAMED = 8
"""Incidents that are named of one sort: the rest is a number."""
MOST_SORTS = 6
MINUTE = timedelta(minutes=1)
FIGURES = {
    "opened": _c("figure", "New"),
    "changed": _c("figure", "Changed"),
    "contained": _c("figure", "Contained"),
    "closed": _c("figure", "Closed"),
    "cancelled": _c("figure", "Cancelled"),
    "reopened": _c("figure", "Reopened"),
    "carried": _c("figure", "Open from before"),
    "overdue": _c("figure", "No update for too long"),
}
TIMES = {
    "acknowledged": _c("figure", "Until somebody saw to it"),
    "validated": _c("figure", "Until it was validated"),
    "ended": _c("figure", "Until it was closed"),
}
DUTIES = {
    "briefings": _c("figure", "Briefings held"),
    "tasks": _c("figure", "Tasks to be done"),
    "overdue": _c("figure", "Tasks that are overdue"),
    "missed": _c("figure", "Shifts that nobody took over in time"),
}
TILES = ("opened", "closed", "carried", "overdue")
"""What is looked at first."""
Block = Message | tuple[Message, ...]
Shown = Callable[[Cleared[Incident]], Message]
"""Says an incident in one line."""


def counts(figures: Figures) -> dict[str, int]:
    """Return the figures as programs read them."""
    return {name: getattr(figures, name) for name in FIGURES}


def blocks(digest: Digest, shown: Shown) -> list[Block]:
    """Return what the digest says; *shown* says an incident in one line."""
    lists = digest.lists
    sorts = [
        (_("No update for too long:"), lists.overdue),
        (_("New:"), lists.opened),
        (_("Closed:"), lists.closed),
        (_("Cancelled:"), lists.cancelled),
        (_("Reopened:"), lists.reopened),
        (_("Open from before:"), lists.carried),
    ]
    named = [block for title, lives in sorts for block in _named(title, lives, digest, shown)]
    return [headed(digest), tuple(figures(digest)), *_sorts(digest), *named, *uncounted(digest)]


def headed(digest: Digest) -> Message:
    """Return which while it is about."""
    period = digest.period
    if digest.posts:
        posts = tuple(map(Verbatim, digest.posts))
        if digest.over:
            return _("Digest of the shift at {posts}, {from_} to {until}",
                     posts=posts, from_=period.since, until=period.until)  # fmt: skip
        return _("Digest of the shift at {posts}, {from_} to now ({until})",
                 posts=posts, from_=period.since, until=period.until)  # fmt: skip
    if digest.over:
        return _("Digest, {from_} to {until}", from_=period.since, until=period.until)
    return _("Digest, {from_} to now ({until})", from_=period.since, until=period.until)


def figures(digest: Digest, *, tiles: bool = True) -> Iterable[Message]:
    """Yield its figures beside those of the week before, a sentence each; without those in TILES unless *tiles*."""
    now, before = digest.figures, digest.before
    for name, what in FIGURES.items():
        count, then = getattr(now, name), getattr(before, name)
        if (count or then or name == "opened") and (tiles or name not in TILES):
            yield _("{what}: {n} (a week before: {before})", what=what, n=count, before=then)
    for name, what in TIMES.items():
        length, earlier = getattr(now, name), getattr(before, name)
        if length.median is not None:
            yield _took(what, length, earlier)
    for name, what in DUTIES.items():
        count, then = getattr(digest.duties, name), getattr(digest.duties_before, name)
        if count or then:
            yield _("{what}: {n} (a week before: {before})", what=what, n=count, before=then)
    if n := digest.duties.handovers:
        yield _n("{n} handover was accepted", "{n} handovers were accepted", n)


def _took(what: Message, length: Times, before: Times) -> Message:
    values = {"what": what, "length": _length(length), "n": length.n}
    if before.median is None:
        return _("{what}: {length} (median of {n})", **values)
    return _("{what}: {length} (median of {n}; a week before: {before})", before=_length(before), **values)


def _length(found: Times) -> Length:
    return Length(max(MINUTE, found.median or MINUTE))


def _sorts(digest: Digest) -> list[Block]:
    """Return the new ones by type, by agency and by area: nothing of one sort alone."""
    figures, unsaid, nowhere = digest.figures, _("type not said"), _("place not said")
    types, agencies = ranked(figures.by_type, {}), ranked(figures.by_agency, {})
    found: list[Block] = []
    if types:
        parts = tuple(_("{what}: {n}", what=worded(sort) if sort else unsaid, n=n) for sort, n, _then in types)
        found.append(_("New by type: {parts}", parts=parts))
    if agencies:
        parts = tuple(_("{what}: {n}", what=Verbatim(code or "-"), n=n) for code, n, _then in agencies)
        found.append(_("New by agency: {parts}", parts=parts))
    if areas := ranked(figures.by_area, {}):
        parts = tuple(
            _("{what}: {n}", what=Verbatim(called(area, digest.areas)) if area else nowhere, n=n)
            for area, n, _then in areas
        )
        found.append(_("New by area: {parts}", parts=parts))
    return found


Sort = TypeVar("Sort", bound=str)


def ranked(
    now: Mapping[Sort | None, int], before: Mapping[Sort | None, int], most: int = MOST_SORTS
) -> list[tuple[Sort | None, int, int]]:
    """Return of each sort how many there are, and were *before*: the most first, *most* of them."""
    ordered = sorted(now.items(), key=lambda one: (-one[1], one[0] or ""))
    return [(sort, n, before.get(sort, 0)) for sort, n in ordered[:most]]


def _named(title: Message, lives: Sequence[Life], digest: Digest, shown: Shown) -> list[Block]:
    if not lives:
        return []
    lines = [shown(digest.seen[one.now.ref]) for one in lives[:MOST_NAMED]]
    if (left := len(lives) - len(lines)) > 0:
        lines.append(_n("and {n} more", "and {n} more", left))
    return [title, tuple(lines)]


def uncounted(digest: Digest) -> list[Message]:
    """Return how many are not counted, if there are any: exercises and duplicates."""
    said: list[Message] = []
    if n := digest.exercises:
        said.append(
            _n("EXERCISE: {n} incident is not counted here.", "EXERCISE: {n} incidents are not counted here.", n)
        )
    if n := digest.duplicates:
        said.append(
            _n(
                "{n} incident is not counted here: it was closed as the duplicate of another.",
                "{n} incidents are not counted here: they were closed as duplicates of others.",
                n,
            )
        )
    return said
