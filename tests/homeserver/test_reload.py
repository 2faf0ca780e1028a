"""A configuration that is read again while the bot runs (SIGHUP)."""

from __future__ import annotations

import asyncio
import os
import signal

from bot.demo.liaison import Liaison

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, joined, record


async def reloads(bot: Liaison, text: str, event: str) -> None:
    """Write *text* as the configuration, have it read, and wait until the log has *event* once more."""
    before = bot.log.count(event)
    bot.config.write_text(text, "utf-8")
    assert bot.pid is not None
    os.kill(bot.pid, signal.SIGHUP)
    async with asyncio.timeout(10):
        while bot.log.count(event) == before:
            assert bot.running
            await asyncio.sleep(0.05)


async def test_a_lead_is_made_without_a_restart(liaison: LiaisonFactory, officer: OfficerFactory) -> None:
    ana, diego = await officer("ana", "PRT-GNR"), await officer("diego", "ESP-GC")
    bot = await liaison(roles={"lead": [ana.user_id]})
    room = await border_north(ana, bot)
    first = await asks(ana, room, "!language")
    told = await diego.create_room("Elsewhere", [bot.user_id])
    await diego.hears(
        lambda h: h.room_id == told and h.sender == bot.user_id and h.content.get("membership") == "leave"
    )

    text = bot.config.read_text("utf-8")
    both = text.replace(f'["{ana.user_id}"]', f'["{ana.user_id}", "{diego.user_id}"]')
    assert both != text
    await reloads(bot, both.replace('"127.0.0.1:', '"127.0.0.2:'), "config.needs_restart")
    assert '"keys": ["health.listen"]' in bot.log
    await diego.invite(told, bot.user_id)
    await joined(diego, told, bot.user_id)
    assert record(await asks(diego, told, f"!identity confirm {ana.user_id}"))["ok"], "for a lead to ask"

    faulty = text.replace("Europe/Lisbon", "Europe/Lissabon").replace('"example.org"]', '"example org"]')
    await reloads(bot, faulty, "config.faulty")
    assert "taskforce.timezone" in bot.log
    assert "access.servers.1" in bot.log
    assert record(await asks(diego, told, f"!identity confirm {ana.user_id}"))["ok"], "for a lead to ask"

    await reloads(bot, text.replace('["example.org"]', '["example.org", "gnr.example"]'), "config.reloaded")
    assert record(await asks(diego, told, f"!identity confirm {ana.user_id}"))["error"] == "not_allowed"
    # Others are served now, so what follows is encrypted by another key.
    after = await asks(ana, room, "!language")
    assert first.raw["content"]["session_id"] != after.raw["content"]["session_id"]
