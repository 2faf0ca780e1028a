"""🌐 asks for a message in one's own language; taking the reaction back takes the translation back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.person import UserId
from bot.model.translation import Flag

from ..fakes import BOT, NOON, ROOM, configuration
from ..world import Person, World
from .test_edits import edit_of, edits
from .test_redactions import redacts

GREEK = {
    "code": "GRC-HP",
    "country": "GR",
    "language": "el",
    "timezone": "Europe/Athens",
    "members": ["@*-hp:example.org"],
}
AGENCIES = [*({**agency.model_dump()} for agency in configuration().agencies), GREEK]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A room of three who read English and three who read French."""
    world = World(tmp_path / "liaison.db", configuration(agencies=AGENCIES))
    await world.start()
    for name in ("rui", "tom", "kim"):
        world.person(name)
    for name in ("luc", "eve", "max"):
        world.person(name, "FRA-PN")
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def eleni(world: World) -> Person:
    return world.person("eleni-hp")


@pytest.fixture
def nikos(world: World) -> Person:
    return world.person("nikos-hp")


def reaction(event_id: str, key: str = "🌐") -> dict[str, Any]:
    relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
    return {"type": "m.reaction", "content": {"m.relates_to": relation}, "encrypted": False, "trusted": False}


async def reacts(person: Person, event_id: str, key: str = "🌐") -> str:
    return await person.says("", **reaction(event_id, key))


def shown(world: World, target: str) -> list[str]:
    """Return the texts in *target* that the room shows now."""
    posts = (post.record for post in world.shows().values())
    return [post["texts"][target] for post in posts if target in post["texts"]]


async def test_the_two_most_needed_languages_come_by_themselves_the_others_are_told_how(
    world: World, ana: Person, eleni: Person
) -> None:
    await ana.says("A ponte está livre")
    await ana.says("A ponte está fechada")
    posts = [heard.post.record for heard in world.heard if heard.post and heard.kind == "translation"]
    assert [set(post["texts"]) for post in posts] == [{"en", "fr"}, {"en", "fr"}]
    notices = [heard.post for heard in world.heard if heard.kind == "notice" and heard.post]
    assert [notice.record["of"] for notice in notices] == ["others", "companions"], "once each"
    assert "🌐" in notices[0].body
    assert "3 languages" in notices[1].body


async def test_a_reaction_gets_the_message_in_ones_own_language_once(
    world: World, ana: Person, eleni: Person, nikos: Person
) -> None:
    said = await ana.says("A ponte está livre")
    first = await reacts(eleni, said)
    post = eleni.last
    assert (post.reply_to, post.record["kind"], post.record["source"]) == (said, "translation", said)
    assert post.record["texts"] == {"el": "A ponte está livre (pt to el)"}
    assert "Machine translation, pt → el, of what Ana wrote." in post.body
    heard = len(world.heard)
    second = await reacts(nikos, said, "🌐\ufe0f")
    assert len(world.heard) == heard, "it stands already"
    outcomes = await world.outcomes()
    assert (outcomes[first], outcomes[second]) == ("fulfilled", "stands")
    assert [wish.asker for by in (first, second) if (wish := await world.store.wish.find(ROOM, by))] == [
        eleni.user_id,
        nikos.user_id,
    ]


async def test_it_goes_with_the_last_reaction(world: World, ana: Person, eleni: Person, nikos: Person) -> None:
    said = await ana.says("A ponte está livre")
    first, second = await reacts(eleni, said), await reacts(nikos, said)
    await redacts(world, first, by=eleni.user_id)
    assert shown(world, "el") == ["A ponte está livre (pt to el)"]
    await world.stop()
    await world.start()
    await redacts(world, second, by=nikos.user_id)
    assert shown(world, "el") == []
    assert len(shown(world, "en")) == 1
    assert [t.target for t in await world.store.translation.list_of(said)] == ["en", "fr"]
    await reacts(eleni, said)
    assert shown(world, "el") == ["A ponte está livre (pt to el)"], "and comes again"


async def test_it_follows_edits_and_goes_with_its_message(world: World, ana: Person, eleni: Person) -> None:
    said = await ana.says("A ponte está livre")
    await reacts(eleni, said)
    event = world.event_of(eleni.last)
    await edits(ana, said, "A ponte está fechada")
    assert shown(world, "el") == ["A ponte está fechada (pt to el)"]
    assert list(world.shows()).count(event) == 1, "in its place"
    assert shown(world, "en") == ["A ponte está fechada (pt to en)"]
    await world.stop()
    await world.start()
    await edits(ana, said, "A ponte caiu")
    assert shown(world, "el") == ["A ponte caiu (pt to el)"]
    await redacts(world, said)
    assert world.shows() == {}
    assert await world.store.wish.list_targets(said) == []


