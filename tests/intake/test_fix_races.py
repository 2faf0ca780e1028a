"""Corrections from a linked room, while something happens to the message in its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.services.original import Fetched

from ..companions import CONFIG, SALA, answer, in_room, lines, link
from ..fakes import ROOM
from ..world import FakeFetching, Person, World
from .test_companions import ANA, post_of
from .test_redactions import redaction

SAID = "O camião 12-AB-34 está na ponte"
BETTER = "The lorry 12-AB-34 is on the bridge"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world of two leads."""
    world = World(tmp_path / "liaison.db", CONFIG)
    await world.start()
    yield world
    await world.stop()


@pytest_asyncio.fixture
async def rui(world: World) -> Person:
    """Return an officer of the English room, which is linked."""
    await link(world)
    return in_room(world, "@rui:example.org", ROOM)


@pytest.fixture
def ana(world: World, rui: Person) -> Person:
    return in_room(world, ANA, SALA)


@pytest.mark.parametrize("what", ["TLP:RED", "TLP:RED below", "TLP:AMBER", "redaction"])
async def test_what_became_of_the_message_meanwhile_counts(
    world: World, rui: Person, ana: Person, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    said = await ana.says(SAID, room=SALA)
    post = post_of(world, said, ROOM)
    if what.endswith("below"):
        await ana.says("", room=SALA, content=answer(said, "!translate en"))
    asked, fetched, fetch = asyncio.Event(), asyncio.Event(), FakeFetching.fetch

    async def held(self: FakeFetching, room_id: str, event_id: str) -> Fetched | None:
        found = await fetch(self, room_id, event_id)
        asked.set()
        await fetched.wait()
        return found

    monkeypatch.setattr(FakeFetching, "fetch", held)
    [command] = await world.receives(rui.user_id, "", room=ROOM, content=answer(post, f"!translate fix {BETTER}"))
    await asked.wait()
    if what == "redaction":
        [other] = await world.receives(ana.user_id, room=SALA, **redaction(said))
    else:
        [other] = await world.receives(ana.user_id, "", room=SALA, content=answer(said, what.split()[0]))
    while (await world.outcomes())[other] is None:
        await world.idle()
    assert (await world.outcomes())[command] is None
    fetched.set()
    await world.settles()
    assert (await world.outcomes())[command] == "conflict" and lines(world, ROOM) == []
    assert await world.database.rows("SELECT * FROM correction") == []
    kept = await world.database.rows("SELECT text, correction FROM translation")
    assert not any("lorry" in f"{row['text']} {row['correction']}" for row in kept)


@pytest.mark.parametrize("label", ["TLP:RED", "TLP:AMBER+STRICT", "TLP:GREEN"])
async def test_what_was_translated_back_in_another_room_is_called_home(
    world: World, rui: Person, ana: Person, label: str
) -> None:
    said = await ana.says(SAID, room=SALA)
    in_room(world, "@eva:gnr.example", ROOM)
    eva = Person(world, "@eva:gnr.example")
    await eva.says("", room=ROOM, content=answer(post_of(world, said, ROOM), "!translate check"))
    assert eva.hears(f"{SAID} (pt to en) (en to pt)", ok=True)
    answered = world.event_of(eva.last)
    await ana.says("", room=SALA, content=answer(said, label))
    assert (answered in world.redacted) is (label != "TLP:GREEN")
