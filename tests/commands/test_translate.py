"""`translate`: on demand, and whether a room or a person is translated for."""

from __future__ import annotations

from typing import Any

import pytest

from bot.i18n import Catalogues
from bot.model.person import UserId
from bot.model.room import Mode, RoomSettings

from ..fakes import BOT, NOON, ROOM
from ..intake.test_redactions import redacts
from ..world import Person, World


@pytest.fixture
def rui(world: World) -> Person:
    return world.person("rui")


@pytest.fixture
def lead(world: World) -> Person:
    return world.person("lead")


async def replies(person: Person, event_id: str, text: str) -> str:
    relation = {"m.in_reply_to": {"event_id": event_id}}
    return await person.says("", content={"msgtype": "m.text", "body": text, "m.relates_to": relation})


def translations(world: World) -> list[dict[str, Any]]:
    return [dict(heard.post.record) for heard in world.heard if heard.post and heard.kind == "translation"]


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("!translate es Where is the truck?", "es"),
        ("!tr español Where is the truck?", "es"),
        ("!TR espanhol Where is the truck?", "es"),
        ("!tr pt-BR Where is the truck?", "pt"),
        ("//tr Ukrainian Where is the truck?", "uk"),
    ],
)
async def test_a_text_is_answered_by_its_translation(world: World, rui: Person, line: str, target: str) -> None:
    event = await rui.says(line)
    [record] = translations(world)
    assert record["texts"] == {target: f"Where is the truck? (en to {target})"}
    assert (record["source"], rui.last.reply_to) == (event, event)
    assert [heard.kind for heard in world.heard] == ["translation"], "and by nothing else"
    await redacts(world, event, by=rui.user_id)
    assert world.shows() == {}


async def test_a_reply_has_the_message_translated_once(world: World, rui: Person) -> None:
    ana = world.person("ana", "PRT-GNR")
    said = await rui.says("Where is the truck?")
    assert [record["texts"] for record in translations(world)] == [{"pt": "Where is the truck? (en to pt)"}]
    first = await replies(ana, said, "!tr es")
    assert ana.last.record["texts"] == {"es": "Where is the truck? (en to es)"}
    assert ana.last.reply_to == said
    await replies(ana, said, "!tr es")
    assert ana.hears("That message is here in that language already", ok=True)
    await replies(ana, said, "!tr")
    assert ana.hears("That message is here in that language already", ok=True)
    assert len(translations(world)) == 2
    await redacts(world, first, by=ana.user_id)
    assert [post.record["texts"].keys() for post in world.shows().values()] == [{"pt"}, {"es"}], "asked for twice"


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("!tr", "bad_argument", "What shall I translate?"),
        ("!tr es", "bad_argument", "!translate es Where is the truck?"),
        ("!tr klingonish where", "bad_argument", "I do not know the language “klingonish”."),
        ("!tr es 112 👍", "bad_argument", "There is nothing to translate in that message."),
        ("!tr en Where is it?", "conflict", "That is in English already."),
    ],
)
async def test_what_is_missing_or_useless_is_said(world: World, rui: Person, line: str, error: str, text: str) -> None:
    await rui.says(line)
    assert rui.hears(text, command="translate", ok=False, error=error)
    assert translations(world) == []


async def test_a_message_of_its_own_or_an_unknown_one_is_not_translated(world: World, rui: Person) -> None:
    await rui.says("!about")
    [event] = await world.receives(BOT, "I was here", sender_key="none")
    await world.settles()
    await replies(rui, event, "!tr es")
    assert rui.hears("I wrote that message myself.", error="bad_argument")
    await replies(rui, "$unknown", "!tr es")
    assert rui.hears("I cannot translate that message", error="not_found")


async def test_a_message_that_is_changed_meanwhile_is_not_translated(world: World, rui: Person) -> None:
    said = await rui.says("Where is the truck?")
    ana = world.person("ana", "PRT-GNR")
    held = world.translator.hold("Where is the truck?")
    relation = {"m.in_reply_to": {"event_id": said}}
    await world.receives(ana.user_id, "", content={"msgtype": "m.text", "body": "!tr es", "m.relates_to": relation})
    while len(world.translator.asked) < 1:
        await world.idle()
    async with world.store.transaction():
        await world.store.original.save(said, "$edit", "$edit")
    held.set()
    await world.settles()
    errors = [heard.post.record.get("error") for heard in world.heard if heard.post]
    assert errors == ["conflict"]


# The room's switch


