"""Translations in records of which something is doubtful: said wherever they are shown, with the reason."""

from __future__ import annotations

import pytest

from bot.model.translation import Flag

from ..world import Person, World
from .scene import TITLE, card_of, cards, ref_of, replied

DOUBT = "⚠ uncertain machine translation: numbers have changed"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


def plain(person: Person) -> str:
    return person.last.body.replace("\u2068", "").replace("\u2069", "")


async def declared(world: World, ana: Person) -> str:
    for text in (TITLE, "Dois a bordo"):
        world.translator.flags[text] = (Flag.NUMBER, Flag.NEGATION)
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    return card_of(world)


async def test_a_doubtful_title_is_said_to_be_one(world: World, ana: Person, kate: Person) -> None:
    card = await declared(world, ana)
    assert "Uncertain machine translation" in cards(world)[card].body
    for line in ("!incident list", "!incident show", f"!incident find {TITLE}"):
        await kate.says("", **replied(line, card))
        assert f"{TITLE} (pt to en) ({DOUBT}" in plain(kate), line
        assert "machine translation)" not in plain(kate), line
    await ana.says("!incident declare Um carro parado type:vehicle severity:low")
    await kate.says("!incident list")
    assert "Um carro parado (pt to en) (machine translation)" in plain(kate), "nor is one without a doubt unmarked"
    await ana.says("", **replied("!incident list", card))
    assert "uncertain" not in plain(ana), "who reads it as it was written has no doubt"


async def test_so_is_a_doubtful_note_and_a_task(world: World, ana: Person, kate: Person) -> None:
    card = await declared(world, ana)
    await ana.says("", **replied("Dois a bordo", card))
    await ana.says("", **replied("Um ferido", card))
    await ana.says(f"!incident task {ref_of(world)} Dois a bordo")
    await kate.says("", **replied("!incident timeline", card))
    assert plain(kate).count(f"Dois a bordo (pt to en) ({DOUBT}") == 2
    assert "Um ferido (pt to en) (machine translation)" in plain(kate)
    await kate.says("!task list")
    assert f"Dois a bordo (pt to en) ({DOUBT}" in plain(kate)
    await kate.says("!incident find bordo")
    assert f": “Dois a bordo (pt to en) ({DOUBT}" in plain(kate)


async def test_so_is_why_a_severity_has_changed_on_the_card(world: World, ana: Person, kate: Person) -> None:
    card, lead = await declared(world, ana), world.person("lead")
    await lead.says("!language pt")
    await lead.says(f"!incident severity {ref_of(world)} low Dois a bordo")
    said = cards(world)[card].body.replace("\u2068", "").replace("\u2069", "")
    assert f"Why the severity has changed: Dois a bordo (pt to en) ({DOUBT}" in said


async def test_each_part_of_a_decision_says_that_a_machine_has_translated_it(world: World, kate: Person) -> None:
    lead = world.person("lead")
    await lead.says("!language pt")
    await lead.says(f"!incident declare {TITLE} type:vessel severity:high")
    said = "Feche o portão\nHá nevoeiro"
    for doubt in (False, True):
        if doubt:
            world.translator.flags[said] = (Flag.NUMBER,)
        await lead.says(f"!incident decide {ref_of(world)} Feche o portão rationale: Há nevoeiro")
        await kate.says("", **replied("!incident timeline", card_of(world)))
        mark = f"({DOUBT}" if doubt else "(machine translation)"
        assert f"Rationale: Há nevoeiro (pt to en) {mark}" in plain(kate)
