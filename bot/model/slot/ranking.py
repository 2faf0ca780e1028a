"""The order of proposed times: the one that costs least first, with the burden rotating among the countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Message
from bot.model.shift import Span
from bot.model.slot.need import Need, Strain, strains
from bot.model.slot.reasons import reasons

WEIGHTS = {
    Strain.BLOCKED: 10,
    Strain.RESTING: 8,
    Strain.NIGHT: 6,
    Strain.HOLIDAY: 4,
    Strain.WEEKEND: 3,
}
"""How hard each is on a person; one person's add up."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A proposed time, what it costs, and why, each in a sentence.

    `missing` are those who are required and have blocked these hours: a slot without them comes behind all others.
    """

    slot: Span
    cost: int
    reasons: tuple[Message, ...]
    missing: int = 0

    @property
    def place(self) -> tuple[int, int, datetime, datetime]:
        """What slots are ordered by, the best first; the earlier of two that cost the same."""
        return self.missing, self.cost, self.slot.since, self.slot.until


def ranked(slots: Sequence[Span], needs: Sequence[Need], burden: Mapping[str, int]) -> list[Ranked]:
    """Return *slots* with their cost and the reasons for it, the best first.

    *burden* is what each country has carried so far (`burdened`); one that is not named has carried nothing.
    """
    ahead = _ahead(needs, burden)
    found = (_ranked(slot, needs, ahead) for slot in dict.fromkeys(slots))
    return sorted(found, key=lambda one: one.place)


def burdened(slot: Span, needs: Sequence[Need], burden: Mapping[str, int]) -> dict[str, int]:
    """Return the *burden* of each country once a meeting has been held in *slot*."""
    loads = _loads([(need, strains(slot, need)) for need in needs])
    return {bearer: burden.get(bearer, 0) + loads.get(bearer, 0) for bearer in sorted({*burden, *loads})}


def _ranked(slot: Span, needs: Sequence[Need], ahead: Mapping[str, int]) -> Ranked:
    found = [(need, strains(slot, need)) for need in needs]
    loads = _loads(found)
    # How much the sum of the squares grows: small where those bear it who have borne least, and where several share it.
    cost = sum(load * load + 2 * ahead[bearer] * load for bearer, load in loads.items())
    more = {bearer for bearer, load in loads.items() if load and ahead[bearer]}
    missing = sum(need.required and Strain.BLOCKED in hard for need, hard in found)
    return Ranked(slot, cost, reasons(found, more), missing)


def _ahead(needs: Sequence[Need], burden: Mapping[str, int]) -> dict[str, int]:
    """Return how much more each has carried than the one of them that has carried least."""
    carried = {need.bearer: burden.get(need.bearer, 0) for need in needs}
    least = min(carried.values(), default=0)
    return {bearer: load - least for bearer, load in carried.items()}


def _loads(found: Sequence[tuple[Need, frozenset[Strain]]]) -> dict[str, int]:
    """Return what a slot asks of each country: the mean of its people, rounded up, so that nobody's is nothing."""
    each: dict[str, list[int]] = {}
    for need, hard in found:
        each.setdefault(need.bearer, []).append(sum(WEIGHTS[one] for one in hard))
    return {bearer: -(-sum(loads) // len(loads)) for bearer, loads in each.items()}
