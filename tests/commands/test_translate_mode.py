"""`translate mode`: where translations appear, chosen by a lead, said to all."""

from __future__ import annotations

import pytest

from bot.model.room import Mode

from ..fakes import ROOM
from ..world import World


async def test_a_lead_chooses_and_the_room_is_told_in_its_languages(world: World) -> None:
    lead, ana = world.person("lead"), world.person("ana", "PRT-GNR")
    await lead.says("!translate mode thread")
    assert (await world.store.room.find(ROOM)).mode is Mode.THREAD
    assert lead.hears("Translations appear in a thread below each message.", kind="reply", ok=True)
    assert lead.hears("has changed where translations appear.", kind="notice", of="mode")
    await ana.says("A ponte está livre")
    post = ana.last
    assert (post.thread, post.reply_to, post.msgtype) == ("$event2", "$event2", "m.notice")


async def test_whom_the_reply_tells_all_is_told_once(world: World) -> None:
    lead = world.person("lead")
    await lead.says("!translate mode dm")
    assert [heard.kind for heard in world.heard] == ["reply"]
    await lead.says("!room show")
    assert lead.hears("Each of you who needs a translation gets it in a direct room with me.")


@pytest.mark.parametrize(
    ("where", "error"), [("window", "bad_argument"), ("companion", "conflict"), ("", "bad_argument")]
)
async def test_what_cannot_be_chosen(world: World, where: str, error: str) -> None:
    lead = world.person("lead")
    await lead.says(f"!translate mode {where}")
    assert lead.hears(error=error)
    assert (await world.store.room.find(ROOM)).mode is Mode.REPLY


async def test_only_a_lead_may_choose(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!translate mode thread")
    assert rui.hears("Only a lead may use !translate mode.")


@pytest.mark.parametrize("command", ["translate mode thread", "translate off room", "term import"])
async def test_a_lead_whom_the_room_holds_down_is_told_what_is_missing(world: World, command: str) -> None:
    lead, rui = world.person("lead"), world.person("rui")
    world.rooms.levels[lead.user_id] = 49
    await lead.says(f"!{command}")
    assert lead.hears("names you as a lead, but a lead also needs power level 50", error="not_allowed")
    assert "Only a lead" not in lead.last.body
    await rui.says(f"!{command}")
    assert rui.hears("Only a lead may", error="not_allowed")
    world.rooms.levels[lead.user_id] = -1
    await lead.says("!translate mode thread")
    assert lead.hears("Your power level in this room is below zero", error="not_allowed")


async def test_in_a_thread_the_translation_joins_it_as_an_answer(world: World) -> None:
    lead, ana = world.person("lead"), world.person("ana", "PRT-GNR")
    await lead.says("!translate mode thread")
    relation = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$before"}}  # fmt: skip
    said = await ana.says("", content={"msgtype": "m.text", "body": "A ponte", "m.relates_to": relation})
    assert (ana.last.thread, ana.last.reply_to) == ("$root", said)


async def test_what_is_edited_after_the_mode_changed_moves(world: World) -> None:
    lead, ana = world.person("lead"), world.person("ana", "PRT-GNR")
    said = await ana.says("A ponte")
    await lead.says("!translate mode dm")
    new = {"msgtype": "m.text", "body": "A estrada"}
    await ana.says(
        "", content={**new, "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": said}}
    )
    assert world.redacted == ["$sent1"]
    assert [heard.room for heard in world.heard if heard.kind == "relay"] != [ROOM]
