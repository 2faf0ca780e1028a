"""Redactions are followed: what the bot made of an event goes with it, from the room and from memory."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ..fakes import BOT, ROOM
from ..world import Person, World
from .test_edits import edit_of, edits, english


@pytest.fixture
def ana(world: World) -> Person:
    world.person("rui")
    return world.person("ana", "PRT-GNR")


def redaction(event_id: str) -> dict[str, Any]:
    return {"type": "m.room.redaction", "content": {"redacts": event_id}, "encrypted": False}


async def redacts(world: World, event_id: str, by: str = "@ana:gnr.example") -> str:
    [event] = await world.receives(by, "", **redaction(event_id))
    await world.settles()
    return event


async def texts(world: World) -> list[str]:
    """Return every text in the database that came of a message."""
    rows = await world.database.rows(
        "SELECT text FROM translation UNION ALL SELECT raw FROM inbox WHERE raw != '{}'"
        " UNION ALL SELECT data FROM question WHERE data != '{}'"
    )
    return [row["text"] for row in rows]


async def test_the_bot_takes_back_what_it_posted_and_forgets_it(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    first = world.event_of(ana.last)
    await redacts(world, said)
    assert world.redacted == [first]
    assert world.shows() == {}
    assert await texts(world) == []
    assert await world.store.original.find(ROOM, said) is None
    assert list((await world.outcomes()).values()) == ["relayed", "followed"]
    await redacts(world, said)
    assert world.redacted == [first], "once"


async def test_what_was_taken_back_is_genuine_and_stands_no_longer(world: World, ana: Person) -> None:
    said, other = await ana.says("A ponte está livre"), await ana.says("O camião está parado")
    posts = [heard.post for heard in world.heard if heard.post]
    first, second = (world.event_of(next(p for p in posts if p.record.get("source") == of)) for of in (said, other))
    await redacts(world, said)
    for post, answer in ((first, "no longer stands"), (second, "still stands")):
        relation = {"m.relates_to": {"m.in_reply_to": {"event_id": post}}}
        await ana.says("!genuine", content={"msgtype": "m.text", "body": "!genuine", **relation})
        assert ana.hears(answer)


async def test_its_own_redaction_and_one_of_something_else_do_nothing(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    heard = len(world.heard)
    await redacts(world, said, by=BOT)
    await redacts(world, "$unknown")
    await world.receives(ana.user_id, "", room="!other:example.org", **redaction(said))
    await world.settles()
    assert len(world.heard) == heard
    assert len(world.shows()) == 1


async def test_whoever_the_homeserver_lets_redact_is_followed(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    await redacts(world, said, by="@moderator:elsewhere.example")
    assert world.shows() == {}


async def test_what_is_taken_back_before_it_is_sent_is_not_posted(world: World, ana: Person) -> None:
    [said] = await world.receives(ana.user_id, "livre")
    while (await world.outcomes())[said] is None:
        await world.idle()
    await redacts(world, said)
    assert [heard.kind for heard in world.heard] == ["redact"]
    assert world.redacted == [None], "there was nothing to take back"
    assert await texts(world) == []


async def test_what_is_taken_back_while_it_is_translated_is_not_posted(world: World, ana: Person) -> None:
    go_on = world.translator.hold("livre")
    [said, _after] = await world.receives(ana.user_id, "livre", "depois")
    while not world.translator.asked:
        await world.idle()
    await world.receives(ana.user_id, "", **redaction(said))
    go_on.set()
    await world.settles()
    assert [heard.kind for heard in world.heard] == ["translation"]
    assert list(english(world.shows()).values()) == ["depois (pt to en)"]
    assert (await world.outcomes())[said] == "redacted"


async def test_what_is_taken_back_at_once_is_neither_translated_nor_done(world: World, ana: Person) -> None:
    """All in one sync: more than is translated ahead, and a command."""
    async with world.store.transaction():
        for number in range(20):
            content = {"msgtype": "m.text", "body": "!timezone Asia/Tokyo" if number == 19 else f"texto {number}"}
            raw = {"type": "m.room.message", "sender": ana.user_id, "content": content, "encrypted": True}
            await world.store.inbox.add(ROOM, f"$said{number}", raw | {"trusted": True}, world.clock.at)
        for number in (0, 19):
            raw = redaction(f"$said{number}") | {"sender": ana.user_id}
            await world.store.inbox.add(ROOM, f"$redaction{number}", raw, world.clock.at)
    world.intake.wake({ROOM})
    await world.settles()
    assert [text for text, *_ in world.translator.asked] == [f"texto {number}" for number in range(1, 19)]
    assert [heard.kind for heard in world.heard] == ["translation"] * 18


@pytest.mark.parametrize("raw", [{"session": "s1"}, {"late": True, "age": 900}])
async def test_what_is_taken_back_before_its_turn_is_not_translated(
    world: World, ana: Person, raw: dict[str, Any]
) -> None:
    world.translator.hold("livre")
    [said] = await world.receives(ana.user_id, "livre", **raw)
    [after] = await world.receives(ana.user_id, "depois", late=True, age=900)
    await world.idle()
    [event] = await world.receives(ana.user_id, "", **redaction(said))
    async with asyncio.timeout(5):
        while (await world.outcomes())[event] is None:
            await world.idle()
    world.translator.hold("livre").set()
    world.reader.keys.add("s1")
    await world.intake.keys_arrived({"s1"})
    await world.settles()
    assert (await world.outcomes())[said] == "redacted"
    assert (await world.outcomes())[after] == "summed up"
    assert [post.record["sources"] for post in world.shows().values()] == [[after]]


async def test_a_late_command_that_is_taken_back_is_forgotten(world: World, ana: Person) -> None:
    said = await ana.says("!timezone Asia/Tokyo", age=600)
    question = ana.last
    assert await texts(world) != []
    await redacts(world, said)
    assert await texts(world) == []
    answer = {"m.relates_to": {"m.in_reply_to": {"event_id": world.event_of(question)}}}
    await ana.says("1", content={"msgtype": "m.text", "body": "1", **answer})
    found = await world.store.person.find(ana.user_id)
    assert found is None or found.zone is None


async def test_a_summary_is_edited_without_it(world: World, ana: Person) -> None:
    first, second = await world.receives(ana.user_id, "um", "dois", late=True, age=900)
    await world.settles()
    [page] = world.shows()
    await redacts(world, first)
    assert world.shows()[page].record["sources"] == [second]
    assert "um" not in world.shows()[page].body
    await redacts(world, second)
    assert world.redacted == [page]
    assert await texts(world) == []


async def test_a_summary_that_is_not_sent_yet_comes_without_it(world: World, ana: Person) -> None:
    first, second = await world.receives(ana.user_id, "um", "dois", late=True, age=900)
    async with asyncio.timeout(5):
        while (await world.outcomes())[second] is None:
            await world.idle()
    await redacts(world, first)
    assert [(h.kind, h.post and (h.post.replaces, h.post.record["sources"])) for h in world.heard] == [
        ("catchup", (None, [second]))
    ]


async def test_parts_go_all_together(world: World, ana: Person) -> None:
    said = await ana.says("x " * 5_000)
    parts = list(world.shows())
    await redacts(world, said)
    assert world.redacted == parts


async def test_after_an_edit_the_edited_translation_goes_and_no_edit_brings_it_back(world: World, ana: Person) -> None:
    said = await ana.says("livre")
    first = world.event_of(ana.last)
    await edits(ana, said, "fechada")
    await redacts(world, said)
    assert world.redacted == [first]
    assert await texts(world) == []
    edit = await edits(ana, said, "aberta")
    assert world.shows() == {}
    assert (await world.outcomes())[edit] == "edit"


async def test_a_redacted_edit_takes_its_translation_with_it(world: World, ana: Person) -> None:
    said = await ana.says("livre")
    first = world.event_of(ana.last)
    edit = await edits(ana, said, "fechada")
    await redacts(world, edit)
    assert world.redacted == [first]
    assert await texts(world) == []
    await edits(ana, said, "aberta")
    assert list(english(world.shows()).values()) == ["aberta (pt to en)"]


async def test_an_edit_that_is_taken_back_before_its_turn_is_not_followed(world: World, ana: Person) -> None:
    said = await ana.says("livre")
    [edit] = await world.receives(ana.user_id, "", content=edit_of(said, "fechada"))
    await world.receives(ana.user_id, "", **redaction(edit))
    await world.settles()
    assert "fechada" not in str(world.shows())
    go_on = world.translator.hold("aberta")
    [late] = await world.receives(ana.user_id, "", content=edit_of(said, "aberta"), late=True)
    while world.translator.asked[-1][0] != "aberta":
        await world.idle()
    [event] = await world.receives(ana.user_id, "", **redaction(late))
    while (await world.outcomes())[event] is None:
        await world.idle()
    go_on.set()
    for _ in range(20):
        await world.idle()
    await world.settles()
    assert "aberta" not in str(world.shows())
    assert (await world.outcomes())[late] == "redacted"


async def test_a_post_that_others_took_away_is_not_edited_but_posted_anew(world: World, ana: Person) -> None:
    said = await ana.says("livre")
    first = world.event_of(ana.last)
    await redacts(world, first, by="@moderator:example.org")
    await edits(ana, said, "fechada")
    assert ana.last.replaces is None
    assert english(world.shows())[world.event_of(ana.last)] == "fechada (pt to en)"


async def test_a_stop_in_between_neither_loses_nor_doubles_it(world: World, ana: Person) -> None:
    said = await ana.says("livre")
    first = world.event_of(ana.last)
    await world.stop()
    await world.start()
    [event] = await world.receives(ana.user_id, "", **redaction(said))
    async with asyncio.timeout(5):
        while (await world.outcomes())[event] is None:
            await world.idle()
    await world.stop()
    await world.start()
    await world.settles()
    assert world.redacted == [first]