async def test_a_lead_switches_the_room_and_it_is_announced(world: World, rui: Person, lead: Person) -> None:
    ana = world.person("ana", "PRT-GNR")
    event = await lead.says("!translate off room")
    [said] = world.heard
    assert said.post and said.post.record["kind"] == "notice"
    assert said.post.reply_to == event
    assert "Lead has switched translation off." in said.post.body
    await ana.says("A ponte está livre")
    assert translations(world) == []
    await lead.says("!translate off room")
    assert lead.hears("Translation is off in this room already.", ok=True)
    await lead.says("!translate pause 30m")
    assert lead.hears("so there is nothing to pause", error="conflict")
    await world.stop()
    await world.start()
    await lead.says("!translate on room")
    assert lead.hears("Lead has switched translation on.", of="translation")
    await ana.says("A ponte está livre")
    assert [record["texts"] for record in translations(world)] == [{"en": "A ponte está livre (pt to en)"}]


async def test_only_a_lead_switches_the_room(world: World, rui: Person) -> None:
    for line in ("!translate off room", "!translate on room", "!translate pause 30m"):
        await rui.says(line)
        assert rui.hears("Only a lead may", error="not_allowed")
    assert (await world.store.room.find(ROOM)).on


async def test_a_pause_ends_by_itself_and_that_is_said(world: World, rui: Person, lead: Person) -> None:
    ana = world.person("ana", "PRT-GNR")
    await lead.says("!translate pause 30 minutos")
    assert lead.hears("I do not understand “30 minutos” as a length of time.", error="bad_argument")
    await lead.says("!translate pause 30 minutes")
    assert lead.hears("Lead has paused translation until", of="translation")
    await ana.says("A ponte está livre")
    assert translations(world) == []
    await lead.says("!translate status")
    assert lead.hears("Translation is paused in this room until")
    await world.stop()
    await world.start()
    world.clock.passes(minutes=29)
    assert await world.services.switch.end_pauses(world.clock.now()) == []
    world.clock.passes(minutes=1)
    await ana.says("A ponte está fechada")
    assert [record["texts"] for record in translations(world)] == [{"en": "A ponte está fechada (pt to en)"}]
    for _time in range(2):
        await world.services.switch.end_pauses(world.clock.now())
    await world.delivers()
    assert [h.post.record["of"] for h in world.heard if h.post and "The pause is over" in h.post.body] == [
        "translation"
    ]


@pytest.mark.parametrize("length", ["2d", "25h", "0m"])
async def test_a_pause_has_an_end(world: World, lead: Person, length: str) -> None:
    await lead.says(f"!translate pause {length}")
    assert lead.last.record["error"] == "bad_argument"
    assert (await world.store.room.find(ROOM)).paused_until is None


# One's own switch


async def test_who_wants_none_gets_none_and_others_still_do(world: World, rui: Person) -> None:
    ana, luc = world.person("ana", "PRT-GNR"), world.person("luc", "FRA-PN")
    await luc.says("!translate off")
    assert luc.hears("I translate nothing for you any more", ok=True)
    assert not luc.hears("For the whole room")
    said = await ana.says("A ponte está livre")
    assert [set(record["texts"]) for record in translations(world)] == [{"en"}]
    await replies(luc, said, "!tr")
    assert luc.last.record["texts"] == {"fr": "A ponte está livre (pt to fr)"}, "on demand still"
    await luc.says("!translate on")
    assert luc.hears("I translate for you again, in every room.")
    await ana.says("A ponte está fechada")
    assert set(translations(world)[-1]["texts"]) == {"en", "fr"}
    await luc.says("!language es")
    assert (await world.store.person.find(UserId(luc.user_id))).translated


async def test_a_lead_is_told_how_to_switch_the_room(world: World, lead: Person) -> None:
    await lead.says("!translate off")
    assert lead.hears("For the whole room: !translate off room")


async def test_status_says_numbers_and_no_names(world: World, rui: Person, lead: Person) -> None:
    ana, luc = world.person("ana", "PRT-GNR"), world.person("luc", "FRA-PN")
    await luc.says("!translate off")
    await rui.says("!translate status")
    assert rui.last.body.splitlines() == [
        "Translation is on in this room.",
        "",
        "• Where translations appear: reply",
        "• English: 2 people need it",
        "• Portuguese: 1 person needs it",
        "• 1 person wants no translation",
        "• I can translate: en → pt and pt → en",
        "• No model is installed for: fr → en and fr → pt",
        "• 0 items to process",
        "• 0 messages to send",
    ]
    assert not any(person.user_id in rui.last.body for person in (ana, luc, rui))


async def test_the_status_shows_one_word_for_the_mode(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await world.stop()
    world.catalogues = Catalogues.load()
    await world.start()
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(Mode.DM), NOON)
    await ana.says("!translate status")
    assert "aparecem" in ana.last.body and "|" not in ana.last.body


@pytest.mark.parametrize("line", ["!translate statsu", "!translate stauts", "!tr statsu", "!statsu"])
async def test_a_mistyped_subcommand_is_answered_with_what_is_meant(world: World, rui: Person, line: str) -> None:
    await rui.says(line)
    assert rui.hears("Did you mean", ok=False, error="not_found") and rui.hears("status?")
    assert [heard.kind for heard in world.heard] == ["reply"]
