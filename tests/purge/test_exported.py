"""What says of a record to whom it was exported goes with the record: nothing of what was purged stands in it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import UserId
from bot.model.reference import Reference

from ..export.conftest import answers
from ..export.test_exporting import let
from ..fakes import BOT, ROOM
from ..incident.marked import OTHER, asks, direct
from ..purges import MARKER, left, purges, verified
from ..world import Person, World

SECOND = "Camião na fronteira"


@pytest.fixture
def rosa(world: World, luc: Person) -> Person:
    """Return an officer of the originator."""
    return world.person("rosa", "PRT-GNR")


async def waiting(world: World) -> list[Any]:
    """Return what waits of exports: rows, due moments, files, open questions."""
    found: list[Any] = []
    for sql in (
        "SELECT id FROM export WHERE outcome IS NULL OR outcome = 'agreed'",
        "SELECT id FROM file",
        "SELECT id FROM question WHERE outcome IS NULL AND subject = 'incident export'",
    ):
        found += await world.database.rows(sql)
    return found


async def exported(world: World, ana: Person, rosa: Person, line: str, ref: str) -> None:
    """Let a record, or several, be exported."""
    told = await asks(rosa, f"!incident export {line} to FRA-PN for cooperation")
    assert told.record["ok"], told.body
    await answers(ana, "export", ref)
    await world.wakes()
    assert world.files


async def test_who_has_received_it_is_known_as_long_as_the_record_is(
    world: World, ana: Person, vera: Person, luc: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await ana.says(f"!incident note {ref} Vimos {MARKER} no cais")
    await ana.says(f"!report can {ref} conditions: {MARKER} sem luzes actions: Equipa needs: Nada")
    await exported(world, ana, rosa, ref, ref)
    world.clock.passes(days=400)
    [kept] = await world.store.export.list_of(Reference(ref))
    assert kept.outcome == "exported" and kept.people and await left(world)
    await ana.says(f"!incident close {ref} resolved {MARKER} apanhado")
    await purges(vera, luc, ref)
    assert await world.database.rows("SELECT * FROM export") == [] and not await waiting(world)
    assert await left(world) == [] and verified(world).fault is None


async def test_of_several_that_were_given_together_the_others_are_still_known(
    world: World, ana: Person, vera: Person, luc: Person, rosa: Person, ref: str
) -> None:
    await rosa.says(f"!incident declare {SECOND} type:vehicle severity:low")
    [second] = {str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post} - {ref}
    for one in (ref, second):
        await let(world, one)
    await exported(world, ana, rosa, f"{ref} {second}", min(ref, second))
    await ana.says(f"!incident close {ref} resolved")
    await purges(vera, luc, ref)
    [kept] = await world.store.export.list_of(Reference(second))
    assert kept.outcome == "exported" and not await world.store.export.list_of(Reference(ref))
    rows = await world.database.rows("SELECT * FROM export")
    assert not any(ref in str(value) for row in rows for value in tuple(row))
    assert await left(world) == []


async def test_what_was_agreed_to_and_not_given_yet_is_not_given_any_more(
    world: World, ana: Person, vera: Person, luc: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await ana.says(f"!incident close {ref} resolved")
    told = await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation")
    assert told.record["ok"], told.body
    await purges(vera, luc, ref)
    assert not await waiting(world)
    world.clock.passes(hours=25)
    await world.wakes()
    assert not world.files and await left(world) == []


def taken_back(world: World, kind: str) -> list[tuple[str, bool]]:
    """Return the room of each file or post of that kind, and whether it was taken back."""
    return [
        (heard.room, f"$sent{number}" in world.redacted)
        for number, heard in enumerate(world.heard, 1)
        if heard.kind == kind
    ]


def notified(world: World) -> Any:
    """Return what the audit room was told last of a purge."""
    return [h.post for h in world.heard if h.post and h.post.record.get("of") == "purge" and "purge" in h.post.record][
        -1
    ]


async def test_the_posted_file_is_taken_back_and_said_who_could_have_saved_it(
    world: World, ana: Person, vera: Person, luc: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await exported(world, ana, rosa, ref, ref)
    await ana.says(f"!incident close {ref} resolved")
    assert taken_back(world, "file") == [(ROOM, False)]
    await purges(vera, luc, ref)
    assert taken_back(world, "file") == [(ROOM, True)]
    told = notified(world)
    for name in ("Ana", "Rosa", "Luc"):
        assert name in told.body, told.body
    assert "4 people could download" in told.body and f"{ref} was exported to FRA-PN." in told.body, told.body
    people = ["@ana:gnr.example", "@luc-pn:example.org", "@rosa:gnr.example", "@vera:gnr.example"]
    assert told.record["purge"]["beyond"] == {"people": people, "agencies": ["FRA-PN"], "posts": 0}
    assert await left(world) == [] and verified(world).fault is None


async def test_of_what_was_never_in_a_file_nothing_is_said(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident close {ref} resolved")
    await purges(vera, luc, ref)
    told = notified(world)
    assert "beyond" not in told.record["purge"] and "download" not in told.body and "stay" not in told.body


async def test_what_stands_in_a_room_that_the_bot_has_left_is_counted(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    world.rooms.joined[OTHER] = [UserId(BOT), ana.user_id, luc.user_id]
    await asks(ana, f"!incident link {ref} {OTHER}", OTHER)
    await asks(ana, f"!incident show {ref}", OTHER)
    await ana.says(f"!incident close {ref} resolved")
    mine = direct(ana)
    await asks(ana, f"!incident show {ref}", mine)
    world.rooms.joined[mine].remove(UserId(BOT))
    await purges(vera, luc, ref)
    told = notified(world)
    assert told.record["purge"]["beyond"]["posts"] == 1, told.record
    assert "1 post about" in told.body and "stays there" in told.body, told.body


async def test_what_somebody_was_sent_about_themselves_goes_with_each_record_in_it(
    world: World, ana: Person, vera: Person, luc: Person
) -> None:
    mine = direct(ana)
    await ana.says(f"!report can conditions: {MARKER} sem luzes actions: Equipa needs: Nada")
    ref = str(next(h.post.record["ref"] for h in world.heard if h.post and h.post.record["kind"] == "report"))
    await ana.says("!export mine")
    await world.wakes()
    assert taken_back(world, "file") == [(mine, False)] and MARKER.encode() in world.files[-1].data
    await purges(vera, luc, ref)
    assert taken_back(world, "file") == [(mine, True)]
    assert notified(world).record["purge"]["beyond"]["people"] == [str(ana.user_id)]
