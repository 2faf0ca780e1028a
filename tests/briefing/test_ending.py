"""How long and how often a briefing is may be said in words, in each language of the interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from bot.command import Context
from bot.i18n import INTERFACE_LANGUAGES, Catalogues
from bot.model.person import Actor, LanguageCode, Role, UserId, Zone
from bot.model.shift.repeating import rule_for
from bot.router import Router
from commands import COMMANDS
from commands.briefing.ending import parted

from ..duties import chooses
from ..rosters import answer
from ..world import World
from .scene import utc

ROUTER = Router(COMMANDS, Catalogues.load())
TIME = "Brief para todos 2026-11-24 07:30"
WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"


def context(language: str) -> Context:
    code = LanguageCode(language)
    ana = Actor(
        UserId("@ana:example.org"), "Ana", frozenset({Role.OFFICER}), None, code, code, Zone("UTC"), frozenset()
    )
    now, services = utc("2026-11-22T10:00:00"), cast(Any, None)
    return Context(ana, "!r", "$e", now, services, ROUTER.help, ROUTER.names)


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("value", ["day", "week", "weekdays", "weekend"])
def test_each_name_of_the_options_is_understood_as_a_word(language: str, value: str) -> None:
    for lasts in ROUTER.names("option", "for", language):
        for every in ROUTER.names("option", "every", language):
            for often in ROUTER.names("value", value, language):
                said = f"{TIME} {lasts} 45m {every} {often}"
                found = parted(context(language), said)
                assert found == (TIME, timedelta(minutes=45), rule_for(value, language)), said


@pytest.mark.parametrize(
    ("language", "said", "rule"),
    [
        ("en", "every weekday for 45 minutes", WEEKDAYS),
        ("pt", "durante 45 minutos cada segunda-feira", MONDAYS),
        ("pt", "cada dias úteis por 45m", None),
        ("es", "durante 45 minutos cada lunes", MONDAYS),
        ("de", "jeden Montag für 45 Minuten", MONDAYS),
        ("fr", "pendant 45 minutes chaque lundi", MONDAYS),
        ("it", "per 45 minuti ogni lunedì", MONDAYS),
        ("el", "για 45 λεπτά κάθε Δευτέρα", MONDAYS),
        ("tr", "her pazartesi 45 dakika boyunca", MONDAYS),
        ("ar", "كل يوم الاثنين لمدة 45 دقيقة", None),
    ],
)
def test_it_is_understood_as_people_write_it(language: str, said: str, rule: str | None) -> None:
    text, length, found = parted(context(language), f"{TIME} {said}")
    if rule is None:
        assert text != TIME, "what is not understood as a whole stays, and is asked about as a time"
    else:
        assert (text, length, found) == (TIME, timedelta(minutes=45), rule)


@pytest.mark.parametrize(
    "said", [TIME, "Café por turnos 2026-11-24 07:30", "Plano para 2026-11-24 07:30", "para 30m", "boyunca", ""]
)
@pytest.mark.parametrize("language", ["pt", "tr"])
def test_what_is_no_length_stays(language: str, said: str) -> None:
    assert parted(context(language), said) == (said, None, None)


def test_what_is_said_twice_is_taken_once() -> None:
    assert parted(context("en"), f"{TIME} for 1h for 45m") == (f"{TIME} for 1h", timedelta(minutes=45), None)


def test_a_very_long_line_is_read_in_no_time() -> None:
    text = "for 30m every " * 5_000
    assert parted(context("en"), text) == (text.strip(), None, None)


async def test_ana_plans_in_portuguese(world: World) -> None:
    await world.stop()
    world.catalogues = Catalogues.load()
    await world.start()
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!briefing agendar Passagem de turno 2026-11-24 09:00 durante 45m cada semana")
    assert answer(ana).record["ok"], answer(ana).body
    await chooses(ana, answer(ana), "save")
    [row] = await world.database.rows("SELECT * FROM briefing")
    assert (row["title"], row["rule"]) == ("Passagem de turno", "FREQ=WEEKLY")
    await ana.says("!briefing schedule Passagem de turno 2026-11-24 09:00 por volta de 45m")
    assert "para:30m cada:semana" in answer(ana).body, answer(ana).body
