"""Approved phrases: found by their codes, and guessed from a slip or from words."""

from __future__ import annotations

import pytest

from bot.config.phrases import shipped_phrases
from bot.model.phrase import MOST_GUESSES, Phrase, Phrasebook

from ..cost import takes_under

SHIPPED = shipped_phrases()
BOOK = Phrasebook(SHIPPED.topics, SHIPPED.wordings)
GATE = Phrase("bravo.gate", {"es": "Abra la puerta.", "pt-BR": "Abra o portão."})


@pytest.mark.parametrize(
    "typed",
    ["halt.vehicle", "HALT.VEHICLE", "Halt Vehicle", "halt-vehicle",
     " halt . vehicle ", "“halt.vehicle”", "HALT.VEHİCLE",
     "halt.vehıcle", "\u2067halt.vehicle\u2069", "halt.vehicle."],
)  # fmt: skip
def test_a_code_is_found_as_people_type_it(typed: str) -> None:
    found = BOOK.find(typed)
    assert found and found.code == "halt.vehicle"


@pytest.mark.parametrize(
    "typed", ["", "halt", "vehicle.halt", "halt.vehicles", "Stop the vehicle.", "halt.vehicle now"]
)
def test_what_is_not_quite_a_code_is_none(typed: str) -> None:
    assert BOOK.find(typed) is None


@pytest.mark.parametrize(
    ("typed", "language", "first"),
    [
        ("halt.vehcile", "en", "halt.vehicle"),
        ("rihgts.lawyer", "en", "rights.lawyer"),
        ("boat.engin", "pt", "boat.engine"),
        ("haltvehicle", "en", "halt.vehicle"),
        ("documents", "en", "check.documents"),
        ("show me the documents", "en", "check.documents"),
        ("documentos", "pt", "check.documents"),
        ("documento", "pt", "check.documents"),
        ("ABOGADO", "es", "rights.lawyer"),
        ("hände", "de", "halt.hands"),
        ("haende hoch", "de", "halt.raise"),
        ("δικηγορος", "el", "rights.lawyer"),
        ("адвокат", "uk", "rights.lawyer"),
        ("avukat", "tr", "rights.lawyer"),
        ("محام", "ar", "rights.lawyer"),
        ("lawyer", "pt", "rights.lawyer"),
        ("documentos", "pt-BR", "check.documents"),
    ],
)
def test_a_slip_or_words_in_ones_language_say_what_may_be_meant(typed: str, language: str, first: str) -> None:
    assert BOOK.near(typed, language)[0].code == first


def test_a_topic_brings_up_its_phrases() -> None:
    assert {phrase.topic for phrase in BOOK.near("boat", "en")} == {"boat"}


@pytest.mark.parametrize("typed", ["", "zzzz", "?!", "a", "x" * 5000])
def test_what_is_like_nothing_brings_up_nothing(typed: str) -> None:
    assert BOOK.near(typed, "en") == ()


def test_words_of_a_language_that_one_does_not_read_are_not_looked_at() -> None:
    assert BOOK.near("Rechtsanwalt", "de")
    assert BOOK.near("Rechtsanwalt", "el") == ()


def test_not_more_are_suggested_than_one_can_read() -> None:
    assert len(BOOK.near("you", "en")) == MOST_GUESSES


@pytest.mark.parametrize("typed", ["x" * 4000, "documents engine " * 250, "ab " * 1300, "\u0301" * 4000])
def test_the_longest_command_takes_no_time(typed: str) -> None:
    assert takes_under(0.1, lambda: BOOK.near(typed, "en", "pt"))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(("es",), "es"), (("es-MX",), "es"), (("pt-BR",), "pt-BR"), (("pt",), None), (("fr", "es"), "es"), ((), None)],
)
def test_a_wording_is_the_first_that_one_reads(wanted: tuple[str, ...], found: str | None) -> None:
    assert GATE.language(*wanted) == found
    assert GATE.wording(*wanted) == GATE.wordings[found or "es"]


def test_a_topic_without_a_name_is_called_by_its_code() -> None:
    book = Phrasebook(
        {"a": {"en": "Gate", "pt": "Portão"}}, {"a.x": {"en": "x"}, "b.y": {"en": "y"}, "a.z": {"en": "z"}}
    )
    assert [(t.code, t.name("pt"), t.name("fr"), len(t.phrases)) for t in book.topics] == [
        ("a", "Portão", "Gate", 2),
        ("b", "b", "b", 1),
    ]
