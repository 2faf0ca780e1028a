"""Attacks on what incidents keep: what is taken back, and what is marked red."""

from __future__ import annotations

import pytest

from .incident.scene import TITLE, answers, card_of, edited, entries, reacted, redacted, ref_of, replied
from .world import Person, World, world

__all__ = ["world"]

SAID = "Informador Joaquim viu"
RED = "TLP:RED"


@pytest.fixture
def lead(world: World) -> Person:
    return world.person("lead")


@pytest.fixture
def ana(world: World, lead: Person) -> Person:
    return world.person("ana", "PRT-GNR")


async def two(ana: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    await ana.says("!incident declare Carro parado type:vehicle severity:low")


async def merged(world: World, lead: Person) -> None:
    await lead.says(f"!incident duplicate {ref_of(world)} of:{ref_of(world, 1)}")
    assert lead.hears("Go on with", ok=True)


async def test_a_note_of_a_duplicate_can_be_taken_back(world: World, lead: Person, ana: Person) -> None:
    await two(ana)
    said = await ana.says("", **replied(SAID, card_of(world)))
    assert (await entries(world))[-1].text == SAID
    await merged(world, lead)
    shown = len(world.shows())
    await ana.says("", **redacted(said))
    assert (await world.outcomes())[list(await world.outcomes())[-1]] == "followed"
    assert SAID not in [entry.text for entry in await entries(world)] and len(world.shows()) < shown


async def test_a_pinned_message_of_a_duplicate_can_be_taken_back(world: World, lead: Person, ana: Person) -> None:
    await two(ana)
    said = await ana.says(SAID)
    reaction = await lead.says("", **reacted("📌", said))
    await answers(lead, str(ref_of(world)))
    await merged(world, lead)
    shown = len(world.shows())
    await ana.says("", **redacted(said))
    assert len(world.shows()) < shown, "its translations are gone"
    await lead.says("", **redacted(reaction))
    assert "fault" not in (await world.outcomes()).values()


async def test_what_is_edited_in_a_duplicate_is_followed(world: World, lead: Person, ana: Person) -> None:
    await two(ana)
    said = await ana.says("", **replied(SAID, card_of(world)))
    await merged(world, lead)
    await ana.says("", **edited("Informador viu", said))
    assert "fault" not in (await world.outcomes()).values()
    assert not any(SAID in post.body for post in world.shows().values())


async def test_red_words_are_kept_in_no_question(world: World, lead: Person, ana: Person) -> None:
    await two(ana)
    ref = ref_of(world)
    await lead.says(f"!incident place {ref} 41.1,-8.1")
    await ana.says(f'!incident place {ref} 41.2,-8.2 note:"TLP:RED Joaquim"')
    rows = await world.database.rows("SELECT data FROM question")
    assert not any("Joaquim" in row["data"] for row in rows)
    assert ana.hears("goes into no record", ok=False, error="handling")


@pytest.mark.parametrize(
    "text", ['" OR *', "a\x00b", 'NEAR("x")', "'); DROP TABLE searched; --", "barco*", "ﷺ\u202ebarco"]
)
async def test_what_is_looked_for_is_no_expression(world: World, lead: Person, ana: Person, text: str) -> None:
    await two(ana)
    await ana.says(f"!incident find {text}")
    assert ana.last.record.get("error") != "internal"
