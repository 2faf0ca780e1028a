"""Long runs: the bot is killed and the homeserver restarted at random moments, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer

from .conftest import PASSWORD, tables
from .rooms import asks, border_north, of_kind, record

ROUNDS = 12
PER_ROUND = 10


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_kills_and_restarts_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    async with Homeserver(tmp_path / "homeserver") as own:
        for name in ("liaison", "ana-gnr", "kate-bf"):
            await own.register(name, PASSWORD)
        ana = Officer(own.url, "@ana-gnr:example.org", PASSWORD, tmp_path / "ana", "Ana")
        kate = Officer(own.url, "@kate-bf:example.org", PASSWORD, tmp_path / "kate", "Kate")
        bot = Liaison(
            tmp_path / "bot", own.url, "@liaison:example.org", PASSWORD, tables(roles={"lead": [ana.user_id]})
        )
        try:
            for officer in (ana, kate):
                await officer.start()
            await bot.start()
            room = await border_north(ana, bot, kate)
            await asks(ana, room, "!status")
            asked, said = [], []
            for number in range(ROUNDS):
                for step in range(PER_ROUND):
                    asked.append(await ana.say(room, "!language"))
                    said.append(await ana.say(room, f"O camião {number}{step} está perto do rio."))
                await asyncio.sleep(chance.random())
                if number % 4 == 3:
                    await own.stop()
                    await asyncio.sleep(chance.random())
                    await own.start()
                else:
                    await bot.kill()
                    await bot.launch()
                    await asyncio.sleep(4 * chance.random())
            for event in asked:
                await kate.hears(lambda h, event=event: record(h).get("to") == event, timeout=120)
            for event in said:
                await kate.hears(lambda h, event=event: record(h).get("source") == event, timeout=120)
            await asyncio.sleep(3)
            assert [record(h)["to"] for h in of_kind(kate, "reply")][1:] == asked
            assert [record(h)["source"] for h in of_kind(kate, "translation")] == said
            await bot.stop()
            rows = [
                ("rounds, each ended by a kill or a restart of the homeserver", ROUNDS),
                ("commands, each answered once", len(asked)),
                ("messages, each translated once, in order", len(said)),
            ]
            sys.stdout.write("\n" + "\n".join(f"| {what} | {count} |" for what, count in rows) + "\n")
        finally:
            await bot.kill()
            for officer in (ana, kate):
                await officer.stop()
