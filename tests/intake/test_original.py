"""A message once more: what it says now, and only if it is the one that it was."""

from __future__ import annotations

from typing import Any

import pytest

from ..fakes import ROOM
from ..world import Person, World
from .test_edits import edit_of
from .test_redactions import redacts


@pytest.fixture
def ana(world: World) -> Person:
    world.person("rui")
    return world.person("ana", "PRT-GNR")


async def fetched(world: World, event_id: str) -> str | None:
    incoming = await world.services.original.fetch(ROOM, event_id)
    assert incoming is None or incoming.event_id == event_id
    return incoming.said if incoming else None


async def test_it_says_what_its_last_edit_made_of_it(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    assert await fetched(world, said) == "A ponte está livre"
    for text in ("A ponte está fechada", "A ponte caiu"):
        last = await ana.says("", content=edit_of(said, text))
    assert await fetched(world, said) == "A ponte caiu"
    await redacts(world, last)
    assert await fetched(world, said) == "A ponte está fechada", "as the homeserver then says"
    await redacts(world, said)
    assert await fetched(world, said) is None


@pytest.mark.parametrize(
    ("sender", "raw"),
    [
        ("@rui:example.org", {}),
        ("@ana:gnr.example", {"trusted": False}),
        ("@ana:gnr.example", {"encrypted": False}),
        ("@ana:gnr.example", {"trust": "forged"}),
        ("@ana:gnr.example", {"unreadable": "malformed"}),
    ],
)
async def test_an_edit_that_does_not_count_changes_nothing(
    world: World, ana: Person, sender: str, raw: dict[str, Any]
) -> None:
    said = await ana.says("A ponte está livre")
    await world.receives(sender, "", content=edit_of(said, "Abra o portão"), **raw)
    await world.settles()
    assert await fetched(world, said) == "A ponte está livre"


@pytest.mark.parametrize(
    "raw",
    [{"encrypted": False}, {"trust": "forged"}, {"unreadable": "malformed"}, {"session": "never came"}],
)
async def test_what_is_not_believed_is_not_fetched(world: World, ana: Person, raw: dict[str, Any]) -> None:
    assert await fetched(world, await ana.says("A ponte está livre", **raw)) is None


async def test_what_was_said_before_the_bot_came_or_elsewhere_is_not_fetched(world: World, ana: Person) -> None:
    before = {"type": "m.room.message", "sender": ana.user_id, "content": {"body": "Olá"}, "encrypted": True}
    world.events["$before"] = (ROOM, before)
    assert await fetched(world, "$before") is None
    [elsewhere] = await world.receives(ana.user_id, "Olá", room="!other:example.org")
    await world.settles()
    assert await fetched(world, elsewhere) is None
    assert await fetched(world, "$unknown") is None


async def test_another_ciphertext_under_its_id_is_not_believed(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre", megolm=("session", 1))
    await ana.says("A ponte está fechada", megolm=("session", 2))
    assert await fetched(world, said) == "A ponte está livre"
    room, raw = world.events[said]
    for index in (2, 3):
        world.events[said] = (room, raw | {"megolm": ("session", index)})
        assert await fetched(world, said) is None