async def test_an_edit_after_the_wish_is_gone_brings_nothing_back(world: World, ana: Person, eleni: Person) -> None:
    said = await ana.says("A ponte está livre")
    await redacts(world, await reacts(eleni, said), by=eleni.user_id)
    await edits(ana, said, "A ponte está fechada")
    assert shown(world, "el") == []


async def test_a_message_that_had_no_translation_is_translated_as_it_stands(
    world: World, ana: Person, eleni: Person
) -> None:
    async with world.store.transaction():
        settings = await world.store.room.find(ROOM)
        await world.store.room.save(ROOM, type(settings)(on=False), NOON)
    said = await ana.says("A ponte está livre")
    edit = await edits(ana, said, "A ponte está fechada")
    await reacts(eleni, said)
    assert shown(world, "el") == ["A ponte está fechada (pt to el)"]
    await redacts(world, edit)
    assert shown(world, "el") == [], "its text is gone"
    assert shown(world, "en") == []


async def test_a_reaction_to_a_translation_means_what_it_translates(world: World, ana: Person, eleni: Person) -> None:
    said = await ana.says("A ponte está livre")
    await reacts(eleni, world.event_of(next(h.post for h in world.heard if h.kind == "translation")))
    assert eleni.last.record["source"] == said
    assert shown(world, "el") == ["A ponte está livre (pt to el)"]


async def test_a_reaction_that_is_taken_back_before_its_turn_brings_nothing(
    world: World, ana: Person, eleni: Person
) -> None:
    said = await ana.says("A ponte está livre")
    held = world.translator.hold("A ponte está livre")
    [by] = await world.receives(eleni.user_id, "", **reaction(said))
    while len(world.translator.asked) < 2:
        await world.idle()
    async with world.store.transaction():
        await world.store.inbox.redacted(ROOM, by)
    held.set()
    await asyncio.sleep(0.05)
    await world.settles()
    assert shown(world, "el") == []
    assert await world.store.wish.find(ROOM, by) is None


async def test_a_reaction_to_what_is_still_translated_waits_for_it(world: World, ana: Person) -> None:
    held = world.translator.hold("A ponte está livre")
    [said] = await world.receives(ana.user_id, "A ponte está livre")
    await world.receives("@rui:example.org", "", **reaction(said))
    held.set()
    await world.settles()
    assert len(shown(world, "en")) == 1


async def test_a_late_reaction_to_what_was_missed_waits_for_its_summary(
    world: World, ana: Person, eleni: Person
) -> None:
    [said] = await world.receives(ana.user_id, "A ponte está livre", late=True)
    [by] = await world.receives(eleni.user_id, "", late=True, **reaction(said))
    [own] = await world.receives("@rui:example.org", "", late=True, **reaction(said))
    await world.settles()
    outcomes = await world.outcomes()
    assert (outcomes[said], outcomes[by], outcomes[own]) == ("summed up", "fulfilled", "stands")
    assert [heard.kind for heard in world.heard if heard.kind in ("catchup", "translation")] == [
        "catchup",
        "catchup",
        "translation",
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"encrypted": False}, "not_found"),
        ({"trust": "forged"}, "not_found"),
        ({"unreadable": "malformed"}, "not_found"),
        ({"content": {"msgtype": "m.image", "body": "ponte.jpg"}}, "bad_argument"),
        ({"content": {"msgtype": "m.text", "body": "112 👍"}}, "bad_argument"),
        ({"content": {"msgtype": "m.text", "body": "ponte " * 5000}}, "bad_argument"),
        ({"by": "@chief:elsewhere.net"}, "not_allowed"),
    ],
)
async def test_what_cannot_be_translated_is_said_once(
    world: World, ana: Person, eleni: Person, raw: dict[str, Any], code: str
) -> None:
    [said] = await world.receives(raw.get("by", ana.user_id), "A ponte está livre", **raw)
    await world.settles()
    await reacts(eleni, said)
    assert eleni.last.reply_to == said
    assert eleni.last.record | {"to": ""} == {
        "kind": "reply",
        "to": "",
        "command": "translate",
        "ok": False,
        "error": code,
    }
    heard = len(world.heard)
    await reacts(eleni, said)
    assert len(world.heard) == heard
    assert shown(world, "el") == []


