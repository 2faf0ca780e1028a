"""What the stories of this folder have in common: a room with the bot in it, and what it is asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.demo.heard import Heard
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer

SPANISH = sorted((Path(__file__).parents[1] / "data" / "models").glob("*.argosmodel"))


async def with_spanish(bot: Liaison) -> None:
    """Install the two Spanish packages for *bot*, which must not run yet."""
    code, output = await bot.command("models", "install", *map(str, SPANISH), "--config", str(bot.config))
    assert code == 0, output


async def border_north(lead: Officer, bot: Liaison, *others: Officer) -> str:
    """Return an encrypted room of *lead*, *others* and *bot*, all of them joined."""
    room = await lead.create_room("Border North", [bot.user_id, *(other.user_id for other in others)])
    for other in others:
        await other.join(room)
    await joined(lead, room, bot.user_id)
    return room


async def joined(officer: Officer, room: str, user_id: str, seconds: float = 20) -> None:
    """Wait until *user_id* is in *room*."""
    async with asyncio.timeout(seconds):
        while user_id not in await officer.members(room):
            await asyncio.sleep(0.1)


async def asks(officer: Officer, room: str, line: str, **extra: Any) -> Heard:
    """Say *line* and return the bot's reply."""
    said = await officer.say(room, line, **extra)
    return await officer.hears(lambda heard: record(heard).get("to") == said)


async def translation(reader: Officer, source: str) -> Heard:
    """Return what the bot posted as the translation of the event *source*, as *reader* sees it."""
    return await reader.hears(lambda heard: record(heard).get("source") == source)


def record(heard: Heard) -> dict[str, Any]:
    """Return the machine-readable copy in what was heard, or an empty dict."""
    found = heard.content.get("org.liaison", {})
    return found if isinstance(found, dict) else {}


def of_kind(officer: Officer, kind: str) -> list[Heard]:
    """Return everything of that kind that the bot posted, as *officer* heard it."""
    return [heard for heard in officer.heard if record(heard).get("kind") == kind]
