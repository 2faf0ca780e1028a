"""Linking rooms: who is asked, what they are shown, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.person import UserId
from bot.model.room import Mode

from ..companions import CHEFE, CONFIG, LEAD, SALA, in_room, judged, lines, link, question
from ..fakes import BOT, ROOM
from ..world import Person, World

HALL = "!hall:example.org"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world of two leads."""
    world = World(tmp_path / "liaison.db", CONFIG)
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def lead(world: World) -> Person:
    world.rooms.titles = {ROOM: "Border North", SALA: "Fronteira Norte", HALL: "Frontera Norte"}
    return in_room(world, LEAD, ROOM)


@pytest.fixture
def chefe(world: World, lead: Person) -> Person:
    return in_room(world, CHEFE, SALA)


async def languages(world: World) -> dict[str, str]:
    """Return the language of each linked room."""
    rows = await world.database.rows("SELECT room_id, language FROM companion")
    return {row["room_id"]: row["language"] for row in rows}


def said(world: World, room: str) -> str:
    """Return all that the bot said in *room*."""
    marks = str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200e\u200f")
    return "\n".join(h.post.body for h in world.heard if h.post and h.room == room).translate(marks)


def digit(world: World, room: str) -> str:
    """Return the digit that agrees to what was asked in *room* last."""
    asked = next(h.post for h in reversed(world.heard) if (h.room, h.kind) == (room, "question"))
    assert asked
    return next(digit for digit, choice in asked.record["choices"].items() if choice == "link")


async def test_a_lead_of_each_room_must_agree_and_sees_both_lists(world: World, lead: Person, chefe: Person) -> None:
    in_room(world, "@rui:example.org", ROOM)
    await lead.says(f"!room companion pt {SALA}")
    assert await languages(world) == {}
    for room, english, portuguese in ((ROOM, "English", "Portuguese"), (SALA, "inglês", "português")):
        assert f"In Border North, where {english} is spoken, are:" in said(world, room)
        assert "Rui (@rui:example.org), of no agency" in said(world, room)
        assert f"In Fronteira Norte, where {portuguese} is spoken, are:" in said(world, room)
        assert "Chefe (@chefe:gnr.example), PRT-GNR" in said(world, room)
    asked = next(h.post for h in world.heard if h.kind == "question")
    assert asked and (asked.mentions, asked.msgtype) == ((CHEFE,), "m.text")
    assert "Fronteira" not in asked.body and "rui" not in asked.body, "what rings names nothing"
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "1"))
    assert chefe.hears("The rooms are linked.")
    assert await languages(world) == {ROOM: "en", SALA: "pt"}
    assert [(await world.store.room.find(room)).mode for room in (ROOM, SALA)] == [Mode.COMPANION] * 2
    for room in (ROOM, SALA):
        assert "These rooms are linked now." in said(world, room)


async def test_a_lead_who_refuses_keeps_them_apart(world: World, lead: Person, chefe: Person) -> None:
    await lead.says(f"!room companion pt {SALA}")
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "2"))
    assert await languages(world) == {}
    assert "A lead of Fronteira Norte has refused to link it." in said(world, ROOM)
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "1"))
    assert await languages(world) == {}


@pytest.mark.parametrize("who", [LEAD, "@rui:gnr.example"])
async def test_nobody_else_can_agree(world: World, lead: Person, chefe: Person, who: str) -> None:
    other = in_room(world, who, SALA)
    await lead.says(f"!room companion pt {SALA}")
    first = next(f"$sent{i}" for i, h in enumerate(world.heard, 1) if h.post and h.post.mentions == (CHEFE,))
    await other.says("", room=SALA, content=judged(world, first, "1"))
    assert other.hears(error="not_allowed") or other.hears(error="conflict")
    assert await languages(world) == {}


async def test_an_answer_from_a_device_that_is_not_verified_does_not_count(
    world: World, lead: Person, chefe: Person
) -> None:
    await lead.says(f"!room companion pt {SALA}")
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "1"), trusted=False)
    assert chefe.hears(error="not_allowed")
    assert await languages(world) == {}


async def test_only_a_lead_may_propose(world: World, lead: Person, chefe: Person) -> None:
    rui = in_room(world, "@rui:example.org", ROOM)
    await rui.says(f"!room companion pt {SALA}")
    assert rui.hears("Only a lead may use !room companion.", error="not_allowed")
    world.rooms.levels[LEAD] = 0
    await lead.says(f"!room companion pt {SALA}")
    assert lead.hears(error="not_allowed"), "the room has taken it away"


async def test_a_room_without_a_name_is_called_by_who_is_in_it(world: World, lead: Person, chefe: Person) -> None:
    del world.rooms.titles[SALA]
    await lead.says(f"!room companion pt {SALA}")
    assert lead.hears("a room without a name (Chefe)") and SALA not in lead.last.body
    for name in ("rui", "eva", "leo"):
        in_room(world, f"@{name}:example.org", SALA)
    await lead.says(f"!room companion pt {SALA}")
    assert lead.hears("a room without a name (Chefe, Rui, Eva, …)")


async def test_after_a_day_it_is_too_late(world: World, lead: Person, chefe: Person) -> None:
    await lead.says(f"!room companion pt {SALA}")
    world.clock.passes(hours=25)
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "1"))
    assert chefe.hears("more than a day old", error="conflict")
    assert await languages(world) == {}


async def test_who_came_since_the_lists_were_shown_stops_it(world: World, lead: Person, chefe: Person) -> None:
    await lead.says(f"!room companion pt {SALA}")
    in_room(world, "@new:example.org", ROOM)
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "1"))
    assert chefe.hears("has come into", error="conflict")
    assert await languages(world) == {}


