"""A poll's choice: who must come, how many, and what decides where several times would do."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.person import UserId
from bot.model.shift import Span
from bot.model.slot import Answer, Ranked, Vote, Votes, chosen

START = datetime(2026, 12, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = SLOTS = tuple(Span(START + n * HOUR, START + (n + 1) * HOUR) for n in range(3))
YES, IF, NO = Answer.YES, Answer.IF_NEED_BE, Answer.NO
PEOPLE = {"ana": "PRT", "rui": "PRT", "eleni": "GRC", "kate": "USA", "bo": "ESP"}
SAID = {"y": YES, "i": IF, "n": NO}


def ranks(*costs: int) -> list[Ranked]:
    return sorted((Ranked(slot, cost, ()) for slot, cost in zip(SLOTS, costs, strict=False)), key=lambda one: one.place)


def vote(name: str, slot: Span, answer: Answer) -> Vote:
    return Vote(UserId(f"@{name}:example.org"), PEOPLE[name], slot, answer)


def votes(said: Mapping[str, str], required: str = "", quorum: Mapping[str, int] | None = None) -> Votes:
    """Return votes written as a letter a slot: `yin`; `-` for none."""
    cast = tuple(
        vote(name, slot, SAID[letter])
        for name, letters in said.items()
        for slot, letter in zip(SLOTS, letters, strict=False) if letter != "-"
    )  # fmt: skip
    return Votes(cast, frozenset(required.split()), quorum or {})


@pytest.mark.parametrize(
    ("said", "required", "quorum", "best"),
    [
        ({}, "", {}, None),
        ({"ana": "nnn"}, "", {}, None),
        ({"ana": "nyn"}, "", {}, B),
        ({"ana": "yy", "eleni": "ny"}, "", {}, B),  # most can come
        ({"ana": "ii", "eleni": "iy"}, "", {}, B),  # most say yes
        ({"ana": "iy", "eleni": "in"}, "", {}, A),  # two who can come before one who likes to
        ({"ana": "yy", "eleni": "n-"}, "", {}, B),  # fewest say no
        ({"ana": "yy", "eleni": "yy", "kate": "yn", "bo": "yy"}, "USA", {}, A),
        ({"ana": "ny", "rui": "ny", "eleni": "yn", "bo": "ny"}, "GRC", {}, A),  # she alone can, and has to
        ({"ana": "yy", "eleni": "nn"}, "GRC", {}, None),
        ({"ana": "yy"}, "GRC", {}, None),  # who has not answered has not agreed
        ({"ana": "yn", "rui": "ny", "eleni": "yy"}, "PRT", {}, A),  # one of them is enough
        ({"ana": "yy", "rui": "ny"}, "", {"PRT": 2}, B),
        ({"ana": "yy", "rui": "nn"}, "", {"PRT": 2}, None),
        ({"ana": "ni", "rui": "ni", "eleni": "yn"}, "", {"PRT": 1}, B),
        ({"ana": "ny", "eleni": "yn"}, "PRT", {"PRT": 0}, B),  # to be required is one at least
        ({"ana": "yy", "eleni": "nn"}, "", {"GRC": 0}, A),
    ],
)
def test_the_choice(said: Mapping[str, str], required: str, quorum: Mapping[str, int], best: Span | None) -> None:
    assert chosen(ranks(0, 0, 0), votes(said, required, quorum)) == best


def test_of_times_that_are_liked_alike_the_one_that_costs_least_is_chosen_then_the_earliest() -> None:
    said = votes({"ana": "yyy", "eleni": "iii"})
    assert chosen(ranks(9, 4, 7), said) == B
    assert chosen(ranks(9, 4, 4), said) == B


def test_of_two_answers_of_one_person_the_less_willing_one_counts() -> None:
    twice = (vote("ana", A, YES), vote("ana", A, NO), vote("ana", B, IF))
    assert chosen(ranks(0, 0), Votes(twice)) == B
    assert chosen(ranks(0, 0), Votes(twice[::-1])) == B


def test_a_vote_for_a_time_that_is_not_proposed_counts_for_nothing() -> None:
    assert chosen(ranks(0, 0), Votes((vote("ana", C, YES),))) is None


def test_a_poll_of_five_hundred_is_chosen_from_at_once() -> None:
    slots = [Span(START + n * HOUR, START + (n + 1) * HOUR) for n in range(20)]
    cast = tuple(
        Vote(UserId(f"@p{n}:example.org"), "PRT", slot, NO if n < 499 - number else YES)
        for number, slot in enumerate(slots) for n in range(500)
    )  # fmt: skip
    began = time.perf_counter()
    assert chosen([Ranked(slot, 0, ()) for slot in slots], Votes(cast)) == slots[-1]
    assert time.perf_counter() - began < 2


casts = st.lists(
    st.builds(vote, st.sampled_from(sorted(PEOPLE)), st.sampled_from(SLOTS), st.sampled_from(Answer)), max_size=20
)
agencies = st.sampled_from(sorted(set(PEOPLE.values())))
polls = st.builds(
    lambda cast, required, quorum: Votes(tuple(cast), required, quorum),
    casts, st.frozensets(agencies, max_size=2), st.dictionaries(agencies, st.integers(0, 2), max_size=2),
)  # fmt: skip
costs = st.tuples(*[st.integers(0, 3)] * 3)


@settings(max_examples=200, deadline=None)
@given(polls, costs, st.sampled_from(sorted(PEOPLE)), st.sampled_from(SLOTS))
def test_a_refusal_more_never_makes_a_time_chosen(
    poll: Votes, cost: tuple[int, int, int], name: str, slot: Span
) -> None:
    more = Votes((*poll.cast, vote(name, slot, NO)), poll.required, poll.quorum)
    if chosen(ranks(*cost), more) == slot:
        assert chosen(ranks(*cost), poll) == slot


@settings(max_examples=200, deadline=None)
@given(polls, costs)
def test_nobody_who_has_to_come_has_refused_what_is_chosen(poll: Votes, cost: tuple[int, int, int]) -> None:
    best = chosen(ranks(*cost), poll)
    if best is None:
        return
    refused = {one.person for one in poll.cast if one.slot == best and one.answer is NO}
    coming = {one.person: one.agency for one in poll.cast if one.slot == best and one.person not in refused}
    assert poll.required <= set(coming.values())
    assert all(list(coming.values()).count(agency) >= count for agency, count in poll.quorum.items())


@settings(max_examples=200, deadline=None)
@given(polls, costs, st.integers())
def test_the_order_of_votes_and_times_changes_nothing(poll: Votes, cost: tuple[int, int, int], seed: int) -> None:
    mixed = random.Random(seed)
    ordered = ranks(*cost)
    other = Votes(tuple(mixed.sample(poll.cast, len(poll.cast))), poll.required, poll.quorum)
    assert chosen(mixed.sample(ordered, 3), other) == chosen(ordered, poll)
