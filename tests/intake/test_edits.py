"""Edits are followed: what the bot posted says what the message says now, whatever the order, whatever stops."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.intake import stranded
from bot.intake.limits import Excess
from bot.model.translation import Flag
from bot.render import Post

from ..fakes import ROOM
from ..world import Person, World


def edit_of(event_id: str, text: str) -> dict[str, Any]:
    return {
        "msgtype": "m.text",
        "body": f"* {text}",
        "m.new_content": {"msgtype": "m.text", "body": text},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


async def edits(person: Person, event_id: str, text: str, **raw: Any) -> str:
    return await person.says("", content=edit_of(event_id, text), **raw)


def english(posts: Mapping[str, Post]) -> dict[str, str]:
    """Return the English of each translation that the room shows, by its event."""
    return {event: post.record["texts"].get("en", "") for event, post in posts.items()}


@pytest.fixture
def ana(world: World) -> Person:
    world.person("rui")
    return world.person("ana", "PRT-GNR")


async def test_the_bot_edits_its_own_translation(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    first = world.event_of(ana.last)
    edit = await edits(ana, said, "A ponte está fechada")
    post = ana.last
    assert post.replaces == first
    assert post.record["source"] == post.reply_to == said
    assert english(world.shows()) == {first: "A ponte está fechada (pt to en)"}
    assert (await world.outcomes())[edit] == "followed"
    assert [t.text for t in await world.store.translation.list_of(edit)] == ["A ponte está fechada (pt to en)"]
    assert await world.store.translation.list_of(said) == []


async def test_an_edit_that_changes_nothing_posts_nothing(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    edit = await edits(ana, said, "A ponte está livre")
    assert [heard.kind for heard in world.heard] == ["translation"]
    assert (await world.outcomes())[edit] == "unchanged"
    await edits(ana, said, "Outra coisa")
    await edits(ana, said, "A ponte está livre")
    assert list(english(world.shows()).values()) == ["A ponte está livre (pt to en)"]


async def test_of_several_edits_at_once_only_the_last_is_translated(world: World, ana: Person) -> None:
    said = await ana.says("um")
    world.translator.asked.clear()
    async with world.store.transaction():
        for number, text in enumerate(["dois", "três", "quatro"]):
            raw = {"type": "m.room.message", "sender": ana.user_id, "encrypted": True, "trusted": True}
            await world.store.inbox.add(ROOM, f"$edit{number}", raw | {"content": edit_of(said, text)}, world.clock.at)
    world.intake.wake({ROOM})
    await world.settles()
    assert [text for text, *_ in world.translator.asked] == ["quatro"]
    assert list(english(world.shows()).values()) == ["quatro (pt to en)"]
    assert list((await world.outcomes()).values()) == ["relayed", "superseded", "superseded", "followed"]


async def test_an_edit_that_comes_late_does_not_undo_a_later_one(world: World, ana: Person) -> None:
    said = await ana.says("um")
    go_on = world.translator.hold("dois")
    [late] = await world.receives(ana.user_id, "", content=edit_of(said, "dois"), late=True)
    last = await edits_at_once(world, ana, said, "três")
    go_on.set()
    await world.settles()
    assert list(english(world.shows()).values()) == ["três (pt to en)"]
    outcomes = await world.outcomes()
    assert (outcomes[late], outcomes[last]) == ("superseded", "followed")


async def edits_at_once(world: World, person: Person, said: str, text: str) -> str:
    """Edit and wait until only what is late is open."""
    [edit] = await world.receives(person.user_id, "", content=edit_of(said, text))
    while (await world.outcomes())[edit] is None:
        await world.idle()
    return edit


async def test_an_edit_before_the_translation_is_sent_leaves_one_post(world: World, ana: Person) -> None:
    [said] = await world.receives(ana.user_id, "livre")
    while (await world.outcomes())[said] is None:
        await world.idle()
    await edits(ana, said, "fechada")
    assert [(h.kind, h.post and h.post.replaces) for h in world.heard] == [("translation", None)]
    assert english(world.shows()) == {"$sent1": "fechada (pt to en)"}
    await edits(ana, said, "aberta")
    assert english(world.shows()) == {"$sent1": "aberta (pt to en)"}


async def test_an_edit_of_a_message_that_is_being_translated(world: World, ana: Person) -> None:
    go_on = world.translator.hold("livre")
    [said] = await world.receives(ana.user_id, "livre")
    await world.receives(ana.user_id, "", content=edit_of(said, "fechada"))
    await world.idle()
    go_on.set()
    await world.settles()
    assert list(english(world.shows()).values()) == ["fechada (pt to en)"]


async def test_parts_are_edited_one_by_one_and_what_is_left_over_is_taken_back(world: World, ana: Person) -> None:
    said = await ana.says("x " * 5_000)
    parts = list(world.shows())
    assert len(parts) == 3
    await edits(ana, said, "curta")
    assert english(world.shows()) == {parts[0]: "curta (pt to en)"}
    assert world.redacted == parts[1:]
    await edits(ana, said, "y " * 3_000)
    shown = english(world.shows())
    assert len(shown) == 2
    assert parts[0] in shown
    assert set(shown) & set(parts[1:]) == set()
    assert "".join(shown.values()) == "y " * 3_000 + " (pt to en)"


async def test_a_text_that_nobody_needs_any_more_is_taken_back(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    first = world.event_of(ana.last)
    await edits(ana, said, "12:30")
    assert world.redacted == [first]
    assert world.shows() == {}
    await edits(ana, said, "Às 12:30")
    assert list(english(world.shows()).values()) == ["Às 12:30 (pt to en)"]
    assert first not in world.shows()


async def test_a_text_in_another_language_is_for_others(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    first = world.event_of(ana.last)
    world.translator.spoken["El puente está libre"] = "es"
    world.person("bea", "PRT-GNR")
    await edits(ana, said, "El puente está libre")
    assert world.shows()[first].record["texts"].keys() == {"en", "pt"}


async def test_what_needed_no_translation_before_gets_a_post(world: World, ana: Person) -> None:
    said = await ana.says("12")
    assert world.heard == []
    await edits(ana, said, "12 carros")
    assert ana.last.reply_to == said
    assert ana.last.replaces is None


async def test_where_the_engine_fails_the_old_translation_does_not_stay(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    first = world.event_of(ana.last)
    world.translator.broken["A ponte está fechada"] = RuntimeError("engine died")
    await edits(ana, said, "A ponte está fechada")
    assert world.shows()[first].record["flags"] == {"en": [Flag.UNAVAILABLE]}


async def test_who_writes_too_much_loses_the_old_translation(world: World, ana: Person) -> None:
    said = await ana.says("A ponte está livre")
    world.intake._limits.exceeded = lambda *_a, **_o: Excess.PERSON  # type: ignore[method-assign]
    await edits(ana, said, "A ponte está fechada")
    assert world.shows() == {}


@pytest.mark.parametrize(
    ("by", "raw"),
    [("@ana:gnr.example", {"trusted": False}), ("@ana:gnr.example", {"encrypted": False}), ("@rui:example.org", {})],
)
async def test_an_edit_that_may_be_somebody_elses_changes_nothing(
    world: World, ana: Person, by: str, raw: dict[str, Any]
) -> None:
    said = await ana.says("A ponte está livre")
    [edit] = await world.receives(by, "", content=edit_of(said, "A ponte está fechada"), **raw)
    await world.settles()
    assert list(english(world.shows()).values()) == ["A ponte está livre (pt to en)"]
    assert (await world.outcomes())[edit] == "edit"


async def test_an_edit_that_is_delivered_again_changes_nothing(world: World, ana: Person) -> None:
    said = await ana.says("um")
    await edits(ana, said, "dois", megolm=["s1", 0])
    await edits(ana, said, "três", megolm=["s1", 1])
    again = await edits(ana, said, "dois", megolm=["s1", 0])
    assert list(english(world.shows()).values()) == ["três (pt to en)"]
    assert (await world.outcomes())[again] == "replay"


async def test_an_edit_into_a_command_is_refused_and_the_translation_taken_back(world: World, ana: Person) -> None:
    said = await ana.says("livre")
    edit = await edits(ana, said, "!status")
    assert ana.last.body == "I act on no edited commands. Please send it as a new message."
    assert world.shows() == {}
    assert (await world.outcomes())[edit] == "edit"


async def test_an_edit_of_what_was_missed_comes_as_a_reply_and_the_summary_without_it(
    world: World, ana: Person
) -> None:
    first, second = await world.receives(ana.user_id, "um", "dois", late=True, age=900)
    await world.settles()
    [page] = world.shows()
    await edits(ana, first, "três")
    shown = world.shows()
    assert shown[page].record["sources"] == [second]
    assert shown[page].replaces == page
    [reply] = [post for event, post in shown.items() if event != page]
    assert reply.reply_to == first
    assert reply.record["texts"] == {"en": "três (pt to en)"}
    await edits(ana, first, "quatro")
    assert english(world.shows())[world.event_of(reply)] == "quatro (pt to en)"
    await edits(ana, second, "cinco")
    assert world.redacted == [page]


@pytest.mark.parametrize("edit_is_late", [True, False])
async def test_an_edit_of_what_is_not_summed_up_yet_waits_for_it(world: World, ana: Person, edit_is_late: bool) -> None:
    go_on = world.translator.hold("um")
    first, second = await world.receives(ana.user_id, "um", "dois", late=True, age=900)
    await world.receives(ana.user_id, "", content=edit_of(first, "meio"), late=edit_is_late)
    await world.receives(ana.user_id, "", content=edit_of(first, "três"), late=edit_is_late)
    await world.idle()
    go_on.set()
    await world.settles()
    assert sorted((heard.kind, heard.post.replaces) for heard in world.heard if heard.post) == [
        ("catchup", None),
        ("translation", None),
    ]
    [summary] = [heard.post for heard in world.heard if heard.kind == "catchup" and heard.post]
    assert summary.record["sources"] == [second]
    assert summary.record["texts"] == {"en": ["dois (pt to en)"]}
    [reply] = [heard.post for heard in world.heard if heard.kind == "translation" and heard.post]
    assert reply.record["texts"] == {"en": "três (pt to en)"}


async def test_an_edit_of_what_waits_for_its_key_waits_as_well(world: World, ana: Person) -> None:
    [said] = await world.receives(ana.user_id, "livre", session="s1")
    [edit] = await world.receives(ana.user_id, "", content=edit_of(said, "fechada"))
    await world.settles()
    assert (await world.outcomes())[edit] is None
    world.reader.keys.add("s1")
    await world.intake.keys_arrived({"s1"})
    await world.settles()
    assert list(english(world.shows()).values()) == ["fechada (pt to en)"]


async def test_an_edit_of_what_never_gets_its_key_is_closed_with_it(
    world: World, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stranded, "CHECK_SECONDS", 0.005)
    await world.stop()
    await world.start()
    [said] = await world.receives(ana.user_id, "livre", session="s1")
    [edit] = await world.receives(ana.user_id, "", content=edit_of(said, "fechada"))
    await world.settles()
    world.clock.at += stranded.PATIENCE + timedelta(seconds=1)
    async with asyncio.timeout(2):
        while None in (await world.outcomes()).values():
            await world.idle()
    assert (await world.outcomes()) == {said: "undecryptable", edit: "edit"}


@pytest.mark.parametrize("sent", [True, False])
async def test_a_stop_at_any_moment_neither_loses_nor_doubles_an_edit(world: World, ana: Person, sent: bool) -> None:
    [said] = await world.receives(ana.user_id, "livre")
    if sent:
        await world.settles()
    go_on = world.translator.hold("fechada")
    await world.receives(ana.user_id, "", content=edit_of(said, "fechada"))
    for _ in range(20):
        await world.idle()
    await world.stop()
    await world.start()
    for _ in range(5):
        await world.idle()
    go_on.set()
    await world.settles()
    await world.stop()
    await world.start()
    await world.settles()
    assert english(world.shows()) == {"$sent1": "fechada (pt to en)"}
    assert len(world.heard) == (2 if sent else 1)
