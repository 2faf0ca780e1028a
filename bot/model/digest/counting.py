"""What has become of incidents in a while, counted: no figure names a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any, TypeVar

from bot.model.digest.area import area_of
from bot.model.digest.period import Period
from bot.model.incident import EntryKind, Incident, Reason, Severity, Status, Type, put
from bot.model.incident.timeline import UNCOUNTED
from bot.model.person import UserId
from bot.model.reference import Reference

Cadence = Callable[[Severity | None], timedelta]
"""How long nothing may be entered about an incident of that severity."""
SILENT = frozenset({EntryKind.SNOOZED, EntryKind.ASKED, EntryKind.UNANSWERED})
"""What says nothing of how an incident stands."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Step:
    """What an entry of a timeline tells of how things stood: when it was entered, and what was before it, as JSON."""

    number: int
    kind: EntryKind
    author: UserId
    at: datetime
    was: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Life:
    """An incident as it is `now`, with the steps that led there, in the order of entry."""

    now: Incident
    steps: tuple[Step, ...]
    full: bool = True
    """Whether more may be said of it than that it is there, and how far it is."""
    hidden: frozenset[int] = frozenset()
    """Which entries the reader may not see: how far the incident is shows all the same."""

    def at(self, moment: datetime) -> Incident | None:
        """Return the incident as it was at *moment*: each change tells what was before it; None if it was not yet."""
        if self.now.declared_at >= moment:
            return None
        found = self.now
        for step in reversed(self.steps):
            if step.at < moment:
                break
            if step.was:
                found = put(found, step.was)
        return found

    @property
    def seen(self) -> list[Step]:
        """The steps that may be counted: what tells of other incidents is left out."""
        return [one for one in self.steps if one.kind not in UNCOUNTED and one.number not in self.hidden]


@dataclass(frozen=True, slots=True)
class Stand:
    """How an incident stood at the beginning of a while and at its end, None where it was not yet."""

    life: Life
    before: Incident | None
    after: Incident | None

    @property
    def opened(self) -> bool:
        """Whether it was declared in the while."""
        return self.before is None and self.after is not None

    @property
    def carried(self) -> bool:
        """Whether it was open before the while, and is at its end."""
        both = self.before, self.after
        return all(one is not None and not one.ended for one in both)

    @property
    def merged(self) -> bool:
        """Whether it was closed as a duplicate at the end of the while: another incident is counted in its place."""
        return self.after is not None and self.after.reason is Reason.DUPLICATE

    @property
    def cancelled(self) -> bool:
        """Whether it was closed as cancelled at the end of the while: there was nothing, so it is counted as that."""
        return _cancelled(self.after)

    @property
    def then(self) -> Incident:
        """The incident as it is known now, but as far and as grave as it was at the end of the while.

        Where the reader may not see an entry that said so, it is how it is now: the next change tells what was before.
        """
        life, now, after = self.life, self.life.now, self.after
        says = (one.number for one in life.steps if one.was or one.kind is EntryKind.DECLARED)
        if after is None or not life.hidden.isdisjoint(says):
            return now
        return replace(now, status=after.status, reason=after.reason, severity=after.severity or now.severity)

    def became(self, status: Status) -> bool:
        """Return whether it is in that state at the end of the while, and was not at its beginning."""
        is_so = self.after is not None and self.after.status is status
        return is_so and (self.before is None or self.before.status is not status)

    @property
    def closed(self) -> bool:
        """Whether it was closed in the while, or what was cancelled before is closed as something else."""
        return self.became(Status.CLOSED) or (_cancelled(self.before) and self.then.ended and not self.cancelled)


def _cancelled(incident: Incident | None) -> bool:
    return incident is not None and incident.reason is Reason.CANCELLED


def standing(lives: Iterable[Life], period: Period) -> list[Stand]:
    """Return how each stood, of those that were declared by the end of the while."""
    found = (Stand(one, one.at(period.since), one.at(period.until)) for one in lives)
    return [one for one in found if one.after is not None]


