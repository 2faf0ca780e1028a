"""What has become of incidents in a while, counted: no figure names a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from bot.model.digest.period import Period
from bot.model.incident import WAS, Entry, EntryKind, Incident, Severity, Status, Type, put
from bot.model.incident.timeline import UNCOUNTED
from bot.model.person import UserId

Cadence = Callable[[Severity | None], timedelta]
"""How long nothing may be entered about an incident of that severity."""
SILENT = frozenset({EntryKind.SNOOZED, EntryKind.ASKED, EntryKind.UNANSWERED})
"""What says nothing of how an incident stands."""


@dataclass(frozen=True, slots=True)
class Life:
    """An incident as it is `now`, with its timeline as far as the reader may see it, in the order of entry."""

    now: Incident
    entries: tuple[Entry, ...]
    full: bool = True
    """Whether more may be said of it than that it is there, and how far it is."""
    hidden: frozenset[int] = frozenset()
    """Which entries the reader may not see: how far the incident is shows all the same."""

    def at(self, moment: datetime) -> Incident:
        """Return the incident as it was at *moment*: each change tells what was before it."""
        found = self.now
        for entry in reversed(self.entries):
            if entry.entered_at < moment:
                break
            found = put(found, entry.values.get(WAS, {}))
        return found

    def within(self, period: Period) -> list[Entry]:
        """Return what was entered in that while, as far as it may be counted."""
        return [one for one in self.seen if period.holds(one.entered_at) and one.kind not in SILENT]

    @property
    def seen(self) -> list[Entry]:
        """The entries that may be counted."""
        return [one for one in self.entries if one.kind not in UNCOUNTED and one.number not in self.hidden]


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


@dataclass(frozen=True, slots=True)
class Lists:
    """Which incidents the figures count: each named once, where it matters most."""

    opened: tuple[Life, ...]
    overdue: tuple[Life, ...]
    closed: tuple[Life, ...]
    carried: tuple[Life, ...]


def counted(lives: Sequence[Life], period: Period, cadence: Cadence, bot: UserId) -> Figures:
    """Return the figures of these incidents; *bot* is whose entries are nobody's."""
    opened = [one for one in lives if period.holds(one.now.declared_at)]
    known = [one for one in opened if one.full]
    return Figures(
        len(opened),
        sum(_changed(one, period, bot) for one in lives),
        _became(lives, period, Status.CONTAINED),
        _became(lives, period, Status.CLOSED),
        sum(any(entry.kind is EntryKind.REOPENED for entry in one.within(period)) for one in lives),
        sum(is_carried(one, period) for one in lives),
        sum(is_overdue(one, period.until, cadence, bot) for one in lives),
        _times(_taken_up(one, bot) for one in lives if _first_within(_taken_up(one, bot), one, period)),
        _times(_checked(one) for one in lives if _first_within(_checked(one), one, period)),
        _times(_closing(one, period) for one in lives if one.full and closed_in(one, period)),
        Counter(one.now.type for one in known),
        Counter(one.now.agency for one in known),
    )


def listed(lives: Sequence[Life], period: Period, cadence: Cadence, bot: UserId) -> Lists:
    """Return which incidents these are, the worst first, then the newest."""
    ordered = sorted(
        lives, key=lambda one: (one.now.severity.rank if one.now.severity else 0, -one.now.declared_at.timestamp())
    )
    named: set[str] = set()

    def new(found: Iterable[Life]) -> tuple[Life, ...]:
        kept = tuple(one for one in found if str(one.now.ref) not in named)
        named.update(str(one.now.ref) for one in kept)
        return kept

    return Lists(
        overdue=new(one for one in ordered if is_overdue(one, period.until, cadence, bot)),
        opened=new(one for one in ordered if period.holds(one.now.declared_at)),
        closed=new(one for one in ordered if closed_in(one, period)),
        carried=new(one for one in ordered if is_carried(one, period)),
    )


def is_carried(life: Life, period: Period) -> bool:
    """Return whether it was open before the while, and is at its end."""
    return (
        life.now.declared_at < period.since
        and not life.at(period.since).ended
        and not life.at(period.until).ended
    )  # fmt: skip


def is_overdue(life: Life, moment: datetime, cadence: Cadence, bot: UserId) -> bool:
    """Return whether at *moment* nothing had been entered about it for longer than its severity allows."""
    if life.now.declared_at >= moment:
        return False
    then = life.at(moment)
    said = [one.entered_at for one in life.seen
            if one.entered_at < moment and one.author != bot and one.kind not in SILENT]  # fmt: skip
    return not then.ended and moment - max(said, default=then.declared_at) > cadence(then.severity)


def closed_in(life: Life, period: Period) -> bool:
    """Return whether it was closed in the while, and stayed so until its end."""
    return (
        life.now.declared_at < period.until
        and life.at(period.until).ended
        and (life.now.declared_at >= period.since or not life.at(period.since).ended)
    )


def _became(lives: Iterable[Life], period: Period, status: Status) -> int:
    """Return how many were in that state at the end of the while, and were not at its beginning."""
    there = [one for one in lives if one.now.declared_at < period.until and one.at(period.until).status is status]
    return sum(
        one.now.declared_at >= period.since or one.at(period.since).status is not status for one in there
    )  # fmt: skip


def _changed(life: Life, period: Period, bot: UserId) -> bool:
    """Return whether anything was entered about one that had been declared before."""
    return life.now.declared_at < period.since and any(one.author != bot for one in life.within(period))


def _first_within(length: timedelta | None, life: Life, period: Period) -> bool:
    return life.full and length is not None and period.holds(life.now.declared_at + length)


def _taken_up(life: Life, bot: UserId) -> timedelta | None:
    """Return how long it was until somebody else than who declared it entered anything."""
    others = {bot, life.now.declared_by}
    first = next((one for one in life.seen if one.author not in others), None)
    return first.entered_at - life.now.declared_at if first else None


def _checked(life: Life) -> timedelta | None:
    """Return how long it was until it was validated."""
    return life.now.validation.at - life.now.declared_at if life.now.validation else None


def _closing(life: Life, period: Period) -> timedelta | None:
    """Return how long it was open until it was closed last, in the while."""
    ends = [one.entered_at for one in life.within(period) if one.kind is EntryKind.CLOSED]
    return ends[-1] - life.now.declared_at if ends else None


def _times(lengths: Iterable[timedelta | None]) -> Times:
    found = [one.total_seconds() for one in lengths if one is not None]
    return Times(timedelta(seconds=median(found)) if found else None, len(found))
