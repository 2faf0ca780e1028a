"""Rooms that say which commands there are, and commands that apps fill in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from ..fakes import BOT, ROOM, configuration
from ..world import World

KEY = "org.matrix.msc4391.command"
ACCESS = {"servers": ["example.org", "gnr.example"], "describe_commands": True}


@pytest_asyncio.fixture
async def telling(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world in which commands are described; the bot is in no room yet."""
    world = World(tmp_path / "liaison.db", configuration(access=ACCESS))
    world.rooms.joined.clear()
    await world.start()
    await looked_round(world)
    yield world
    await world.stop()


async def described(world: World) -> dict[str, Any]:
    """Return what is in the outbox for the state of rooms, by state key, and put it there."""
    found = {}
    for room in await world.store.outbox.list_rooms():
        while (row := await world.store.outbox.next(room)) and row.kind == "describe":
            found[row.payload["key"]] = row.payload["content"]
            async with world.store.transaction():
                await world.store.outbox.sent(row.id, f"$state{row.id}", world.clock.now())
    world.rooms.descriptions.setdefault(ROOM, {}).update(found)
    return found


async def looked_round(world: World) -> None:
    """Wait until the bot has looked at its rooms after a start."""
    for _ in range(50):
        await world.idle()


async def restarted(world: World) -> dict[str, Any]:
    """Start the world again and return what it tells the rooms."""
    await world.stop()
    world.clock.passes(hours=1)
    await world.start()
    await looked_round(world)
    return await described(world)


def member() -> dict[str, Any]:
    return {"type": "m.room.member", "state_key": BOT, "content": {"membership": "join"}, "encrypted": False}


LEVELS = {"type": "m.room.power_levels", "state_key": "", "content": {}, "encrypted": False}


async def test_a_room_is_told_on_joining(telling: World) -> None:
    ana = telling.person("ana", "PRT-GNR")
    await ana.says("", **member())
    assert [heard.kind for heard in telling.heard].count("describe") == 9


async def test_where_the_bot_may_not_nobody_is_told_until_it_may(telling: World) -> None:
    ana = telling.person("ana", "PRT-GNR")
    telling.rooms.levels[BOT] = 0
    await ana.says("", **member())
    assert "describe" not in [heard.kind for heard in telling.heard]
    telling.rooms.levels[BOT] = 50
    await ana.says("", **LEVELS)
    assert [heard.kind for heard in telling.heard].count("describe") == 9


async def test_at_the_start_only_what_differs_is_told(telling: World) -> None:
    telling.person("ana", "PRT-GNR")
    first = await restarted(telling)
    assert len(first) == 9
    assert await restarted(telling) == {}
    key = next(iter(first))
    telling.rooms.descriptions[ROOM][key] = {"command": "old"}
    telling.rooms.descriptions[ROOM]["gone"] = {"command": "gone"}
    assert await restarted(telling) == {key: first[key], "gone": {}}
    telling.rooms.descriptions[ROOM].pop("gone")
    telling.config = configuration()
    assert await restarted(telling) == {key: {} for key in first}


async def test_by_default_nothing_is_told_nor_taken(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("", **member())
    await ana.says("Olá", content=filled("language", "Olá", wanted="es"))
    assert {heard.kind for heard in world.heard} == {"notice", "translation"}


def filled(name: str, body: str, **arguments: Any) -> dict[str, Any]:
    return {
        "msgtype": "m.text",
        "body": body,
        "m.mentions": {"user_ids": [BOT]},
        KEY: {"command": name, "arguments": arguments},
    }


@pytest.mark.parametrize("body", ["", "language", "/language es", "!idioma espanhol", "Liaison: language es"])
async def test_what_is_filled_in_is_done_as_if_it_were_typed(telling: World, body: str) -> None:
    ana = telling.person("ana", "PRT-GNR")
    await ana.says("", content=filled("language", body, wanted="es"))
    assert ana.hears(command="language", ok=True)
    assert (await telling.services.person.find(ana.user_id)).language == "es"


@pytest.mark.parametrize(
    "body", ["!status", "!language fr", "/language", "!identity show @rui:example.org", "Liaison: help"]
)
async def test_where_text_and_app_differ_nothing_is_done(telling: World, body: str) -> None:
    ana = telling.person("ana", "PRT-GNR")
    with capture_logs() as logs:
        await ana.says("", content=filled("language", body, wanted="es"))
    assert ana.hears("Your app filled in another command", error="conflict")
    assert len(telling.heard) == 1
    assert (await telling.services.person.find(ana.user_id)).language is None
    [entry] = [entry for entry in logs if entry["event"] == "command.differs"]
    assert (entry["filled_in"], entry["filled_in_length"]) == ("language", len('language "es"'))
    assert entry["typed"] in ("status", "language", "help", "identity show", None)
    assert "rui" not in str(entry)


async def test_a_command_that_is_not_described_is_not_taken(telling: World) -> None:
    ana = telling.person("ana", "PRT-GNR")
    for body in ("", f"!identity confirm {ana.user_id}"):
        with capture_logs() as logs:
            await ana.says("", content=filled("identity confirm", body, person=ana.user_id))
        assert ana.hears("as your app filled it in", error="bad_argument")
        assert [entry["event"] for entry in logs] == ["command.not_taken"]
        assert "confirm" not in str(logs)


async def test_a_device_that_is_not_trusted_fills_in_nothing(telling: World) -> None:
    ana = telling.person("ana", "PRT-GNR")
    await ana.says("", content=filled("language", "", wanted="es"), trusted=False)
    assert ana.hears(error="not_allowed")
    await ana.says("", content=filled("language", "", wanted="es"), encrypted=False)
    assert not ana.hears(ok=True)
    assert (await telling.services.person.find(ana.user_id)).language is None


async def test_a_digit_beside_it_answers_no_question(telling: World) -> None:
    ana = telling.person("ana", "PRT-GNR")
    await ana.says("!language es", age=300)
    asked = telling.event_of(ana.last)
    content = filled("status", "1") | {"m.relates_to": {"m.in_reply_to": {"event_id": asked}}}
    await ana.says("", content=content)
    assert ana.hears(error="conflict")
    assert (await telling.services.person.find(ana.user_id)).language is None


async def test_what_came_too_late_is_asked_about_as_if_it_were_typed(telling: World) -> None:
    ana = telling.person("ana", "PRT-GNR")
    await ana.says("", content=filled("language", "", wanted="es"), age=300)
    asked = telling.event_of(ana.last)
    content = {"msgtype": "m.text", "body": "1", "m.relates_to": {"m.in_reply_to": {"event_id": asked}}}
    await ana.says("", content=content)
    assert (await telling.services.person.find(ana.user_id)).language == "es"
