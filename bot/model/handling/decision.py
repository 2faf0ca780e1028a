"""Who may see a record: decided for all who will see it at once, and for what they will see it for.

Sources: FIRST, "Traffic Light Protocol 2.0"; Europol's handling codes: H1, no evidence without its owner's word; H2,
not passed on without it; H3, as its owner says in each case. What can be meant in two ways is meant in the stricter.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from bot.model.handling.marking import NO_MARK, Mark, Marking, Release, combined
from bot.model.handling.values import TLP
from bot.model.person import UserId

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Purpose(StrEnum):
    """What a record is wanted for."""

    READING = "reading"
    """Somebody asks for it: an answer."""
    CARD = "card"
    """It stands in a room, and changes there."""
    SEARCH = "search"
    """Lists, what is found, counts, and hints that something is alike."""
    RING = "ring"
    """What lock screens show."""
    EXPORT = "export"
    JUDICIAL = "judicial"
    """A pack that goes to a court."""
    MEMORY = "memory"
    """What is remembered, and serves every room."""


class Level(StrEnum):
    """How much of a record passes."""

    FULL = "full"
    CUT = "cut"
    """That it is there, and what it is in codes: no text that a person wrote, no name, no place."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who will see it: of an agency or of none, of a homeserver that is served or not."""

    user_id: UserId
    agency: str | None = None
    served: bool = True


