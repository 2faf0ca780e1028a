"""🌐 on the card of an incident: whoever reads neither of its languages gets it in their own."""

from __future__ import annotations

from typing import Any

import pytest

from ..fakes import configuration
from ..world import Person, World
from .scene import TITLE, card_of, cards, reacted, redacted, ref_of

PEOPLE = {
    "PRT-GNR": ("PT", "pt", "Europe/Lisbon", "@*:gnr.example"),
    "GRC-HP": ("GR", "el", "Europe/Athens", "@*-hp:example.org"),
}
AGENCIES = [
    {"code": code, "country": country, "language": language, "timezone": zone, "members": [members]}
    for code, (country, language, zone, members) in PEOPLE.items()
]


@pytest.fixture
async def world(tmp_path: Any) -> Any:
    world = World(tmp_path / "liaison.db", configuration(agencies=AGENCIES))
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def nikos(world: World) -> Person:
    rui, _kate = world.person("rui", "PRT-GNR"), world.person("kate")
    nikos = world.person("nikos-hp")
    await rui.says(f"!incident declare {TITLE} type:vessel severity:medium")
    return nikos


async def test_it_comes_below_the_card_in_the_readers_language(world: World, nikos: Person) -> None:
    await nikos.says("", **reacted("🌐", card_of(world)))
    assert nikos.hears(f"{TITLE} (pt to el)", ok=True, command="incident show", ref=str(ref_of(world)))
    assert nikos.last.reply_to == card_of(world) and nikos.last.msgtype == "m.notice"


async def test_who_reads_it_already_gets_nothing(world: World, nikos: Person) -> None:
    kate = Person(world, "@kate:example.org")  # type: ignore[arg-type]
    heard = len(world.heard)
    await kate.says("", **reacted("🌐", card_of(world)))
    assert len(world.heard) == heard


async def test_it_goes_with_the_reaction(world: World, nikos: Person) -> None:
    asked = await nikos.says("", **reacted("🌐", card_of(world)))
    shown = world.event_of(nikos.last)
    await nikos.says("", **redacted(asked))
    assert shown in world.redacted and card_of(world) not in world.redacted


async def test_it_is_taken_back_when_the_room_may_not_see_it_any_more(world: World, nikos: Person) -> None:
    await nikos.says("", **reacted("🌐", card_of(world)))
    shown, ref = world.event_of(nikos.last), ref_of(world)
    rui = Person(world, "@rui:gnr.example")  # type: ignore[arg-type]
    await rui.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    assert shown in world.redacted
    heard = len(world.heard)
    await nikos.says("", **reacted("🌐", "$sent1"))
    assert "pt to el" not in "".join(one.post.body for one in world.heard[heard:] if one.post)


async def test_the_original_title_stands_once_where_no_part_of_the_card_has_it(world: World, nikos: Person) -> None:
    [card] = cards(world).values()
    assert "Original, in" not in card.body, "one part of the card has it"
    await nikos.says("!incident declare \u0392\u03ac\u03c1\u03ba\u03b1 type:vessel severity:low")
    card = cards(world)[card_of(world, 1)]
    plain = card.body.replace("\u2068", "").replace("\u2069", "")
    assert plain.count("Original, in Greek: \u0392\u03ac\u03c1\u03ba\u03b1\n") == 1
    assert "Machine translation, el \u2192 en.\n\u2022 Original" in plain
    assert "Original, in Greek: \u0392" in card.html
    kate = Person(world, "@kate:example.org")  # type: ignore[arg-type]
    await kate.says(f"!incident show {ref_of(world, 1)}")
    assert kate.hears("Original, in Greek", ok=True)
