"""Cards stand where an incident was declared, and in linked rooms: whom a mark lets have it reads it on demand."""

from __future__ import annotations

from ..fakes import ROOM
from ..world import Person, World
from .marked import OTHER, TITLE, ana, asks, cards, comes, direct, luc, ref, world

__all__ = ["ana", "luc", "ref", "world"]


async def test_a_mark_that_lets_an_agency_have_it_puts_no_card_into_its_rooms(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    eva = world.person("eva", "FRA-PN", room=OTHER)
    await asks(ana, f"!mark {ref} TLP:AMBER rel:FRA-PN")
    assert TITLE in (await asks(eva, f"!incident show {ref}", OTHER)).body, "who asks gets an answer"
    assert (await asks(eva, f"!incident note {ref} Vu", OTHER)).record["ok"]
    assert (await asks(ana, f"!incident severity {ref} very_high pior")).record["ok"]
    await comes(world, "@zoe-pn:example.org", "join", OTHER)
    await comes(world, "@zoe-pn:example.org", "leave", OTHER)
    world.clock.passes(minutes=2)
    await world.wakes()
    assert {heard.room for heard in world.heard if heard.kind == "card"} == {ROOM} and cards(world, OTHER) == []
    assert {heard.room for heard in world.heard if heard.kind == "pin"} == {ROOM}
    assert direct(eva) not in {heard.room for heard in world.heard}
