"""Who comes into a room later is told what the bot is and what it keeps: once, in their language, ringing nobody."""

from __future__ import annotations

import asyncio

import pytest

from bot.intake import newcomers
from bot.model.person import UserId

from ..fakes import BOT, ROOM
from ..world import Person, World
from .test_trust import membership


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newcomers, "CHECK_SECONDS", 0.005)


@pytest.fixture
async def ana(world: World, soon: None) -> Person:
    """Return somebody who was there before the bot."""
    ana = world.person("ana", "PRT-GNR")
    await begins(world)
    await membership(world, BOT)
    assert [heard.kind for heard in world.heard] == ["notice"]
    world.heard.clear()
    return ana


async def begins(world: World) -> None:
    """Let the bot's rounds be short ones."""
    await world.stop()
    await world.start()


async def comes(world: World, name: str, agency: str | None = None) -> Person:
    """Let somebody come into the room."""
    person = world.person(name, agency)
    await membership(world, person.user_id)
    return person


async def told(world: World, *, seconds: float = 61) -> list[list[str]]:
    """Return in which languages each notice speaks that the bot gives within a time; deliver these."""
    world.clock.passes(seconds=seconds)
    await asyncio.sleep(0.05)
    waiting = await world.store.outbox.list_waiting(ROOM)
    await world.delivers()
    return [list(row.payload["languages"]) for row in waiting if row.kind == "notice"]


async def test_who_comes_later_is_told_once_in_their_language(world: World, ana: Person) -> None:
    rui = await comes(world, "rui", "PRT-GNR")
    assert await told(world, seconds=30) == []
    assert await told(world, seconds=31) == [["pt"]]
    [heard] = world.heard
    assert heard.post and heard.post.record["of"] == "privacy" and "I am Liaison" in heard.post.body
    assert "I keep translations" in heard.post.body
    assert (heard.post.msgtype, heard.post.mentions, heard.post.reply_to) == ("m.notice", (), None)
    world.rooms.names[rui.user_id] = "Rui S."
    await membership(world, rui.user_id)
    await membership(world, ana.user_id)
    assert await told(world) == []


async def test_who_comes_within_a_minute_is_told_together(world: World, ana: Person) -> None:
    for number in range(30):
        await comes(world, f"rui{number}", "PRT-GNR")
        world.clock.passes(seconds=1)
    await comes(world, "kate")
    await comes(world, "marie", "FRA-PN")
    assert await told(world) == [["pt", "en"]]
    await comes(world, "eva", "PRT-GNR")
    assert await told(world) == [["pt"]]


async def test_what_nobody_has_set_is_said_in_the_rooms_languages(world: World, ana: Person) -> None:
    await comes(world, "kate")
    assert await told(world) == [["en", "pt"]]
    tom = world.person("tom")
    await tom.says("!language en")
    world.heard.clear()
    await membership(world, tom.user_id)
    assert await told(world) == [["en"]]


async def test_after_a_restart_who_was_told_is_not_and_who_waits_is(world: World, ana: Person) -> None:
    rui = await comes(world, "rui", "PRT-GNR")
    await begins(world)
    assert await told(world) == [["pt"]]
    await begins(world)
    await membership(world, rui.user_id)
    assert await told(world) == []


async def test_who_is_gone_again_or_not_served_is_told_nothing(world: World, ana: Person) -> None:
    rui = await comes(world, "rui", "PRT-GNR")
    world.rooms.joined[ROOM].remove(rui.user_id)
    world.rooms.joined[ROOM].append(UserId("@eve:elsewhere.net"))
    await membership(world, "@eve:elsewhere.net")
    assert "privacy" not in [h.post.record["of"] for h in world.heard if h.post]
    assert await told(world) == []


async def test_in_a_room_from_before_only_who_comes_is_told(world: World, ana: Person) -> None:
    async with world.store.transaction():
        for kind in (newcomers.BEGUN, newcomers.TOLD):
            await world.store.notice.forget(ROOM, kind)
    await comes(world, "marie", "FRA-PN")
    await membership(world, ana.user_id)
    assert await told(world) == [["en"]]


@pytest.mark.parametrize("agency", ["PRT-GNR", None])
async def test_in_a_room_of_two_that_the_bot_opened_it_is_said_once(world: World, ana: Person, agency: str) -> None:
    own, rui = "!own:example.org", UserId("@rui:gnr.example" if agency else "@rui:example.org")
    world.rooms.joined[own], world.rooms.invited[own] = [UserId(BOT)], [rui]
    world.rooms.made.add(own)
    joins = {"type": "m.room.member", "content": {"membership": "join"}, "encrypted": False}
    await world.receives(BOT, "", room=own, state_key=BOT, **joins)
    await world.settles()
    [heard] = [heard for heard in world.heard if heard.room == own]
    assert heard.post and heard.post.record["of"] == "privacy" and "I am Liaison" in heard.post.body
    assert heard.post.body.count("I am Liaison") == 1
    world.rooms.invited[own], world.rooms.joined[own] = [], [UserId(BOT), rui]
    await world.receives(rui, "", room=own, state_key=rui, **joins)
    await world.settles()
    world.clock.passes(seconds=61)
    await asyncio.sleep(0.05)
    await world.delivers()
    assert [h for h in world.heard if h.room == own] == [heard] and ana
