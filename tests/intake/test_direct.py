"""`dm`: each who needs a translation has it in a room of two."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.person import UserId
from bot.model.room import Mode, RoomSettings

from ..companions import edit, image, lines, seen
from ..fakes import BOT, NOON, ROOM
from ..world import Person, World
from .test_redactions import redacts

RUI = UserId("@rui:example.org")
ROOM_OF_RUI = "!direct1:example.org"


@pytest.fixture
async def ana(world: World) -> Person:
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(Mode.DM), NOON)
    world.person("rui")
    return world.person("ana", "PRT-GNR")


def accepts(world: World) -> None:
    """Let Rui accept the bot's invitation."""
    world.rooms.invited[ROOM_OF_RUI].remove(RUI)
    world.rooms.joined[ROOM_OF_RUI].append(RUI)


async def test_a_room_is_opened_for_whom_has_none_and_kept(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    await ana.says("A estrada também")
    assert lines(world, ROOM) == []
    assert lines(world, ROOM_OF_RUI) == [
        "Ana (PRT-GNR): A ponte está livre (pt to en)",
        "Ana (PRT-GNR): A estrada também (pt to en)",
    ]
    post = next(iter(seen(world, ROOM_OF_RUI).values()))
    assert (post.msgtype, post.mentions, post.record["source"]) == ("m.text", (), said)
    opened = await world.store.direct.find(RUI)
    assert opened and opened.room_id == ROOM_OF_RUI


async def test_what_is_said_while_it_is_opened_waits_for_it_in_order(world: World, ana: Person) -> None:
    async with asyncio.timeout(5):
        await world.receives(ana.user_id, "A ponte", "A estrada", "O camião")
        while len([row for row in await world.store.outbox.list_waiting(RUI) if row.kind == "relay"]) < 3:
            await world.idle()
        await world.opens((await world.store.outbox.list_waiting(RUI))[0])
        late = "O carro"
        await world.receives(ana.user_id, late)
        while len(await world.store.outbox.list_waiting(RUI)) < 4:
            await world.idle()
        await world.settles()
    said = ("A ponte", "A estrada", "O camião", late)
    assert lines(world, ROOM_OF_RUI) == [f"Ana (PRT-GNR): {text} (pt to en)" for text in said]
    assert (lines(world, ROOM), list(world.rooms.joined)) == ([], [ROOM, ROOM_OF_RUI])


async def test_a_room_that_the_person_has_opened_serves(world: World, ana: Person) -> None:
    world.rooms.joined["!own:example.org"] = [UserId(BOT), RUI]
    await ana.says("A ponte")
    assert len(lines(world, "!own:example.org")) == 1


@pytest.mark.parametrize("fault", ["crowded", "invited", "in clear"])
async def test_what_is_not_a_room_of_two_is_not_used(world: World, ana: Person, fault: str) -> None:
    other = "!own:example.org"
    world.rooms.joined[other] = [UserId(BOT), RUI]
    if fault == "crowded":
        world.rooms.joined[other].append(UserId("@eve:example.org"))
    elif fault == "invited":
        world.rooms.invited[other] = [UserId("@eve:example.org")]
    else:
        world.rooms.in_clear.add(other)
    await ana.says("A ponte")
    assert lines(world, other) == []
    assert len(lines(world, "!direct2:example.org")) == 1


async def test_who_came_into_it_before_it_is_sent_turns_it_back(world: World, ana: Person) -> None:
    await ana.says("A ponte")
    accepts(world)
    [said] = await world.receives(ana.user_id, "A estrada")
    while (await world.outcomes())[said] is None:
        await world.idle()
    world.rooms.joined[ROOM_OF_RUI].append(UserId("@eve:example.org"))
    await world.settles()
    assert len(lines(world, ROOM_OF_RUI)) == 1
    [post] = seen(world, ROOM).values()
    assert (post.msgtype, post.reply_to, post.mentions) == ("m.notice", said, ())
    assert "A estrada (pt to en)" in post.body


async def test_until_the_invitation_is_accepted_it_is_waited_for_a_day(world: World, ana: Person) -> None:
    await ana.says("A ponte")
    world.clock.passes(hours=23)
    await ana.says("A estrada")
    assert len(lines(world, ROOM_OF_RUI)) == 2
    world.clock.passes(hours=2)
    await ana.says("O camião")
    assert len(lines(world, ROOM_OF_RUI)) == 2
    assert ["O camião" in line for line in lines(world, ROOM)] == [True]
    accepts(world)
    await ana.says("O carro")
    assert len(lines(world, ROOM_OF_RUI)) == 3


async def test_who_declines_is_answered_in_the_room_and_asked_again_after_a_day(world: World, ana: Person) -> None:
    await ana.says("A ponte")
    world.rooms.invited[ROOM_OF_RUI].clear()
    await ana.says("A estrada")
    assert ["A estrada" in line for line in lines(world, ROOM)] == [True]
    assert list(world.rooms.joined) == [ROOM, ROOM_OF_RUI], "not asked again at once"
    world.clock.passes(hours=25)
    await ana.says("O camião")
    assert len(lines(world, "!direct2:example.org")) == 1


async def test_only_who_needs_it_gets_it(world: World, ana: Person) -> None:
    world.person("bia", "PRT-GNR")
    await ana.says("A ponte")
    assert list(world.rooms.joined) == [ROOM, ROOM_OF_RUI]
    await ana.says("22:45")
    assert len(lines(world, ROOM_OF_RUI)) == 1


async def test_only_the_reader_is_rung(world: World, ana: Person) -> None:
    content = {"msgtype": "m.text", "body": "Rui e Bia", "m.mentions": {"user_ids": [RUI, "@bia:gnr.example"]}}
    await ana.says("", content=content)
    accepts(world)
    await ana.says("", content=content)
    assert [post.mentions for post in seen(world, ROOM_OF_RUI).values()] == [(), (RUI,)]


async def test_edits_redactions_and_a_restart(world: World, ana: Person) -> None:
    first, second = await ana.says("A ponte"), await ana.says("A estrada")
    await world.stop()
    await world.start()
    await ana.says("", content=edit(first, "O camião"))
    await redacts(world, second)
    assert lines(world, ROOM_OF_RUI) == ["Ana (PRT-GNR): O camião (pt to en)"]


@pytest.mark.parametrize("label", ["TLP:RED", "TLP:AMBER", "TLP:AMBER+STRICT", "H0", "H1", "H2", "H3"])
async def test_what_a_label_forbids_stays_in_its_room(world: World, ana: Person, label: str) -> None:
    said = await ana.says("A ponte")
    assert len(lines(world, ROOM_OF_RUI)) == 1
    await ana.says(f"{label} a ponte")
    await ana.says("", content=edit(said, f"{label} A ponte"))
    assert lines(world, ROOM_OF_RUI) == []
    assert len(lines(world, ROOM)) == 2


async def test_a_file_alone_is_no_translation(world: World, ana: Person) -> None:
    await ana.says("", content=image())
    assert lines(world, ROOM_OF_RUI) == []


async def test_what_waits_for_a_room_that_is_refused_is_said_below_the_message(world: World, ana: Person) -> None:
    [said] = await world.receives(ana.user_id, "A ponte")
    while (await world.outcomes())[said] is None:
        await world.idle()
    rows = await world.store.outbox.list_waiting(RUI)
    assert [row.kind for row in rows] == ["open", "relay"]
    async with world.store.transaction():
        await world.store.outbox.failed(rows[0].id, "403")
        await world.store.outbox.turn_back(rows[1])
    await world.delivers()
    assert ["A ponte (pt to en)" in line for line in lines(world, ROOM)] == [True]


async def test_a_room_of_the_bots_own_may_come_before_its_encryption(world: World) -> None:
    """As a sync shows it that falls into the making of the room."""
    own = "!own:example.org"
    world.rooms.joined[own], world.rooms.invited[own] = [UserId(BOT)], [RUI]
    world.rooms.made.add(own)
    world.rooms.in_clear.add(own)
    joins = {"type": "m.room.member", "state_key": BOT, "content": {"membership": "join"}, "encrypted": False}
    await world.receives(BOT, "", room=own, **joins)
    await world.settles()
    assert world.heard == []
    world.rooms.in_clear.clear()
    encrypts = {"type": "m.room.encryption", "state_key": "", "content": {}, "encrypted": False}
    await world.receives(BOT, "", room=own, **encrypts)
    await world.settles()
    assert [heard.kind for heard in world.heard if heard.kind != "describe"] == ["notice"]


async def test_the_rooms_status_says_who_has_not_come(world: World, ana: Person) -> None:
    said = "1 person has not yet accepted my invitation"
    kate = world.person("kate")
    await kate.says("!language en reads:pt")
    await kate.says("!translate status")
    assert "accepted" not in kate.last.body, "nobody was invited yet"
    await ana.says("A ponte")
    await kate.says("!translate status")
    assert said in kate.last.body
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(), NOON)
    await kate.says("!translate status")
    assert "accepted" not in kate.last.body, "they are not needed"
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(Mode.DM), NOON)
    accepts(world)
    await kate.says("!translate status")
    assert "accepted" not in kate.last.body
