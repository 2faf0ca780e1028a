"""A poll's votes: what counts, who is waited for, why a time will not do, and the ids of answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.person import LanguageCode, UserId, Zone
from bot.model.poll import CHOICES, Cast, Poll, answer_id, awaited, obstacles, read_answer_id, unanswered, votes
from bot.model.reference import Reference
from bot.model.slot import Answer

START = datetime(2026, 12, 2, 9, tzinfo=UTC)
ANA, BO, EVE = (UserId(f"@{name}:example.org") for name in ("ana", "bo", "eve"))
PEOPLE = {ANA: "PRT", BO: "ESP", EVE: ""}
POLL = Poll(
    Reference("BRAVO-7K3Q0"), "Brief", LanguageCode("en"), "!room:example.org", ANA, "PRT", Zone("Europe/Lisbon"),
    timedelta(hours=1), (START, START + timedelta(hours=4)), None, START - timedelta(days=2), START - timedelta(days=1),
)  # fmt: skip


def cast(person: UserId, slot: int, answer: Answer = Answer.YES) -> Cast:
    return Cast(person, slot, answer)


def test_of_all_agencies_that_are_there_somebody_must_come_unless_some_are_named() -> None:
    assert votes(POLL, [], PEOPLE).required == {"PRT", "ESP"}
    assert votes(replace(POLL, need=("PRT",)), [], PEOPLE).required == {"PRT"}
    assert votes(replace(POLL, need=()), [], PEOPLE).required == frozenset()


def test_who_is_not_there_does_not_count() -> None:
    found = votes(POLL, [cast(ANA, 1), cast(UserId("@gone:example.org"), 1, Answer.NO)], PEOPLE)
    assert [one.person for one in found.cast] == [ANA]


def test_each_is_asked_about_the_first_time_without_an_answer() -> None:
    said = [cast(ANA, 1), cast(BO, 2), cast(EVE, 1), cast(EVE, 2)]
    assert [unanswered(POLL, said, user) for user in PEOPLE] == [2, 1, None]
    assert awaited(POLL, said, [*PEOPLE]) == [ANA, BO]


@pytest.mark.parametrize(
    ("said", "now", "text", "values"),
    [
        ([], START, "past by now", {}),
        ([], None, "no answer from {others}", {"others": ["ESP", "PRT"]}),
        ([cast(ANA, 1, Answer.NO)], None, "{agencies} said no; no answer", {"agencies": ["PRT"], "others": ["ESP"]}),
        ([cast(ANA, 1, Answer.NO), cast(BO, 1)], None, "{agencies} said no.", {"agencies": ["PRT"]}),
        ([cast(ANA, 1), cast(BO, 1, Answer.NO)], None, "{agencies} said no.", {"agencies": ["ESP"]}),
    ],
)
def test_why_a_time_will_not_do(
    said: list[Cast], now: datetime | None, text: str, values: dict[str, list[str]]
) -> None:  # fmt: skip
    found = obstacles(POLL, votes(POLL, said, PEOPLE), 1, now or POLL.closes_at)
    assert text in found.text
    for name, agencies in values.items():
        assert [one.text for one in found.values[name]] == agencies


def test_without_any_agency_nobody_can_come() -> None:
    poll = replace(POLL, need=())
    assert "nobody can come" in obstacles(poll, votes(poll, [cast(EVE, 1, Answer.NO)], PEOPLE), 1, POLL.closes_at).text


def test_the_id_of_an_answer_says_all_that_a_vote_needs() -> None:
    for name, _label in CHOICES:
        assert read_answer_id(answer_id(POLL, 2, name)) == (POLL.ref, 2, name)
    for wrong in ("", "yes", "BRAVO-7K3Q0 0 yes", "BRAVO-7K3Q0 12 yes", "BRAVO-7K3Q0 1 yes ", "bravo 1 yes", "X 1 ja"):
        assert read_answer_id(wrong) is None


def test_what_is_planned_begins_at_the_slot_by_the_clock_of_the_poll() -> None:
    summer = datetime(2026, 7, 2, 9, tzinfo=UTC)
    poll = replace(POLL, slots=(START, summer))
    assert poll.briefing(2).begins == datetime(2026, 7, 2, 10)
    assert poll.occurrence(2).begins.astimezone(UTC) == summer and poll.occurrence(2).length == POLL.length
