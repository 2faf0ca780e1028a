"""Cards: one an incident, pinned while it is open, made anew for who comes later."""

from __future__ import annotations

from typing import Any

import pytest

from ..fakes import ROOM
from ..world import Person, World
from .scene import TITLE, card_of, cards, entries, ref_of, replied

LEAD = "@lead:example.org"


def member(user_id: str, membership: str = "join") -> dict[str, Any]:
    """Return a change of somebody's membership."""
    return {
        "type": "m.room.member", "content": {"membership": membership}, "state_key": user_id, "encrypted": False,
        "trusted": False,
    }  # fmt: skip


async def comes(world: World, name: str, agency: str | None = None) -> Person:
    """Have somebody join the room."""
    person = world.person(name, agency)
    await person.says("", **member(person.user_id))
    return person


async def goes(world: World, person: Person) -> None:
    """Have somebody leave the room."""
    world.rooms.joined[ROOM].remove(person.user_id)
    await person.says("", **member(person.user_id, "leave"))


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def lead(world: World) -> Person:
    world.rooms.joined[ROOM].append(LEAD)  # type: ignore[arg-type]
    return Person(world, LEAD)


async def declared(ana: Person, title: str = TITLE) -> str:
    ana.world.clock.passes(minutes=1)
    await ana.says(f"!incident declare {title} type:vessel severity:high")
    return list(cards(ana.world))[-1]


async def test_a_card_is_pinned_while_its_incident_is_open(world: World, ana: Person, lead: Person) -> None:
    card = await declared(ana)
    assert world.pinned == {card}
    await ana.says("", **replied("two boats", card))
    assert [heard.kind for heard in world.heard].count("pin") == 1, "a note pins nothing again"
    await lead.says(f"!incident close {ref_of(world)} resolved Nobody there")
    assert world.pinned == set() and card in cards(world)
    await lead.says(f"!incident reopen {ref_of(world)} They are back")
    assert world.pinned == {card}


async def test_who_comes_later_gets_a_fresh_card(world: World, ana: Person) -> None:
    old = [await declared(ana), await declared(ana, "Carro parado")]
    await ana.says("", **replied("two boats", old[0]))
    await comes(world, "kate")
    fresh = list(cards(world))
    assert len(fresh) == 2 and not {*fresh} & {*old}, "the old ones are withdrawn"
    assert {*old} <= {*world.redacted} and world.pinned == {*fresh}
    assert "2 entries" in cards(world)[fresh[0]].body and cards(world)[fresh[0]].record["revision"] == 2
    order = [heard.kind for heard in world.heard[-6:]]
    assert order.index("card") < order.index("redact"), "there is always one"
    await ana.says("", **replied("three boats", fresh[0]))
    assert cards(world)[fresh[0]].record["revision"] == 3
    await ana.says("", **replied("four boats", old[0]))
    assert [one.text for one in await entries(world)][1:] == ["two boats", "three boats", "four boats"]


async def test_who_was_there_gets_none(world: World, ana: Person) -> None:
    world.person("kate")
    card = await declared(ana)
    await ana.says("", **member(ana.user_id))
    for name in ("eva", "zoe"):
        world.person(name)
    await ana.says("", **member("@eva:example.org"))
    fresh = card_of(world)
    assert fresh != card
    await ana.says("", **member("@zoe:example.org"))
    assert card_of(world) == fresh, "who came with others reads what was made for these"


async def test_who_comes_back_gets_a_fresh_one(world: World, ana: Person) -> None:
    kate = world.person("kate")
    card = await declared(ana)
    await goes(world, kate)
    assert card_of(world) == card
    await comes(world, "kate")
    assert card_of(world) != card


async def test_what_is_closed_and_who_is_not_served_bring_none(world: World, ana: Person, lead: Person) -> None:
    card = await declared(ana)
    world.rooms.joined[ROOM].append("@eve:elsewhere.example")  # type: ignore[arg-type]
    await ana.says("", **member("@eve:elsewhere.example"))
    assert card_of(world) == card
    await lead.says(f"!incident close {ref_of(world)} resolved Nobody there")
    await comes(world, "kate")
    assert card_of(world) == card


async def test_with_the_power_to_pin_it_is_pinned(world: World, ana: Person) -> None:
    await declared(ana)
    before = len(world.heard)
    await ana.says("", type="m.room.power_levels", content={}, state_key="", encrypted=False, trusted=False)
    assert [heard.kind for heard in world.heard[before:]] == ["pin"]
