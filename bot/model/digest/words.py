"""What a digest says: blocks of sentences, and counts for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from bot.i18n import Length, Message, Verbatim, _, _c, _n
from bot.model.digest.counting import Figures, Life, Times
from bot.model.digest.digest import Digest
from bot.model.handling import Cleared
from bot.model.incident import Incident, worded

MOST_NAMED = 8
"""Incidents that are named of one sort: the rest is a number."""
MOST_SORTS = 6
MINUTE = timedelta(minutes=1)
Block = Message | tuple[Message, ...]
Shown = Callable[[Cleared[Incident]], Message]
"""Says an incident in one line."""


def counts(figures: Figures) -> dict[str, int]:
    """Return the figures as programs read them."""
    return {name: getattr(figures, name)
            for name in ("opened", "changed", "contained", "closed", "reopened", "carried", "overdue")}  # fmt: skip


def blocks(digest: Digest, shown: Shown) -> list[Block]:
    """Return what the digest says; *shown* says an incident in one line."""
    period, lists = digest.period, digest.lists
    head = (
        _("Digest, {from_} to {until}", from_=period.since, until=period.until) if digest.over
        else _("Digest, {from_} to now ({until})", from_=period.since, until=period.until)
    )  # fmt: skip
    sorts = [
        (_("No update for too long:"), lists.overdue),
        (_("New:"), lists.opened),
        (_("Closed:"), lists.closed),
        (_("Open from before:"), lists.carried),
    ]
    named = [block for title, lives in sorts for block in _named(title, lives, digest, shown)]
    return [head, tuple(_lines(digest)), *_sorts(digest.figures), *named, *_exercises(digest.exercises)]


def _lines(digest: Digest) -> Iterable[Message]:
    now, before, duties = digest.figures, digest.before, digest.duties
    figures = [
        (_c("figure", "New"), now.opened, before.opened),
        (_c("figure", "Changed"), now.changed, before.changed),
        (_c("figure", "Contained"), now.contained, before.contained),
        (_c("figure", "Closed"), now.closed, before.closed),
        (_c("figure", "Reopened"), now.reopened, before.reopened),
        (_c("figure", "Open from before"), now.carried, before.carried),
        (_c("figure", "No update for too long"), now.overdue, before.overdue),
    ]
    for what, count, then in figures:
        if count or then or what is figures[0][0]:
            yield _("{what}: {n} (a week before: {before})", what=what, n=count, before=then)
    times = [
        (_c("figure", "Until somebody saw to it"), now.acknowledged, before.acknowledged),
        (_c("figure", "Until it was validated"), now.validated, before.validated),
        (_c("figure", "Until it was closed"), now.ended, before.ended),
    ]
    for what, length, earlier in times:
        if length.median is not None:
            yield _took(what, length, earlier)
    if duties.tasks:
        yield _("Tasks to be done: {n}, of which overdue: {overdue}", n=duties.tasks, overdue=duties.overdue)
    if duties.missed:
        yield _("Shifts that nobody took over in time: {n}", n=duties.missed)


def _took(what: Message, length: Times, before: Times) -> Message:
    values = {"what": what, "length": _length(length), "n": length.n}
    if before.median is None:
        return _("{what}: {length} (median of {n})", **values)
    return _("{what}: {length} (median of {n}; a week before: {before})", before=_length(before), **values)


def _length(found: Times) -> Length:
    return Length(max(MINUTE, found.median or MINUTE))


def _sorts(figures: Figures) -> list[Block]:
    """Return the new ones by type and by agency: nothing of one sort alone."""
    unsaid = _("type not said")
    types = sorted(figures.by_type.items(), key=lambda one: (-one[1], one[0] or ""))
    agencies = sorted(figures.by_agency.items(), key=lambda one: (-one[1], one[0] or ""))
    found: list[Block] = []
    if types:
        parts = tuple(_("{what}: {n}", what=worded(sort) if sort else unsaid, n=n) for sort, n in types[:MOST_SORTS])
        found.append(_("New by type: {parts}", parts=parts))
    if agencies:
        parts = tuple(_("{what}: {n}", what=Verbatim(code or "-"), n=n) for code, n in agencies[:MOST_SORTS])
        found.append(_("New by agency: {parts}", parts=parts))
    return found


def _named(title: Message, lives: Sequence[Life], digest: Digest, shown: Shown) -> list[Block]:
    if not lives:
        return []
    lines = [shown(digest.seen[one.now.ref]) for one in lives[:MOST_NAMED]]
    if (left := len(lives) - len(lines)) > 0:
        lines.append(_n("and {n} more", "and {n} more", left))
    return [title, tuple(lines)]


def _exercises(n: int) -> list[Block]:
    if not n:
        return []
    return [_n("EXERCISE: {n} incident is not counted here.", "EXERCISE: {n} incidents are not counted here.", n)]
