"""Once those have gone who might not read an incident, its card is there again, with their going."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.incident import EntryKind
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.services.fresh import MOST

from ..companions import CHEFE, SALA, in_room, link
from ..fakes import BOT, ROOM
from ..world import Person, World
from .marked import ana, asks, cards, comes, leads, luc, marks, ref
from .scene import card_of, threaded

__all__ = ["ana", "luc", "ref"]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world in which the lead of the linked room is one, too."""
    world = World(tmp_path / "liaison.db", leads(CHEFE))
    await world.start()
    yield world
    await world.stop()


@pytest_asyncio.fixture
async def hidden(world: World, ana: Person, luc: Person, ref: str) -> str:
    """Return the reference of an incident that not everyone in the room may read: it has no card there."""
    await asks(ana, f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    assert cards(world) == []
    return ref


async def test_the_card_is_there_again_when_the_last_of_them_has_gone(
    world: World, ana: Person, luc: Person, hidden: str
) -> None:
    eva = world.person("eva", "FRA-PN")
    await comes(world, eva.user_id, "leave")
    assert cards(world) == [], "there is another one still"
    await comes(world, luc.user_id, "leave")
    [card] = cards(world)
    assert card.record["ref"] == hidden and "TLP:AMBER" in card.body and len(world.pinned) == 1
    await ana.says("Está tudo bem")
    await comes(world, "@rui:gnr.example", "leave")
    assert len(cards(world)) == 1, "once"
    await comes(world, luc.user_id, "invite")
    assert cards(world) == [] and world.pinned == set()
    await comes(world, luc.user_id, "leave")
    assert len(cards(world)) == 1, "whoever was invited and does not come"


async def test_what_is_closed_or_hidden_still_does_not_come_back(
    world: World, ana: Person, luc: Person, hidden: str
) -> None:
    await marks(world, hidden, "TLP:RED")
    await comes(world, luc.user_id, "leave")
    assert cards(world) == []
    await marks(world, hidden, "TLP:AMBER", ("PRT-GNR",))
    await asks(ana, f"!incident close {hidden} resolved")
    before = len(cards(world))
    await comes(world, "@kate:gnr.example", "leave")
    assert len(cards(world)) == before


async def test_so_many_at_once_and_the_others_a_minute_later(
    world: World, ana: Person, luc: Person, hidden: str
) -> None:
    many = MOST + 2
    refs = []
    for number in range(many):
        world.clock.passes(seconds=1)
        refs.append((await asks(ana, f"!incident declare boat {number} type:vessel severity:low")).record["ref"])
    for one in refs:
        world.clock.passes(seconds=10)
        await asks(ana, f"!mark {one} TLP:AMBER rel:PRT-GNR")
    assert cards(world) == []
    await comes(world, luc.user_id, "leave")
    assert len(cards(world)) == MOST
    world.clock.passes(seconds=61)
    await world.wakes()
    assert len(cards(world)) == many + 1


@pytest.mark.parametrize("before", [True, False])
async def test_so_it_is_in_a_linked_room_of_what_was_declared_since(world: World, before: bool) -> None:
    world.rooms.joined[ROOM] = [UserId(BOT)]
    ana = in_room(world, "@ana:gnr.example", ROOM)
    if before:
        world.clock.passes(seconds=-1)
        declared = await asks(ana, "!incident declare Barco type:vessel severity:low")
        world.clock.passes(seconds=1)
    lead, _chefe = await link(world)
    if not before:
        world.clock.passes(seconds=1)
        declared = await asks(ana, "!incident declare Barco type:vessel severity:low")
    found = str(declared.record["ref"])
    in_room(world, "@luc-pn:example.org", SALA)
    await comes(world, lead.user_id, "leave")
    await marks(world, found, "TLP:AMBER", ("PRT-GNR",))
    await comes(world, "@luc-pn:example.org", "join", SALA)
    assert cards(world, SALA) == []
    await comes(world, "@luc-pn:example.org", "leave", SALA)
    assert len(cards(world, SALA)) == (0 if before else 1)


async def test_what_is_said_below_the_old_card_is_entered_still(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    old = card_of(world)
    await comes(world, luc.user_id, "leave")
    await comes(world, luc.user_id, "join")
    assert card_of(world) != old and old in world.redacted
    await ana.says("", **threaded("Dois barcos", old))
    entries = await world.store.incident.entries(Reference(ref))
    assert [(one.kind, one.text) for one in entries[1:]] == [(EntryKind.NOTE, "Dois barcos")]
