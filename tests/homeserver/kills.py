"""Rounds of mixed messages and commands in which the bot is killed, or the homeserver restarted, at random moments."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer
from bot.store.database import Database

from .conftest import PASSWORD, tables
from .rooms import asks, border_north, record

UNLIMITED = {"commands_per_person": 100_000, "commands_per_room": 100_000, "messages_per_person": 100_000}
EVERY_RESTART = 4
"""In one round of so many the homeserver is restarted too."""
RETURN_SECONDS = 6.0
"""How soon after the homeserver's return the bot must answer again."""
ROUND_SECONDS = 120.0


class Kills:
    """A homeserver, a bot and two officers of their own; what is asked and said is counted on Kate's client."""

    def __init__(self, homeserver: Homeserver, folder: Path, seed: int) -> None:
        self._homeserver = homeserver
        self._chance = random.Random(seed)
        self.ana = Officer(homeserver.url, "@ana-gnr:example.org", PASSWORD, folder / "ana", "Ana")
        self.kate = Officer(homeserver.url, "@kate-bf:example.org", PASSWORD, folder / "kate", "Kate")
        changes = {"roles": {"lead": [self.ana.user_id]}, "limits": UNLIMITED}
        self.bot = Liaison(folder / "bot", homeserver.url, "@liaison:example.org", PASSWORD, tables(**changes))
        self.room = ""
        self.commands: list[str] = []
        self.messages: list[str] = []
        self.kills = 0
        self.returns: list[float] = []
        """Seconds from the homeserver's return to the bot's next answer."""

    async def start(self) -> None:
        """Bring everybody into one encrypted room, and see one answer."""
        for name in ("liaison", "ana-gnr", "kate-bf"):
            await self._homeserver.register(name, PASSWORD)
        for officer in (self.ana, self.kate):
            await officer.start()
        await self.bot.start()
        self.room = await border_north(self.ana, self.bot, self.kate)
        self.commands.append(str(record(await asks(self.ana, self.room, "!status"))["to"]))

    async def stop(self) -> None:
        """End the bot and both officers."""
        await self.bot.kill()
        for officer in (self.ana, self.kate):
            await officer.stop()

    async def round(self, number: int, lines: int) -> None:
        """Say *lines* lines, the bot killed at a random moment of it; see what became of each."""
        start = time.monotonic()
        saying = asyncio.create_task(self._say(number, lines))
        await asyncio.sleep(self._chance.random() * lines / 30)
        await self._kill()
        await saying
        if number % EVERY_RESTART == EVERY_RESTART - 1:
            await self._homeserver.stop()
            await self._kill()
            await asyncio.sleep(self._chance.random())
            await self._homeserver.start()
            await self._see_return()
        await self._all_done(ROUND_SECONDS + time.monotonic() - start)

    async def _kill(self) -> None:
        await self.bot.kill()
        await self.bot.launch()
        self.kills += 1

    async def _see_return(self) -> None:
        start, before = time.monotonic(), len(self.outcomes())
        async with asyncio.timeout(60):
            while len(self.outcomes()) == before:
                await asyncio.sleep(0.05)
        self.returns.append(time.monotonic() - start)

    async def _say(self, number: int, lines: int) -> None:
        for line in range(lines):
            if self._chance.random() < 0.5:
                self.commands.append(await self.ana.say(self.room, "!language"))
            else:
                text = f"O camião {number}{line:03} está perto do rio."
                self.messages.append(await self.ana.say(self.room, text))

    async def _all_done(self, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while {*self.commands, *self.messages} - self.outcomes().keys():
                await asyncio.sleep(0.2)

    def outcomes(self) -> Counter[str]:
        """Return how often each event was answered, translated or summed up, as Kate's client saw it."""
        return Counter(self._sources())

    def in_order(self) -> list[str]:
        """Return what was answered or translated, in the order in which that was posted; summaries apart."""
        return [source for source in self._sources(summaries=False)]

    def _sources(self, *, summaries: bool = True) -> Iterable[str]:
        for heard in list(self.kate.heard):
            said = record(heard)
            match said.get("kind"):
                case "reply":
                    yield said["to"]
                case "translation":
                    yield said["source"]
                case "catchup" if summaries:
                    yield from said["sources"]

    async def database_is_whole(self) -> None:
        """Check every page of the stopped bot's database."""
        key = (self.bot.folder / "secrets" / "storage-key").read_text().strip()
        async with Database.open(self.bot.folder / "data" / "liaison.db", key) as database:
            assert [tuple(row) for row in await database.rows("PRAGMA integrity_check")] == [("ok",)]
            assert await database.rows("PRAGMA cipher_integrity_check") == []
            assert [tuple(row) for row in await database.rows("SELECT count(*) FROM inbox WHERE state != 'done'")] == [
                (0,)
            ]


async def killed_at_random(folder: Path, rounds: int, lines: int, seed: int) -> Kills:
    """Do *rounds* rounds of *lines* lines and check that each line came to exactly one outcome, in order."""
    async with Homeserver(folder / "homeserver") as homeserver:
        kills = Kills(homeserver, folder, seed)
        try:
            await kills.start()
            for number in range(rounds):
                await kills.round(number, lines)
            await asyncio.sleep(3)  # what is doubled may come late
            asked = [*kills.commands, *kills.messages]
            assert kills.outcomes() == Counter(asked)
            commands = set(kills.commands)
            assert [id for id in kills.in_order() if id in commands] == kills.commands
            assert all(seconds < RETURN_SECONDS for seconds in kills.returns), kills.returns
            assert await kills.bot.stop() == 0
            await kills.database_is_whole()
        finally:
            await kills.stop()
        return kills
