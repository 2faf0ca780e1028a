"""A digit that replies to no question: its sender is told once how it answers, and no note is made of it."""

from __future__ import annotations

import pytest

from bot.model.incident import EntryKind

from ..companions import answer
from ..incident.scene import card_of, kinds, replied, stands, threaded
from ..world import Person, World

SAID = "Send that digit as a reply to my question"


@pytest.fixture
async def ana(world: World) -> Person:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await ana.says("!incident declare Barco na praia type:vessel severity:high")
    world.clock.passes(minutes=1)
    await ana.says("!incident declare Barco na praia! type:vessel")
    return ana


def said(world: World) -> int:
    return sum(SAID in heard.post.body for heard in world.heard if heard.post)


def event_with(world: World, text: str) -> str:
    return next(world.event_of(heard.post) for heard in world.heard if heard.post and text in heard.post.body)


async def test_a_digit_alone_is_told_how_it_answers_once(world: World, ana: Person) -> None:
    sent = await ana.says("1")
    assert ana.hears(SAID, kind="reply", ok=False, error="bad_argument")
    assert (ana.last.reply_to, ana.last.msgtype, ana.last.mentions) == (sent, "m.notice", ())
    await ana.says("1")
    assert said(world) == 1


@pytest.mark.parametrize("to", ["the notice", "the card", "its thread"])
async def test_so_is_one_that_replies_to_something_else_of_the_bots(world: World, ana: Person, to: str) -> None:
    notice, card = event_with(world, "It may be the same"), card_of(world, 1)
    content = {"the notice": replied("1", notice), "the card": replied("1", card), "its thread": threaded("1", card)}
    await ana.says("", **content[to])
    assert said(world) == 1 and await kinds(world, 1) == [EntryKind.DECLARED]


async def test_what_answers_is_told_nothing_nor_who_was_asked_nothing(world: World, ana: Person) -> None:
    rui = Person(world, "@rui:gnr.example")
    await rui.says("1")
    await rui.says("", content=answer(card_of(world), "1"))
    message = await rui.says("How many?")
    await ana.says("", content=answer(message, "2"))
    await ana.says("There are 2")
    question = event_with(world, "is it the same as one that is known?")
    await ana.says("", **replied("1", question))
    assert said(world) == 0 and (await stands(world, 1)).of


async def test_one_that_replies_to_the_bot_is_told_each_time(world: World, ana: Person) -> None:
    notice = event_with(world, "It may be the same")
    for count in (1, 2):
        await ana.says("", **replied("1", notice))
        assert said(world) == count


async def test_a_second_digit_to_what_is_answered_is_told_that_it_is_settled(world: World, ana: Person) -> None:
    question = event_with(world, "is it the same as one that is known?")
    await ana.says("", **replied("1", question))
    before = (await stands(world, 1)).of
    for expected in (True, False):
        await ana.says("2")
        assert ana.hears("That is settled already", ok=False, error="bad_argument") is expected
    for _again in range(2):
        await ana.says("", **replied("2", world.event_of(ana.last) if _again else question))
        assert ana.hears("That is settled already")
    assert before and (await stands(world, 1)).of == before
    await ana.says("9")
    assert not ana.hears("settled"), "it is none of its digits"


async def test_a_digit_long_after_a_question_is_for_others(world: World, ana: Person) -> None:
    await ana.says("", **replied("1", event_with(world, "is it the same as one that is known?")))
    world.clock.passes(hours=2)
    await Person(world, "@rui:gnr.example").says("How many boats?")
    await ana.says("2")
    assert not ana.hears("settled")


@pytest.mark.parametrize("text", ["1", "２.", "ok", "OK!", "👍", "👍🏽", "sim"])
async def test_a_digit_or_a_yes_below_a_card_is_no_note(world: World, ana: Person, text: str) -> None:
    rui = Person(world, "@rui:gnr.example")
    await rui.says("", **replied(text, card_of(world)))
    assert await kinds(world) == [EntryKind.DECLARED]
    await rui.says("", **replied("12", card_of(world)))
    assert await kinds(world) == [EntryKind.DECLARED, EntryKind.NOTE]


async def test_words_in_reply_to_a_question_are_said_to_all_and_their_sender_told_which_digits_answer_it(
    world: World, ana: Person
) -> None:
    question = event_with(world, "is it the same as one that is known?")
    rui, _kate = Person(world, "@rui:gnr.example"), world.person("kate")
    for one, told in ((ana, True), (rui, False)):
        said = await one.says("", **replied("Bom dia a todos", question))
        assert one.hears("Please reply with one of these: ", ok=False, error="bad_argument") is told
        assert one.hears(kind="translation", source=said)
    await ana.says("", **replied("O barco é o mesmo de ontem, e ainda está na praia junto ao porto", question))
    assert not ana.hears("Please reply with one of these"), "that is said to the others"
