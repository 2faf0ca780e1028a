"""`liaison when`: one JSON object, in the language of the person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app

NOW = "2026-11-24T09:30:00Z"


def when(text: str, *, language: str = "en", zone: str = "Europe/Lisbon", now: str = NOW) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["when", text, "--language", language, "--zone", zone, "--now", now])
    return done.exit_code, json.loads(done.stdout)


def test_a_time_is_printed_as_it_is_understood() -> None:
    assert when("amanhã às 7h30 Europe/Athens", language="pt") == (
        0,
        {"utc": "2026-11-25T05:30:00Z", "wall": "2026-11-25T07:30:00", "zone": "Europe/Athens", "note": None},
    )


@pytest.mark.parametrize(
    ("text", "language", "note"),
    [
        ("8:00", "en", "That time is past today, so I take tomorrow: 25 Nov 2026, 08:00 UTC."),
        ("8:00", "es", "Hoy esa hora ya ha pasado, así que entiendo que es mañana: 25 nov 2026, 8:00 UTC."),
        ("2027-10-31 01:30", "en", "The clocks go back and that time comes twice. I take 31 Oct 2027, 01:30 UTC+1."),
        ("28/03/2027 01:30", "pt", "Os relógios adiantam-se e essa hora não existe"),
        ("amanhã", "pt", "Não indicou a hora, por isso considero o dia inteiro."),
        ("Tuesday 14:30", "en", "That is today: 24 Nov 2026, 14:30 UTC."),
    ],
)
def test_the_note_is_a_sentence_of_the_persons_language(text: str, language: str, note: str) -> None:
    code, shape = when(text, language=language)
    assert code == 0
    assert shape["note"].startswith(note)


@pytest.mark.parametrize(
    ("text", "language", "error"),
    [
        ("xyz", "en", "I do not understand “xyz” as a time. Write it like this: 2026-11-25 14:30."),
        ("xyz", "pt", "Não percebo «xyz» como data e hora. Escreva assim: 2026-11-25 14:30."),
        ("amanhã à noite", "pt", "Falta a hora em «amanhã à noite»."),
        ("221430ZNOV26", "es", "«221430ZNOV26» ya ha pasado. Indique una fecha u hora futura."),
        ("31.02. 10:00", "en", "“31.02. 10:00” does not exist: there is no such date or time."),
        ("03/04 10:00", "en", "“03/04 10:00” can mean 4 Mar 2027, 10:00 UTC or 3 Apr 2027, 10:00 UTC+1."),
        ("12 March 20", "en", "“12 March 20” can be read in more than one way. Write it like this:"),
        ("1430J", "en", "Zone letter J is the local time of whoever writes it"),
    ],
)
def test_the_error_is_a_sentence_and_the_exit_code_is_2(text: str, language: str, error: str) -> None:
    code, shape = when(text, language=language)
    assert (code, list(shape)) == (2, ["error"])
    assert shape["error"].startswith(error)


def test_an_unknown_zone_is_an_error() -> None:
    code, shape = when("14:30", zone="Atlantis")
    assert code == 2
    assert shape["error"].startswith("I do not know the time zone “Atlantis”.")


def test_a_now_that_is_none_is_told_on_standard_error() -> None:
    done = CliRunner().invoke(app, ["when", "14:30", "--now", "soon"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--now: soon is no ISO 8601 moment" in done.stderr


def test_now_is_the_machines_clock_by_default() -> None:
    assert CliRunner().invoke(app, ["when", "in 2h"]).exit_code == 0