async def test_who_is_only_invited_is_shown_and_counts_as_well(world: World, lead: Person, chefe: Person) -> None:
    await lead.says(f"!room companion pt {SALA}")
    world.rooms.invited[ROOM] = [UserId("@new:example.org")]
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "1"))
    assert await languages(world) == {}


async def test_who_agreed_and_is_no_lead_any_more_stops_it(world: World, lead: Person, chefe: Person) -> None:
    in_room(world, "@rui:example.org", ROOM)
    await lead.says(f"!room companion pt {SALA}")
    world.rooms.levels[LEAD] = 0
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), "1"))
    assert chefe.hears("is not a lead any more", error="conflict")
    assert await languages(world) == {}


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        ("!unknown:example.org", "I am not in the room"),
        (ROOM, "These rooms are linked already."),
        (HALL, "No lead is in Frontera Norte"),
        ("Fronteira", "is not a room"),
    ],
)
async def test_rooms_that_cannot_be_linked(world: World, lead: Person, chefe: Person, room: str, sentence: str) -> None:
    in_room(world, "@rosa:example.org", HALL)
    await lead.says(f"!room companion es {room}")
    assert lead.hears(sentence)
    assert await world.database.rows("SELECT * FROM proposal") == []


async def test_a_room_in_clear_or_with_strangers_is_not_linked(world: World, lead: Person, chefe: Person) -> None:
    world.rooms.in_clear.add(SALA)
    await lead.says(f"!room companion pt {SALA}")
    assert lead.hears("Fronteira Norte is not encrypted")
    world.rooms.in_clear.clear()
    in_room(world, "@eve:elsewhere.example", SALA)
    await lead.says(f"!room companion pt {SALA}")
    assert lead.hears("does not belong to this task force")


async def test_two_rooms_of_one_language_are_not_linked(world: World, lead: Person, chefe: Person) -> None:
    await lead.says(f"!room companion pt {SALA} here:pt")
    assert lead.hears("Two of these rooms would speak Portuguese")


async def test_a_third_room_needs_a_lead_of_all_of_them(world: World, lead: Person) -> None:
    _lead, chefe = await link(world)
    jefe = in_room(world, CHEFE, HALL)
    world.rooms.titles[HALL] = "Frontera Norte"
    await lead.says(f"!room companion es {HALL}")
    await jefe.says("", room=HALL, content=judged(world, question(world, HALL), digit(world, HALL)))
    assert "I wait for Fronteira Norte." in said(world, HALL)
    assert HALL not in await languages(world)
    await chefe.says("", room=SALA, content=judged(world, question(world, SALA), digit(world, SALA)))
    assert await languages(world) == {ROOM: "en", SALA: "pt", HALL: "es"}
    rui = in_room(world, "@rui:example.org", ROOM)
    await rui.says("The bridge is free")
    assert (len(lines(world, SALA)), len(lines(world, HALL))) == (1, 1)
    await lead.says("!room show")
    assert "Portuguese: Fronteira Norte, 1 person" in said(world, ROOM)
    await lead.says("!room companion es off")
    assert await languages(world) == {ROOM: "en", SALA: "pt"}
    assert "Frontera Norte is not linked any more" in said(world, SALA)


@pytest.mark.parametrize("by", [(LEAD, ROOM), (CHEFE, SALA)])
async def test_either_lead_ends_it(world: World, lead: Person, by: tuple[str, str]) -> None:
    await link(world)
    one = Person(world, by[0])
    await one.says("!room companion pt off", room=by[1])
    assert await languages(world) == {}
    rui = in_room(world, "@rui:example.org", ROOM)
    await rui.says("The bridge is free")
    assert lines(world, SALA) == []
    assert (await world.store.room.find(SALA)).mode is Mode.REPLY
    for room in (ROOM, SALA):
        assert "is not linked any more" in said(world, room)


async def test_a_room_that_the_bot_is_let_in_again_has_agreed_to_nothing(world: World, lead: Person) -> None:
    await link(world)
    invitation = {"type": "m.room.member", "state_key": BOT, "content": {"membership": "invite"}, "encrypted": False}
    await world.receives(LEAD, "", room=SALA, **invitation)
    await world.settles()
    assert await languages(world) == {}


async def test_who_comes_into_a_linked_room_is_announced_in_the_others(world: World, lead: Person) -> None:
    await link(world)
    zoe = in_room(world, "@zoe:gnr.example", SALA)
    joins = {"type": "m.room.member", "state_key": zoe.user_id, "content": {"membership": "join"}, "encrypted": False}
    for _time in range(2):
        await world.receives(zoe.user_id, "", room=SALA, **joins)
        await world.settles()
    assert said(world, ROOM).count("Zoe (@zoe:gnr.example), PRT-GNR") == 1
    before = len(world.heard)
    await world.receives(CHEFE, "", room=SALA, **{**joins, "state_key": CHEFE})
    await world.settles()
    assert len(world.heard) == before, "who was shown before is not new"


async def test_the_list_of_a_large_room_takes_several_messages(world: World, lead: Person, chefe: Person) -> None:
    for number in range(45):
        in_room(world, f"@officer{number}:example.org", ROOM)
    await lead.says(f"!room companion pt {SALA}")
    posts = [h.post for h in world.heard if h.post and h.room == SALA and h.kind == "notice"]
    assert len(posts) == 4
    assert all(f"@officer{number}:" in said(world, SALA) for number in range(45))
