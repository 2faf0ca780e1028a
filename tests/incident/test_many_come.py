"""Many come at once: a room's cards are made anew once a minute, for all who have come by then, and so many at most."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.fresh import MOST
from bot.services.incident import wording

from ..fakes import ROOM
from ..world import Person, World
from .scene import cards
from .test_cards import comes, member

OPEN = 4
POSTS = ("card", "pin", "redact")


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


async def declare(ana: Person, many: int) -> None:
    for number in range(many):
        ana.world.clock.passes(seconds=1)
        await ana.says(f"!incident declare boat {number} type:vessel severity:high")


async def readers(world: World) -> list[set[str]]:
    """Return who can read each card that stands."""
    return [{*card.readers} for card in await world.store.card.list_open(ROOM)]


async def minute(world: World) -> int:
    """Let a minute pass; return how much was posted for it."""
    before = len(world.heard)
    world.clock.passes(seconds=61)
    await world.wakes()
    return sum(heard.kind in POSTS for heard in world.heard[before:])


async def test_who_comes_first_gets_fresh_cards_at_once_and_two_hundred_in_a_minute_are_one_renewal(
    world: World, ana: Person
) -> None:
    await declare(ana, OPEN)
    before, first = len(world.heard), {*cards(world)}
    await comes(world, "kate0")
    assert not first & {*cards(world)}, "the first need not wait"
    for number in range(1, 200):
        world.clock.passes(seconds=0.2)
        await comes(world, f"kate{number}")
    await minute(world)
    posted = [heard.kind for heard in world.heard[before:] if heard.kind in POSTS]
    # Twice anew, and edited once in between: the titles are translated for the first who reads something else.
    assert (posted.count("card"), posted.count("redact")) == (3 * OPEN, 2 * OPEN) and posted.count("pin") <= 2
    everyone = {*world.rooms.joined[ROOM]}
    assert all(everyone <= one for one in await readers(world)), "whoever has come can read them"
    assert len(cards(world)) == OPEN and world.pinned == {*cards(world)}
    assert await minute(world) == 0 and await minute(world) == 0, "nobody else has come"
    await comes(world, "late")
    assert all("@late:example.org" in one for one in await readers(world)), "after that the next need not wait"


async def test_who_comes_while_others_wait_gets_theirs_though_the_bot_was_away(world: World, ana: Person) -> None:
    await declare(ana, 1)
    await comes(world, "kate")
    kates = {*cards(world)}
    zoe = await comes(world, "zoe")
    assert {*cards(world)} == kates
    await world.stop()
    await world.start()
    await minute(world)
    assert not kates & {*cards(world)} and all(zoe.user_id in one for one in await readers(world))


async def test_who_leaves_again_before_the_minute_is_over_brings_none(world: World, ana: Person) -> None:
    await declare(ana, 1)
    await comes(world, "kate")
    await world.wakes()  # her titles
    zoe = await comes(world, "zoe")
    world.rooms.joined[ROOM].remove(zoe.user_id)
    await zoe.says("", **member(zoe.user_id, "leave"))
    assert await minute(world) == 0


async def test_so_many_cards_at_most_are_made_anew_in_a_minute(world: World, ana: Person) -> None:
    many = MOST + 3
    await declare(ana, many)
    before = len(world.heard)
    await comes(world, "kate")
    kinds = [heard.kind for heard in world.heard[before:]]
    assert kinds.count("card") == MOST, "the newest first"
    newest = [card.readers for card in await world.store.card.list_open(ROOM)][-MOST:]
    assert all("@kate:example.org" in one for one in newest)
    await minute(world)
    assert all("@kate:example.org" in one for one in await readers(world)) and len(cards(world)) == many
    assert await minute(world) == 0


async def test_a_title_is_translated_for_who_comes_and_what_they_bring_the_room_to_speak(
    world: World, ana: Person
) -> None:
    world.translator.spoken["lancha rápida"] = "pt"
    await ana.says("!incident declare lancha rápida type:vessel severity:high")
    await comes(world, "kate")
    await world.wakes()
    [card] = cards(world).values()
    assert "not translated" not in card.body and "(pt to en)" in card.body, card.body


async def test_titles_wait_for_the_translator_together(
    world: World, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else is due waits for them: one after the other, twenty would take twenty times as long."""
    titles = [f"lancha {number}" for number in range(4)]
    for title in titles:
        world.translator.spoken[title] = "pt"
        await ana.says(f"!incident declare {title} type:vessel severity:high")
    held = [world.translator.hold(title) for title in titles]
    monkeypatch.setattr(wording, "SECONDS", 600.0)
    world.translator.asked.clear()
    await comes(world, "kate")
    waking = asyncio.create_task(world.wakes())
    async with asyncio.timeout(60):
        while len({asked[0] for asked in world.translator.asked} & {*titles}) < len(titles):
            await asyncio.sleep(0.01)
    for one in held:
        one.set()
    await waking
