"""Whether a crew understands each other: one language that all know, or interpreters through whom all are reached."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.patrol import Member, Patrol, Speaker, Tongue, apart, tongue
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.shift import Span

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def crew(*known: str) -> list[Speaker]:
    """Return a crew by the languages of each, such as `pt en`; who interprets has an asterisk before them."""
    return [
        Speaker(
            UserId(f"@p{number}:example.org"),
            frozenset(map(LanguageCode, one.lstrip("*").split())),
            one.startswith("*"),
        )
        for number, one in enumerate(known)
    ]


def pairs(people: list[Speaker]) -> set[tuple[str, str]]:
    """Return who cannot talk with whom, by their numbers."""
    return {(one.person[2], other.person[2]) for one, others in apart(people) for other in others}


@pytest.mark.parametrize(
    ("known", "languages", "through"),
    [
        (["pt"], ["pt"], False),
        (["pt en", "en fr"], ["en"], False),
        (["pt en es", "en es"], ["en", "es"], False),
        (["pt", "fr"], [], True),
        (["pt", "fr", "pt fr"], [], True),
        (["pt", "fr", "*pt fr"], ["fr", "pt"], True),
        (["pt", "*fr"], [], True),
        # Each two of them share a language, but there is none that all know.
        (["pt en", "en fr", "fr pt"], [], True),
        (["pt en", "en fr", "*fr pt"], ["fr", "pt"], True),
        # Two interpreters who meet in a third language.
        (["pt", "el", "*pt en", "*en el"], ["en"], True),
        (["pt", "el", "*pt en", "*fr el"], [], True),
    ],
)
def test_in_which_languages_all_of_a_crew_are_reached(known: list[str], languages: list[str], through: bool) -> None:
    found = tongue(crew(*known))
    assert (list(found.languages), found.through) == (languages, through)
    assert bool(found) is bool(languages)


def test_a_crew_of_nobody_has_no_language() -> None:
    assert not tongue([]) and apart([]) == []


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        (["pt", "fr"], {("0", "1")}),
        (["pt", "pt en", "fr"], {("0", "2"), ("1", "2")}),
        (["pt", "fr", "pt fr"], {("0", "1")}),
        (["pt", "fr", "*pt fr"], set()),
        (["pt", "fr", "*pt en"], {("0", "1"), ("1", "2")}),
        (["pt", "el", "*pt en", "*en el"], set()),
        (["pt en", "en fr", "fr pt"], set()),
    ],
)
def test_who_shares_nothing_with_whom(known: list[str], wanted: set[tuple[str, str]]) -> None:
    assert pairs(crew(*known)) == wanted


CREWS = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abcd"), min_size=1), st.booleans()), min_size=1, max_size=6
).map(lambda found: crew(*(f"{'*' if helps else ''}{' '.join(sorted(known))}" for known, helps in found)))


@given(CREWS)
def test_nobody_is_apart_in_a_crew_that_has_a_language_of_all(people: list[Speaker]) -> None:
    if tongue(people):
        assert apart(people) == []


@given(CREWS, st.frozensets(st.sampled_from("abcd"), min_size=4))
def test_one_who_interprets_between_all_is_always_enough(people: list[Speaker], known: frozenset[str]) -> None:
    helper = Speaker(UserId("@helper:example.org"), frozenset(map(LanguageCode, known)), interprets=True)
    assert tongue([*people, helper])


@given(CREWS)
def test_who_does_not_interpret_can_always_be_taken_off(people: list[Speaker]) -> None:
    left = [one for one in people if one.interprets] or people[:1]
    if tongue(people):
        assert tongue(left)


def test_a_crew_is_changed_in_its_order() -> None:
    ana, rui, eva = (UserId(f"@{name}:example.org") for name in ("ana", "rui", "eva"))
    patrol = Patrol(
        Reference("BRAVO-7K3Q0"),
        "!room",
        "River",
        Span(NOON, NOON),
        (Member(ana), Member(rui, agreed=False)),
        ana,
        NOON,
    )
    assert patrol.with_crew(Member(ana, interprets=True), Member(eva)).people == (ana, rui, eva)
    assert patrol.without([ana]).people == (rui,) and patrol.awaited() == (rui,)
    assert not patrol.comes(NOON)


def test_a_tongue_is_true_with_a_language() -> None:
    assert Tongue((LanguageCode("pt"),)) and not Tongue(())
