"""A siren is a message to people as well: it is carried as any other, and its card stands where it may be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.lanes import TryLater

from ..companions import CONFIG, SALA, link, plain, seen
from ..fakes import ROOM
from ..world import Person, World
from .scene import edited, reacted, redacted, replied

SHOUT = "🚨 Barco na praia"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> Any:
    """Return a world of two leads."""
    world = World(tmp_path / "liaison.db", CONFIG)
    await world.start()
    yield world
    await world.stop()


@pytest_asyncio.fixture
async def chefe(world: World) -> Person:
    """Return the lead of the Portuguese room, which is linked with the English one."""
    _lead, chefe = await link(world)
    return chefe


def carried(world: World, room: str = ROOM) -> list[str]:
    """Return what *room* shows of messages that were carried or translated."""
    return [plain(post.body) for post in seen(world, room).values()]


async def says_high(world: World, person: Person) -> None:
    question = next(h.post for h in world.heard if h.post and "How bad is it?" in h.post.body)
    high = next(digit for digit, name in question.record["choices"].items() if name == "high")
    await person.says("", room=SALA, **replied(high, world.event_of(question)))


async def test_it_crosses_into_the_linked_room_and_its_card_stands_in_both(world: World, chefe: Person) -> None:
    meant = {"content": {"msgtype": "m.text", "body": SHOUT, "m.mentions": {"user_ids": ["@lead:example.org"]}}}
    await chefe.says("", room=SALA, **meant)
    [relay] = seen(world, ROOM, "relay").values()
    assert "🚨 Barco na praia (pt to en)" in plain(relay.body) and relay.msgtype == "m.text"
    assert "@lead:example.org" in relay.mentions
    [card], [own] = seen(world, ROOM, "card").values(), seen(world, SALA, "card").values()
    assert card.record == own.record and "Barco na praia (pt to en)" in card.body
    assert {heard.room for heard in world.heard if heard.kind == "pin"} == {ROOM, SALA}
    await says_high(world, chefe)
    assert [post.record["severity"] for room in (ROOM, SALA) for post in seen(world, room, "card").values()] == [
        "high", "high",
    ]  # fmt: skip


async def test_it_crosses_from_a_device_that_declares_nothing(world: World, chefe: Person) -> None:
    await chefe.says(SHOUT, room=SALA, trusted=False)
    assert "Barco na praia (pt to en)" in carried(world)[0] and not seen(world, ROOM, "card")


async def test_it_is_carried_after_a_fault_of_the_disk_and_declared_once(
    world: World, chefe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, faults = world.services.relay.keep, [TryLater("full")]
    declare, declared = world.services.incident.declare, []

    async def counted(*args: Any) -> Any:
        declared.append(args)
        return await declare(*args)

    async def fails(*args: Any) -> None:
        if faults:
            raise faults.pop()
        await keep(*args)

    monkeypatch.setattr(world.services.relay, "keep", fails)
    monkeypatch.setattr(world.services.incident, "declare", counted)
    monkeypatch.setattr("bot.lanes.AGAIN_SECONDS", 0)
    said = await chefe.says(SHOUT, room=SALA)
    assert not faults and (await world.outcomes())[said] == "done"
    assert len(carried(world)) == 1 and len(seen(world, ROOM, "card")) == 1
    assert len(declared) == 1
    assert sum(heard.cause == said and heard.kind == "reply" for heard in world.heard) == 1
    await says_high(world, chefe)
    assert chefe.hears("What kind of incident is it?", ok=True), "the question was asked once, and stands"


@pytest.mark.parametrize("shout", ["TLP:AMBER 🚨 Barco", "🚨 TLP:AMBER Barco"])
async def test_what_stays_in_its_room_does_not_cross(world: World, chefe: Person, shout: str) -> None:
    await chefe.says(shout, room=SALA)
    assert not carried(world) and not seen(world, ROOM, "card") and seen(world, SALA, "card")


async def test_a_label_given_afterwards_takes_it_back_from_the_linked_room(world: World, chefe: Person) -> None:
    said = await chefe.says(SHOUT, room=SALA)
    await chefe.says("", room=SALA, **replied("TLP:AMBER", said))
    assert not carried(world)
    assert not any("Barco" in post.body for post in seen(world, ROOM, "card").values())
    assert any("Barco" in post.body for post in seen(world, SALA, "card").values())


async def test_an_edit_declares_nothing_and_is_carried(world: World, chefe: Person) -> None:
    said = await chefe.says(SHOUT, room=SALA)
    await chefe.says("", room=SALA, **edited("🚨 Dois barcos na praia", said))
    assert chefe.hears("edited", ok=False)
    assert "Dois barcos na praia (pt to en)" in carried(world)[0] and len(carried(world)) == 1


async def test_it_is_taken_back_with_its_message(world: World, chefe: Person) -> None:
    said = await chefe.says(SHOUT, room=SALA)
    await chefe.says("", room=SALA, **redacted(said))
    assert not carried(world)


async def test_a_note_below_the_card_of_a_linked_room_goes_with_its_message(world: World, chefe: Person) -> None:
    await chefe.says(SHOUT, room=SALA)
    [card] = seen(world, ROOM, "card")
    lead = Person(world, "@lead:example.org")  # type: ignore[arg-type]
    note = await lead.says("", room=ROOM, **replied("They have landed", card))
    rows = "SELECT text FROM entry WHERE kind = 'note'"
    assert [row["text"] for row in await world.database.rows(rows)] == ["They have landed"]
    await chefe.says("", room=SALA, **redacted(note))
    assert [row["text"] for row in await world.database.rows(rows)] == ["They have landed"], "another room's word"
    await lead.says("", room=ROOM, **redacted(note))
    assert "They have landed" not in [row["text"] for row in await world.database.rows(rows)]


async def test_whom_the_card_does_not_serve_reads_it_below_the_message(world: World) -> None:
    ana, kate = world.person("ana", "PRT-GNR"), world.person("kate")
    said = await ana.says(SHOUT)
    assert not world.shows(), "the card says it in both languages"
    wish = await kate.says("", **reacted("🌐", said))
    assert ["(pt to en)" in post.body for post in world.shows().values()] == [True], "and whoever asks gets all of it"
    await kate.says("", **redacted(wish))
    long = "🚨 Barco na praia " + "dois homens " * 40
    await ana.says(long)
    [post] = world.shows().values()
    assert "dois homens  (pt to en)" in plain(post.body)
    await ana.says(SHOUT, trusted=False)
    assert len(world.shows()) == 2, "no card says it"


async def test_who_reads_neither_language_of_the_card_is_served(world: World) -> None:
    ana, _kate, luc = world.person("ana", "PRT-GNR"), world.person("kate"), world.person("luc", "FRA-PN")
    said = await ana.says(SHOUT)
    [post] = world.shows().values()
    assert "(pt to fr)" in post.body and "(pt to en)" not in post.body
    await luc.says("", **reacted("🌐", said))
    assert len(world.shows()) == 1, "it stands there already"
