"""The translation memory over the messages of rooms: what it serves, and what it forgets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.store import Store
from bot.store.memory import MOST_SOURCES, MemoryStore

from ..companions import answer
from ..fakes import NOON, ROOM
from ..world import Person, World
from .test_redactions import redacts

SAID = "A ponte está livre"
OTHER = "!other:example.org"


@pytest.fixture
def ana(world: World) -> Person:
    world.person("rui")
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def eva(world: World) -> Person:
    """Somebody in another room."""
    world.person("leo", room=OTHER)
    return world.person("eva", "PRT-GNR", OTHER)


async def remembered(world: World) -> list[str]:
    return [row["text"] for row in await world.database.rows("SELECT text FROM memory ORDER BY used")]


async def says(world: World, person: Person, text: str, room: str) -> str:
    [event] = await world.receives(person.user_id, text, room=room)
    await world.settles()
    return event


async def test_what_was_translated_once_is_not_again_in_any_room(world: World, ana: Person, eva: Person) -> None:
    await ana.says(SAID)
    await ana.says(SAID)
    await says(world, eva, SAID, OTHER)
    assert world.translator.made == [SAID]
    texts = [heard.post.record["texts"] for heard in world.heard if heard.post]
    assert texts == [{"en": f"{SAID} (pt to en)"}] * 3


async def test_it_is_forgotten_with_the_last_message_that_it_comes_from(world: World, ana: Person, eva: Person) -> None:
    first, second = await ana.says(SAID), await says(world, eva, SAID, OTHER)
    await redacts(world, first)
    assert await remembered(world) == [f"{SAID} (pt to en)"]
    await world.receives(
        eva.user_id, "", room=OTHER, type="m.room.redaction", content={"redacts": second}, encrypted=False
    )
    await world.settles()
    assert await remembered(world) == []
    assert await world.database.rows("SELECT * FROM memory_source") == []
    await ana.says(SAID)
    assert world.translator.made == [SAID, SAID]


@pytest.mark.parametrize("new", ["A ponte está fechada", SAID])
async def test_an_edit_forgets_the_old_text_and_no_other(world: World, ana: Person, new: str) -> None:
    said = await ana.says(SAID)
    content = {"msgtype": "m.text", "body": new}
    relation = {"m.relates_to": {"rel_type": "m.replace", "event_id": said}}
    await ana.says("", content={**content, "m.new_content": content, **relation})
    assert await remembered(world) == [f"{new} (pt to en)"]


@pytest.mark.parametrize("label", ["TLP:RED ", "TLP:AMBER ", "H1 ", "?pt TLP:RED "])
async def test_what_a_label_forbids_is_neither_kept_nor_looked_up(world: World, ana: Person, label: str) -> None:
    text = f"{label}{SAID}"
    await ana.says(text)
    assert await remembered(world) == []
    async with world.store.transaction():
        poison = [(key, "poison") for key in world.translator.keys(text, "pt", ["en"])]
        await world.store.memory.add("$x", poison, [], NOON)
    await ana.says(text)
    assert ana.last.record["texts"] == {"en": f"{text.removeprefix('?pt ')} (pt to en)"}


@pytest.mark.parametrize("label", ["TLP:RED", "TLP:AMBER", "H1"])
async def test_a_later_mark_takes_it_out_of_the_memory(world: World, ana: Person, label: str) -> None:
    said = await ana.says(SAID)
    assert await remembered(world) == [f"{SAID} (pt to en)"]
    await ana.says(label, content=answer(said, label))
    assert await remembered(world) == []


async def test_what_is_asked_for_after_a_mark_is_not_remembered(world: World, ana: Person) -> None:
    said = await ana.says(SAID)
    await ana.says("TLP:AMBER", content=answer(said, "TLP:AMBER"))
    await ana.says("!translate fr", content=answer(said, "!translate fr"))
    assert "fr" in [target for post in world.shows().values() for target in post.record["texts"]]
    assert await remembered(world) == []


async def test_what_was_missed_is_remembered_too(world: World, ana: Person) -> None:
    await world.receives(ana.user_id, SAID, late=True)
    await world.settles()
    assert await remembered(world) == [f"{SAID} (pt to en)"]


async def test_what_was_redacted_while_it_was_translated_is_not_remembered(world: World, ana: Person) -> None:
    held = world.translator.hold(SAID)
    [said] = await world.receives(ana.user_id, SAID)
    await world.idle()
    redaction: dict[str, Any] = {"type": "m.room.redaction", "content": {"redacts": said}, "encrypted": False}
    await world.receives(ana.user_id, "", **redaction)
    await world.idle()
    held.set()
    await world.settles()
    assert await remembered(world) == []


async def test_what_was_not_used_for_longest_gives_way(world: World) -> None:
    memory = MemoryStore(world.database, most=3)
    async with world.store.transaction():
        await memory.add("$1", [(key, key) for key in "abc"], [], NOON)
        await memory.add("$2", [], ["a"], NOON)
        await memory.add("$3", [("d", "d")], ["gone"], NOON)
    assert await remembered(world) == ["c", "a", "d"]
    assert sorted((await memory.find(ROOM, "abcd", []))[0]) == ["a", "c", "d"]


async def test_it_is_kept_no_longer_than_promised(world: World) -> None:
    async with world.store.transaction():
        await world.store.memory.add("$1", [("a", "old"), ("b", "old")], [], NOON)
        await world.store.memory.add("$2", [("c", "new")], ["a"], NOON + timedelta(days=2))
        assert await world.store.memory.purge(NOON + timedelta(days=1)) == 2
    assert await remembered(world) == ["new"]
    assert [row["key"] for row in await world.database.rows("SELECT key FROM memory_source")] == ["c"]


async def test_of_what_is_said_often_not_every_message_is_kept(world: World) -> None:
    store: Store = world.store
    async with store.transaction():
        await store.memory.add("$0", [("a", "said")], [], NOON)
        for n in range(1, 20):
            await store.memory.add(f"${n}", [], ["a"], NOON)
    assert len(await world.database.rows("SELECT * FROM memory_source")) == MOST_SOURCES
    async with store.transaction():
        for n in range(MOST_SOURCES):
            await store.memory.forget(f"${n}")
    assert await remembered(world) == []
