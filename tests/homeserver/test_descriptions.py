"""Rooms that say which commands there are (MSC4391), and an app that fills one in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Any
from urllib.parse import quote

from bot.demo.homeserver import Homeserver
from bot.demo.officer import Officer

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, record

TYPE = "org.matrix.msc4391.command_description"
KEY = "org.matrix.msc4391.command"
NAMES = {"help", "about", "status", "privacy", "language", "timezone", "room show", "say", "term add", "term list"} | {
    "identity show"
}


async def descriptions(homeserver: Homeserver, officer: Officer, room: str) -> dict[str, dict[str, Any]]:
    """Return the state events that describe commands, by state key."""
    where = f"/_matrix/client/v3/rooms/{quote(room)}/state"
    state: Any = await homeserver.request("GET", where, token=officer.access_token)
    return {event["state_key"]: event for event in state if event["type"] == TYPE}


async def may_set_state(homeserver: Homeserver, officer: Officer, room: str, user_id: str) -> None:
    """Give somebody the power level 50."""
    where = f"/_matrix/client/v3/rooms/{quote(room)}/state/m.room.power_levels"
    levels = await homeserver.request("GET", where, token=officer.access_token)
    levels["users"][user_id] = 50
    await homeserver.request("PUT", where, body=levels, token=officer.access_token)


async def test_a_room_says_which_commands_there_are_and_an_app_fills_one_in(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    ana = await officer("ana", "PRT-GNR")
    server = ["example.org"]
    bot = await liaison(roles={"lead": [ana.user_id]}, access={"servers": server, "describe_commands": True})
    room = await border_north(ana, bot)
    await asks(ana, room, "!status")
    assert await descriptions(homeserver, ana, room) == {}

    await may_set_state(homeserver, ana, room, bot.user_id)
    async with asyncio.timeout(10):
        while len(found := await descriptions(homeserver, ana, room)) < len(NAMES):
            await asyncio.sleep(0.1)
    assert {event["content"]["command"] for event in found.values()} == NAMES
    assert {event["sender"] for event in found.values()} == {bot.user_id}
    key = base64.b64encode(hashlib.sha256(f"identity show{bot.user_id}".encode()).digest()).decode()
    content = found[key]["content"]
    assert content["parameters"][0]["schema"] == {"schema_type": "primitive", "type": "user_id"}
    assert [text["lang"] for text in content["description"]["m.text"]][:3] == ["en", "pt", "es"]
    said = str([event["content"] for event in found.values()])
    assert not [word for word in ("Bravo", "BRAVO", "Joint", "GNR", *server) if word in said]

    mentions = {"user_ids": [bot.user_id]}
    given = {"command": "language", "arguments": {"wanted": "es", "reads": ["en"]}}
    reply = await asks(ana, room, "/language es reads:en", **{"m.mentions": mentions, KEY: given})
    assert record(reply)["ok"] is True
    assert "Su idioma es español" in reply.body
    reply = await asks(ana, room, "/language pt", **{"m.mentions": mentions, KEY: given})
    assert record(reply)["error"] == "conflict"
    given = {"command": "identity confirm", "arguments": {"person": ana.user_id}}
    reply = await asks(ana, room, "", **{"m.mentions": mentions, KEY: given})
    assert record(reply)["error"] == "bad_argument"

    await bot.stop()
    await bot.start()
    await asks(ana, room, "!status")
    assert bot.log.count("command.described") == len(NAMES)

    await bot.stop()
    text = bot.config.read_text("utf-8")
    bot.config.write_text(text.replace("describe_commands = true", "describe_commands = false"), "utf-8")
    await bot.start()
    async with asyncio.timeout(10):
        while any(event["content"] for event in (await descriptions(homeserver, ana, room)).values()):
            await asyncio.sleep(0.1)
    reply = await asks(ana, room, "!language", **{"m.mentions": mentions, KEY: given})
    assert record(reply)["ok"] is True