@dataclass(frozen=True, slots=True)
class Audience:
    """Everyone who has joined a room or is invited to it when something is sent there, but the bot.

    `direct`: an encrypted room of one person and the bot.
    """

    members: tuple[Member, ...]
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Record(Generic[T_co]):
    """Something that has an originator and may be marked: what it says, and all that decides who may see it.

    `at_home` is everyone who has joined the rooms that it was declared in, or that are linked, or is invited there.
    `permits` are purposes that its originator has allowed expressly.
    """

    content: T_co
    originator: str | None
    marking: Marking = field(default_factory=Marking)
    releases: tuple[Release, ...] = ()
    at_home: Set[UserId] = frozenset()
    permits: Set[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class Cleared(Generic[T_co]):
    """A record that was cleared for an audience and a purpose: `decide` alone makes one."""

    content: T_co
    purpose: Purpose
    level: Level
    marked: bool = False
    mark: Mark = NO_MARK
    """How it is handled, and whom it is for."""
    released: tuple[str, ...] = ()
    """Which agencies its originator has released it to."""

    @property
    def full(self) -> bool:
        """Whether all of it may be said."""
        return self.level is Level.FULL


@dataclass(frozen=True, slots=True)
class Hidden:
    """That nothing of a record passes, not even that it is there."""


def decide(record: Record[T], audience: Audience, purpose: Purpose, now: datetime) -> Cleared[T] | Hidden:
    """Return *record* as far as everyone of the *audience* may see it at *now*; Hidden if one of them may not."""
    return decide_each([record], audience, purpose, now)[0]


def decide_each(
    records: Iterable[Record[T]], audience: Audience, purpose: Purpose, now: datetime
) -> list[Cleared[T] | Hidden]:
    """Return what `decide` says of each of *records*: of those that are alike but for their content, once."""
    decided: dict[tuple[object, ...], _Shown | None] = {}
    found: list[Cleared[T] | Hidden] = []
    for record in records:
        alike = (record.originator, record.marking, record.releases, record.at_home, record.permits)
        shown = decided.get(alike)
        if shown is None and alike not in decided:
            level = _passes(record, audience, purpose, now)
            shown = decided[alike] = _shown(record, level, now) if level else None
        found.append(Cleared(record.content, purpose, *shown) if shown else Hidden())
    return found


_Shown = tuple[Level, bool, Mark, tuple[str, ...]]
"""How much of a record passes, whether and how it is marked, and to whom it is released."""


def _shown(record: Record[object], level: Level, now: datetime) -> _Shown:
    released = tuple(one.agency for one in record.releases if one.stands(now))
    return level, record.marking.marked, record.marking.whole, released


def _passes(record: Record[object], audience: Audience, purpose: Purpose, now: datetime) -> Level | None:
    if _forbids(record, purpose):
        return None
    if not audience.members or not all(_may_see(record, one, audience, now) for one in audience.members):
        return None
    return _level(record, audience, purpose)


def aggregate(records: Iterable[Record[object]], now: datetime) -> Mark:
    """Return how what is made of all these records is handled, and whom every one of them leaves at *now*.

    A record leaves its originator and those it was released to as well.
    """
    return combined(_left(record, now) for record in records)


def _left(record: Record[object], now: datetime) -> Mark:
    mark, others = record.marking.whole, record.marking.others
    if mark.agencies is None:
        return mark
    # What its originator has marked RED is for those whom they name, whatever is released.
    releases = () if record.marking.owner.red else record.releases
    released = [one.agency for one in releases if one.stands(now) and others.leaves(one.agency, own=False)]
    own = [record.originator] if record.originator else []
    return replace(mark, releasable=tuple(sorted({*mark.agencies, *released, *own})))


def passing(found: Iterable[Cleared[T] | Hidden]) -> list[Cleared[T]]:
    """Return what may be seen, in its order: what is hidden leaves no gap and counts nowhere."""
    return [one for one in found if isinstance(one, Cleared)]


def _may_see(record: Record[object], member: Member, audience: Audience, now: datetime) -> bool:
    if not record.marking.marked:
        # Who is not served gets no keys of ours, and so sees nothing of it.
        return not member.served or member.user_id in record.at_home or _granted(record, member, now)
    if not member.served or member.agency is None:
        return False
    return _by_owner(record, member, audience, now) and _by_others(record, member, audience)


def _by_owner(record: Record[object], member: Member, audience: Audience, now: datetime) -> bool:
    """Return whether the originator lets *member* see it, and here."""
    mark, own = record.marking.owner, member.agency == record.originator
    if mark.red:
        return audience.direct and member.user_id in (mark.named or ()) and mark.leaves(member.agency or "", own=own)
    if _granted(record, member, now):
        return True
    return member.user_id in record.at_home and mark.leaves(member.agency or "", own=own)


def _by_others(record: Record[object], member: Member, audience: Audience) -> bool:
    """Return whether those who restricted it leave *member*: they never shut out its originator's agency."""
    mark, own = record.marking.others, member.agency == record.originator
    if mark.red and not (audience.direct and (own or member.user_id in (mark.named or ()))):
        return False
    return mark.leaves(member.agency or "", own=own)


def _granted(record: Record[object], member: Member, now: datetime) -> bool:
    """Return whether the originator lets the agency of *member* have it, wherever they are."""
    granted = {*(record.marking.owner.releasable or ()), *(one.agency for one in record.releases if one.stands(now))}
    if member.agency is None or not member.served:
        return False
    return member.agency in granted or (bool(granted) and member.agency == record.originator)


def _forbids(record: Record[object], purpose: Purpose) -> bool:
    """Return whether its mark forbids the purpose, whoever asks."""
    handling, codes = record.marking.handling, set()
    if handling:
        codes = set(handling.codes)
    if purpose in record.permits:
        return False
    match purpose:
        case Purpose.MEMORY:
            return record.marking.whole.releasable is not None or not (handling is None or handling.remembered)
        case Purpose.JUDICIAL:
            return record.marking.whole.red or bool(codes & {"H1", "H3"})
        case Purpose.EXPORT:
            return record.marking.whole.red or "H3" in codes
        case Purpose.READING:
            return False
        case Purpose.CARD | Purpose.SEARCH | Purpose.RING:
            return handling is not None and handling.tlp is TLP.RED


def _level(record: Record[object], audience: Audience, purpose: Purpose) -> Level:
    if purpose is Purpose.RING:
        return Level.CUT
    handling = record.marking.handling
    if handling is None or "H3" not in handling.codes:
        return Level.FULL
    own = all(member.agency is not None and member.agency == record.originator for member in audience.members)
    return Level.FULL if own else Level.CUT
