"""What has become of incidents in a while, counted: no figure names a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from bot.model.digest.period import Period
from bot.model.incident import EntryKind, Incident, Severity, Status, Type, put
from bot.model.incident.timeline import UNCOUNTED
from bot.model.person import UserId
from bot.model.reference import Reference

Cadence = Callable[[Severity | None], timedelta]
"""How long nothing may be entered about an incident of that severity."""
SILENT = frozenset({EntryKind.SNOOZED, EntryKind.ASKED, EntryKind.UNANSWERED})
"""What says nothing of how an incident stands."""


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

    def became(self, status: Status) -> bool:
        """Return whether it is in that state at the end of the while, and was not at its beginning."""
        is_so = self.after is not None and self.after.status is status
        return is_so and (self.before is None or self.before.status is not status)


def standing(lives: Iterable[Life], period: Period) -> list[Stand]:
    """Return how each stood, of those that were declared by the end of the while."""
    found = (Stand(one, one.at(period.since), one.at(period.until)) for one in lives)
    return [one for one in found if one.after is not None]


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, of `n` incidents; None if of none."""

    median: timedelta | None
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a while. What is `carried` was open before it and still is at its end; `overdue` is at its end."""

    opened: int = 0
    changed: int = 0
    contained: int = 0
    closed: int = 0
    reopened: int = 0
    carried: int = 0
    overdue: int = 0
    acknowledged: Times = Times(None, 0)
    validated: Times = Times(None, 0)
    ended: Times = Times(None, 0)
    by_type: Mapping[Type | None, int] = field(default_factory=dict)
    by_agency: Mapping[str | None, int] = field(default_factory=dict)
    by_severity: Mapping[Severity | None, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lists:
    """Which incidents the figures count: each named once, where it matters most."""

    opened: tuple[Life, ...]
    overdue: tuple[Life, ...]
    closed: tuple[Life, ...]
    carried: tuple[Life, ...]


def counted(stands: Sequence[Stand], period: Period, cadence: Cadence, bot: UserId) -> Figures:
    """Return the figures of what stood so in *period*; *bot* is whose entries are nobody's."""
    opened = [one.life.now for one in stands if one.opened]
    known = [one.life.now for one in stands if one.opened and one.life.full]
    within = {id(one): [step for step in one.life.seen if period.holds(step.at) and step.kind not in SILENT]
              for one in stands}  # fmt: skip
    return Figures(
        len(opened),
        sum(one.before is not None and any(step.author != bot for step in within[id(one)]) for one in stands),
        sum(one.became(Status.CONTAINED) for one in stands),
        sum(one.became(Status.CLOSED) for one in stands),
        sum(any(step.kind is EntryKind.REOPENED for step in within[id(one)]) for one in stands),
        sum(one.carried for one in stands),
        sum(is_overdue(one, period, cadence, bot) for one in stands),
        _times((_taken_up(one.life, bot) for one in stands), stands, period),
        _times((_checked(one.life) for one in stands), stands, period),
        _times((_closing(one, within[id(one)]) for one in stands), stands, period),
        Counter(one.type for one in known),
        Counter(one.agency for one in known),
        Counter(one.severity for one in known),
    )


def listed(stands: Sequence[Stand], period: Period, cadence: Cadence, bot: UserId) -> Lists:
    """Return which incidents these are, the worst first, then the newest."""

    def rank(one: Stand) -> tuple[int, float]:
        now = one.life.now
        return now.severity.rank if now.severity else 0, -now.declared_at.timestamp()

    ordered, named = sorted(stands, key=rank), set[Reference]()

    def new(found: Iterable[Stand]) -> tuple[Life, ...]:
        kept = tuple(one.life for one in found if one.life.now.ref not in named)
        named.update(one.now.ref for one in kept)
        return kept

    return Lists(
        overdue=new(one for one in ordered if is_overdue(one, period, cadence, bot)),
        opened=new(one for one in ordered if one.opened),
        closed=new(one for one in ordered if one.became(Status.CLOSED)),
        carried=new(one for one in ordered if one.carried),
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


def _times(lengths: Iterable[timedelta | None], stands: Sequence[Stand], period: Period) -> Times:
    """Return the median of those lengths that were over in the while, of incidents of which that may be said."""
    found = [
        length.total_seconds()
        for length, one in zip(lengths, stands, strict=True)
        if length is not None and one.life.full and period.holds(one.life.now.declared_at + length)
    ]
    return Times(timedelta(seconds=median(found)) if found else None, len(found))
