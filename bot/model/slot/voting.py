"""Which of several proposed times a poll chooses: yes, if need be, or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from bot.model.person import UserId
from bot.model.shift import Span
from bot.model.slot.ranking import Ranked


class Answer(IntEnum):
    """What somebody says to a proposed time; the digit is what one types. The higher one counts in doubt."""

    YES = 1
    IF_NEED_BE = 2
    NO = 3


@dataclass(frozen=True, slots=True)
class Vote:
    """What `person`, of `agency`, says to `slot`."""

    person: UserId
    agency: str
    slot: Span
    answer: Answer


@dataclass(frozen=True, slots=True)
class Votes:
    """What has been said to the proposed times, and what a time needs.

    Each agency of `required` has to come, with one person or as many as `quorum` says; an agency that is named in
    `quorum` alone has to come as well.
    """

    cast: tuple[Vote, ...] = ()
    required: frozenset[str] = frozenset()
    quorum: Mapping[str, int] = field(default_factory=dict)

    def needed(self) -> dict[str, int]:
        """Return how many of which agency have to come."""
        least = {agency: 1 for agency in self.required}
        return least | {agency: max(count, least.get(agency, 0)) for agency, count in self.quorum.items()}

    def by_slot(self) -> dict[Span, dict[UserId, Vote]]:
        """Return what each has said to each time: of two answers of one person the less willing one."""
        found: dict[Span, dict[UserId, Vote]] = {}
        for vote in self.cast:
            said = found.setdefault(vote.slot, {})
            if vote.person not in said or said[vote.person].answer < vote.answer:
                said[vote.person] = vote
        return found


def chosen(ranked: Sequence[Ranked], votes: Votes) -> Span | None:
    """Return the time that is best for all, or None if none will do.

    Never one to which nobody can come, or too few of an agency that has to. Of the others the one to which most can
    come, then that with the most who say yes, with the fewest who say no, that costs least, the earliest.
    """
    said, needed = votes.by_slot(), votes.needed()
    fit = [one for one in ranked if _fits(said.get(one.slot, {}), needed)]
    best = min(fit, key=lambda one: (_willing(said[one.slot]), one.place), default=None)
    return best.slot if best else None


def _fits(said: Mapping[UserId, Vote], needed: Mapping[str, int]) -> bool:
    coming = [vote.agency for vote in said.values() if vote.answer is not Answer.NO]
    return bool(coming) and all(coming.count(agency) >= count for agency, count in needed.items())


def _willing(said: Mapping[UserId, Vote]) -> tuple[int, int, int]:
    """Return how few can come, how few say yes, and how many say no: the smallest is the best."""
    answers = [vote.answer for vote in said.values()]
    no, yes = answers.count(Answer.NO), answers.count(Answer.YES)
    return no - len(answers), -yes, no