def parted(stands: Iterable[Stand]) -> tuple[list[Stand], int]:
    """Return those that are counted, and how many of the others were closed as duplicates in the while."""
    found = [*stands]
    counted = [one for one in found if not one.merged]
    return counted, sum(one.merged and one.became(Status.CLOSED) for one in found)


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, of `n` incidents; None if of none."""

    median: timedelta | None
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a while. What is `carried` was open before it and still is at its end; `overdue` is at its end.

    What is `cancelled` at its end, and was not before, is in no other count, and in none of the times.
    """

    opened: int = 0
    changed: int = 0
    contained: int = 0
    closed: int = 0
    cancelled: int = 0
    reopened: int = 0
    carried: int = 0
    overdue: int = 0
    acknowledged: Times = Times(None, 0)
    validated: Times = Times(None, 0)
    ended: Times = Times(None, 0)
    by_type: Mapping[Type | None, int] = field(default_factory=dict)
    by_agency: Mapping[str | None, int] = field(default_factory=dict)
    by_severity: Mapping[Severity | None, int] = field(default_factory=dict)
    by_area: Mapping[str | None, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lists:
    """Which incidents the figures count: each named once, where it matters most."""

    opened: tuple[Life, ...]
    reopened: tuple[Life, ...]
    overdue: tuple[Life, ...]
    closed: tuple[Life, ...]
    cancelled: tuple[Life, ...]
    carried: tuple[Life, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """What is counted of one incident in a while. How long it took is said only of what was over in the while.

    `now` is the incident as it stood `then`, of which nothing may be said but that it is there unless it is `full`.
    """

    now: Incident
    full: bool
    opened: bool = False
    changed: bool = False
    contained: bool = False
    closed: bool = False
    cancelled: bool = False
    reopened: bool = False
    carried: bool = False
    overdue: bool = False
    acknowledged: timedelta | None = None
    validated: timedelta | None = None
    ended: timedelta | None = None

    @property
    def counts(self) -> bool:
        """Whether it is in any figure."""
        counted = self.opened, self.changed, self.contained, self.closed, self.reopened, self.carried, self.overdue
        return (
            self.cancelled
            or any(counted)
            or any(one is not None for one in (self.acknowledged, self.validated, self.ended))
        )


def facts(stands: Sequence[Stand], period: Period, cadence: Cadence, bot: UserId) -> list[Fact]:
    """Return what is counted of each that stood so in *period*; *bot* is whose entries are nobody's."""
    return [_fact(one, period, cadence, bot) for one in stands]


def _fact(stand: Stand, period: Period, cadence: Cadence, bot: UserId) -> Fact:
    life = stand.life
    if stand.cancelled:
        return Fact(stand.then, life.full, cancelled=not _cancelled(stand.before))
    within = [step for step in life.seen if period.holds(step.at) and step.kind not in SILENT]

    def over(length: timedelta | None) -> timedelta | None:
        return length if length is not None and life.full and period.holds(life.now.declared_at + length) else None

    return Fact(
        stand.then,
        life.full,
        stand.opened,
        stand.before is not None and any(step.author != bot for step in within),
        stand.became(Status.CONTAINED),
        stand.closed,
        False,
        any(step.kind is EntryKind.REOPENED for step in within),
        stand.carried,
        is_overdue(stand, period, cadence, bot),
        over(_taken_up(life, bot)),
        over(_checked(life)),
        over(_closing(stand, within)),
    )


def counted(found: Sequence[Fact]) -> Figures:
    """Return the figures of so many incidents; new ones by what they are as well, as far as that may be said."""
    known = [one.now for one in found if one.opened and one.full]
    return replace(
        _summed(found),
        by_type=Counter(one.type for one in known),
        by_agency=Counter(one.agency for one in known),
        by_severity=Counter(one.severity for one in known),
        by_area=Counter(area_of(one.place) for one in known),
    )


def divided(found: Iterable[Fact], sort: Callable[[Incident], Key]) -> dict[Key, Figures]:
    """Return the figures of each *sort* of incidents of which that may be said, if anything is to be counted of it."""
    groups: dict[Key, list[Fact]] = {}
    for one in found:
        if one.full and one.counts:
            groups.setdefault(sort(one.now), []).append(one)
    return {key: _summed(group) for key, group in groups.items()}


def _summed(found: Sequence[Fact]) -> Figures:
    return Figures(
        sum(one.opened for one in found),
        sum(one.changed for one in found),
        sum(one.contained for one in found),
        sum(one.closed for one in found),
        sum(one.cancelled for one in found),
        sum(one.reopened for one in found),
        sum(one.carried for one in found),
        sum(one.overdue for one in found),
        _times(one.acknowledged for one in found),
        _times(one.validated for one in found),
        _times(one.ended for one in found),
    )


def listed(found: Sequence[tuple[Stand, Fact]]) -> Lists:
    """Return which incidents these are, the worst first, then the newest."""

    def rank(one: tuple[Stand, Fact]) -> tuple[int, float]:
        now = one[1].now
        return now.severity.rank if now.severity else 0, -now.declared_at.timestamp()

    ordered, named = sorted(found, key=rank), set[Reference]()

    def new(counts: Callable[[Fact], bool]) -> tuple[Life, ...]:
        kept = tuple(stand.life for stand, fact in ordered if counts(fact) and fact.now.ref not in named)
        named.update(one.now.ref for one in kept)
        return kept

    return Lists(
        overdue=new(lambda one: one.overdue),
        opened=new(lambda one: one.opened),
        closed=new(lambda one: one.closed),
        cancelled=new(lambda one: one.cancelled),
        reopened=new(lambda one: one.reopened),
        carried=new(lambda one: one.carried),
    )


def is_overdue(stand: Stand, period: Period, cadence: Cadence, bot: UserId) -> bool:
    """Return whether nothing had been entered about it for longer than its severity then allows, at the end."""
    then = stand.after
    if then is None or then.ended:
        return False
    said = [one.at for one in stand.life.seen
            if one.at < period.until and one.author != bot and one.kind not in SILENT]  # fmt: skip
    return period.until - max(said, default=then.declared_at) > cadence(then.severity)


def _taken_up(life: Life, bot: UserId) -> timedelta | None:
    """Return how long it was until somebody else than who declared it entered anything."""
    others = {bot, life.now.declared_by}
    first = next((one for one in life.seen if one.author not in others), None)
    return first.at - life.now.declared_at if first else None


def _checked(life: Life) -> timedelta | None:
    """Return how long it was until it was validated."""
    return life.now.validation.at - life.now.declared_at if life.now.validation else None


def _closing(stand: Stand, within: Sequence[Step]) -> timedelta | None:
    """Return how long it was open until it was closed last, if that was in the while and stood at its end."""
    ends = [one.at for one in within if one.kind is EntryKind.CLOSED] if stand.became(Status.CLOSED) else []
    return ends[-1] - stand.life.now.declared_at if ends else None


def _times(lengths: Iterable[timedelta | None]) -> Times:
    """Return the median of those lengths that there are."""
    found = [length.total_seconds() for length in lengths if length is not None]
    return Times(timedelta(seconds=median(found)) if found else None, len(found))