async def test_in_ones_own_language_without_a_route_or_a_result(world: World, ana: Person, eleni: Person) -> None:
    said = await eleni.says("Η γέφυρα είναι ανοιχτή")
    await reacts(eleni, said)
    assert eleni.hears("That is in Greek already.", error="conflict")
    said = await ana.says("A ponte está livre")
    world.translator.lacking.add(("pt", "el"))
    await reacts(eleni, said)
    assert eleni.hears("I cannot translate from Portuguese into Greek: no model for it is installed.")
    world.translator.lacking.clear()
    world.translator.flags["A ponte está livre"] = (Flag.UNAVAILABLE,)
    said = await ana.says("A ponte está livre")
    await reacts(eleni, said)
    assert eleni.hears("Please try again in a minute.", error="unavailable")
    world.translator.flags.clear()
    await reacts(eleni, said)
    assert shown(world, "el") == ["A ponte está livre (pt to el)"]


async def test_a_translation_that_failed_by_itself_can_be_asked_for(world: World, ana: Person) -> None:
    rui = Person(world, "@rui:example.org")
    world.translator.flags["A ponte está livre"] = (Flag.UNAVAILABLE,)
    said = await ana.says("A ponte está livre")
    world.translator.flags.clear()
    await reacts(rui, said)
    assert rui.last.record["texts"] == {"en": "A ponte está livre (pt to en)"}


async def test_a_post_that_somebody_else_took_away_can_be_asked_for_again(
    world: World, ana: Person, eleni: Person
) -> None:
    said = await ana.says("A ponte está livre")
    await reacts(eleni, said)
    await redacts(world, world.event_of(eleni.last), by="@moderator:example.org")
    await reacts(eleni, said)
    assert eleni.last.record["texts"] == {"el": "A ponte está livre (pt to el)"}


@pytest.mark.parametrize(
    ("sender", "level", "outcome"),
    [
        ("@eleni-hp:example.org", -1, "not a member"),
        ("@gone-hp:example.org", 0, "not a member"),
        ("@eleni-hp:elsewhere.net", 0, "server"),
        (BOT, 0, "own"),
    ],
)
async def test_whoever_is_not_served_gets_nothing(
    world: World, ana: Person, eleni: Person, sender: str, level: int, outcome: str
) -> None:
    said = await ana.says("A ponte está livre")
    world.rooms.levels[eleni.user_id] = level
    heard = len(world.heard)
    [by] = await world.receives(sender, "", **reaction(said))
    await world.settles()
    assert (await world.outcomes())[by] == outcome
    assert len(world.heard) == heard


async def test_too_many_reactions_are_left_and_said_once(world: World, ana: Person, eleni: Person) -> None:
    said = [await ana.says(f"A ponte {'x' * n} está livre") for n in range(13)]
    for event in said:
        await reacts(eleni, event)
    assert len(shown(world, "el")) == 10
    told = [h.post for h in world.heard if h.post and h.post.record.get("error") == "rate_limited"]
    assert [(post.reply_to, "Eleni-hp, that was more 🌐" in post.body) for post in told] == [(said[10], True)]
    world.clock.passes(minutes=2)
    await reacts(eleni, said[12])
    assert len(shown(world, "el")) == 11


async def test_a_room_is_told_once_that_there_is_no_route(world: World, ana: Person) -> None:
    world.translator.lacking.add(("pt", "fr"))
    for text in ("A ponte está livre", "A ponte está fechada"):
        await ana.says(text)
    notices = [h.post for h in world.heard if h.post and h.post.record.get("of") == "no_route"]
    assert len(notices) == 1
    assert "Ana wrote in Portuguese. I cannot translate that into French" in notices[0].body
    assert len(shown(world, "en")) == 2
    assert shown(world, "fr") == []


async def test_other_reactions_are_none_of_its_business(world: World, ana: Person, eleni: Person) -> None:
    said = await ana.says("A ponte está livre")
    heard = len(world.heard)
    by = [await reacts(eleni, said, key) for key in ("👍", "🌍", "🌐🌐", "")]
    assert {(await world.outcomes())[event] for event in by} == {"type"}
    assert len(world.heard) == heard


async def test_an_edit_of_what_was_asked_for_that_fails_takes_it_back(world: World, ana: Person, eleni: Person) -> None:
    said = await ana.says("A ponte está livre")
    await reacts(eleni, said)
    world.translator.broken["A ponte está fechada"] = RuntimeError("broken")
    await ana.says("", content=edit_of(said, "A ponte está fechada"))
    assert shown(world, "el") == []
    posts = [post for post in world.shows().values() if "el" in post.record["flags"]]
    assert [post.record["flags"]["el"] for post in posts] == [["unavailable"]]


async def test_who_asks_is_known_by_their_own_setting(world: World, ana: Person) -> None:
    tom = Person(world, UserId("@tom:example.org"))
    said = await ana.says("A ponte está livre")
    await tom.says("!language es")
    await reacts(tom, said)
    assert tom.last.record["texts"] == {"es": "A ponte está livre (pt to es)"}
