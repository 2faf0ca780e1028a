"""What does not do what it seems to be written for: its sender is told so, quietly, and nothing is lost."""

from __future__ import annotations

import pytest

from bot.model.room import Mode, RoomSettings

from ..companions import answer, in_room, seen
from ..fakes import NOON, ROOM
from ..world import Person, World

LABEL = "A label alone marks nothing."
HINT = "To say which language a message is in, begin it with the code of a language that I translate, such as ?pt,"
UNREAD = "Nobody else reads this room: here I only show you translations. Write your answer in Border North."
RUI = "@rui:example.org"
DIRECT = "!direct:example.org"


@pytest.fixture
def ana(world: World) -> Person:
    world.person("rui")
    return world.person("ana", "PRT-GNR")


def advised(world: World) -> list[str]:
    return [heard.post.body for heard in world.heard if heard.kind == "reply" and heard.post]


@pytest.mark.parametrize("text", ["TLP:AMBER", "[TLP:GREEN]", "H2"])
async def test_a_label_alone_marks_nothing(world: World, ana: Person, text: str) -> None:
    said = await ana.says(text)
    assert ana.hears(LABEL, kind="reply", ok=False, error="bad_argument")
    assert (ana.last.msgtype, ana.last.mentions, ana.last.reply_to) == ("m.notice", (), said)
    await ana.says(text)
    assert len(advised(world)) == 1
    world.clock.passes(hours=1)
    await ana.says(text)
    assert len(advised(world)) == 2


@pytest.mark.parametrize(
    "text", ["TLP:AMBER olá", "TLP:AMBER?", "?pt olá", "olá", "?xx não vens?", "?", "? pt", "?português"]
)
async def test_what_does_something_needs_no_advice(world: World, ana: Person, text: str) -> None:
    unknown(world)
    await ana.says(text)
    assert advised(world) == []


def unknown(world: World) -> None:
    world.translator.lacking |= {("xx", known) for known in ("en", "es", "pt")}


async def test_a_label_that_marks_needs_no_advice(world: World, ana: Person) -> None:
    said = await ana.says("A ponte")
    await ana.says("", content=answer(said, "TLP:AMBER"))
    await ana.says("TLP ORANGE")
    assert not any(LABEL in text for text in advised(world)), "an unclear one is explained otherwise"


@pytest.mark.parametrize("text", ["?xx olá a todos", "TLP:GREEN ?xx olá a todos"])
async def test_a_hint_to_an_unknown_language_is_said_and_what_stands_there_translated(
    world: World, ana: Person, text: str
) -> None:
    unknown(world)
    await ana.says(text)
    assert ana.hears(HINT, error="bad_argument") and ana.hears("olá a todos (pt to en)", kind="translation")
    await ana.says(text)
    assert len(advised(world)) == 1


@pytest.mark.parametrize("text", ["?pt", " ?PT "])
async def test_a_hint_alone_is_said_and_not_translated(world: World, ana: Person, text: str) -> None:
    await ana.says(text)
    assert ana.hears(HINT) and [heard.kind for heard in world.heard] == ["reply"]


async def test_what_may_be_a_word_is_translated_all_the_same(world: World, ana: Person) -> None:
    unknown(world)
    await ana.says("?xx")
    assert ana.hears(HINT) and ana.hears("?xx (pt to en)", kind="translation")


async def test_an_answer_in_ones_direct_room_is_read_by_nobody(world: World, ana: Person) -> None:
    world.rooms.titles[ROOM] = "Border North"
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(Mode.DM), NOON)
    rui = in_room(world, RUI, DIRECT)
    await ana.says("A ponte está livre")
    [post] = seen(world, DIRECT)
    for _time in range(2):
        said = await rui.says("", room=DIRECT, content=answer(post, "Thank you"))
        assert rui.hears(UNREAD, error="bad_argument")
        assert (rui.last.mentions, rui.last.reply_to, rui.last.msgtype) == ((), said, "m.notice")
    told = len(advised(world))
    await rui.says("A note", room=DIRECT)
    await rui.says("", room=DIRECT, content=answer("$unknown", "Thank you"))
    note = await rui.says("The bridge", room=DIRECT)
    await rui.says("", room=DIRECT, content=answer(note, "!translate es"))
    own = [*seen(world, DIRECT)][-1]
    await rui.says("", room=DIRECT, content=answer(own, "Thank you"))
    assert own != post and len(advised(world)) == told, "what was said there was not to be read elsewhere"
    in_room(world, "@eve:example.org", DIRECT)
    await rui.says("", room=DIRECT, content=answer(post, "Thank you"))
    assert len(advised(world)) == told
