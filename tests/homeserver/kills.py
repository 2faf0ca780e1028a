"""Rounds of mixed messages and commands in which the bot is killed, or the homeserver restarted, at random moments."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import aiohttp

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
"""How soon after the return of the homeserver the bot must answer again, on a machine that is its own."""
ROUND_SECONDS = 120.0


class Kills:
    """A homeserver, a bot and two officers of their own; what is asked and said is counted on Kate's client."""

    def __init__(self, homeserver: Homeserver, folder: Path, seed: int) -> None:
        self._homeserver = homeserver
        self._chance = random.Random(seed)
        self.ana = Officer(homeserver.url, "@ana-gnr:example.org", PASSWORD, folder / "ana", "Ana")
        self.kate = Officer(homeserver.url, "@kate-bf:example.org", PASSWORD, folder / "kate", "Kate")
        changes = {"roles": {"lead": [self.ana.user_id, self.kate.user_id]}, "limits": UNLIMITED}
        self.bot = Liaison(folder / "bot", homeserver.url, "@liaison:example.org", PASSWORD, tables(**changes))
        self.room = ""
        self.beside = ""
        """Another room, where nothing waits to be translated."""
        self.commands: list[str] = []
        self.messages: list[str] = []
        self.kills = 0
        self.returns: list[float] = []
        """Seconds from the homeserver's return to the bot's answer to what is asked then, beside what waits."""

    async def start(self) -> None:
        """Bring everybody into one encrypted room, and see one answer."""
        for name in ("liaison", "ana-gnr", "kate-bf"):
            await self._homeserver.register(name, PASSWORD)
        for officer in (self.ana, self.kate):
            await officer.start()
        await self.bot.start()
        self.room = await border_north(self.ana, self.bot, self.kate)
        self.beside = await border_north(self.ana, self.bot)
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
            await self._up()
            await asyncio.sleep(self._chance.random())
            await self._homeserver.start()
            await self._see_return()
        await self._all_done(ROUND_SECONDS + time.monotonic() - start)

    async def _kill(self) -> None:
        await self.bot.kill()
        await self.bot.launch()
        self.kills += 1

    async def _up(self) -> None:
        """Wait until the bot is up, though it reaches no homeserver: its own start is no part of the return."""
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.bot.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)

    async def _see_return(self) -> None:
        start = time.monotonic()
        await asks(self.ana, self.beside, "!language")
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


class IncidentKills(Kills):
    """The same with two leads who declare, note and close, each from its own client, while the bot is killed."""

    async def round(self, number: int, lines: int) -> None:
        """Have each lead take *lines* incidents from declaring to closing, the bot killed at random moments of it."""
        leading = [
            asyncio.create_task(self._lead(officer, f"{name} {number}", lines))
            for name, officer in (("Grey boat", self.ana), ("White van", self.kate))
        ]
        while not all(task.done() for task in leading):
            await asyncio.wait(leading, timeout=4 * self._chance.random())
            await self.bot.kill()
            await self.bot.start(ROUND_SECONDS)  # killed again before it works, it would never get anything done
            self.kills += 1
        await asyncio.gather(*leading)

    async def _lead(self, officer: Officer, what: str, lines: int) -> None:
        for line in range(lines):
            ref = await self._done(officer, f"!incident declare {what} {line} type:vessel severity:low")
            await self._done(officer, f"!incident note {ref} Two people seen, time {line}")
            await self._done(officer, f"!incident close {ref} resolved Nobody there")

    async def _done(self, officer: Officer, text: str) -> str:
        async with asyncio.timeout(ROUND_SECONDS):
            said = await officer.say(self.room, text)
            self.commands.append(said)
            reply = await officer.hears(lambda heard: record(heard).get("to") == said, ROUND_SECONDS)
        assert record(reply)["ok"], reply.body
        return str(record(reply)["ref"])

    async def entered_once(self) -> None:
        """Check that each command is one entry of the stopped bot's timelines, and that the log is whole."""
        key = (self.bot.folder / "secrets" / "storage-key").read_text().strip()
        async with Database.open(self.bot.folder / "data" / "liaison.db", key) as database:
            rows = await database.rows("SELECT event_id FROM entry")
        assert Counter(str(row["event_id"]) for row in rows) == Counter(self.commands[1:])
        code, output = await self.bot.command("audit", "verify", "--config", str(self.bot.config))
        assert code == 0, output


async def incidents_killed_at_random(folder: Path, rounds: int, lines: int, seed: int) -> IncidentKills:
    """Do *rounds* rounds in which leads work on incidents, and check that no entry is lost or doubled."""
    async with Homeserver(folder / "homeserver") as homeserver:
        kills = IncidentKills(homeserver, folder, seed)
        try:
            await kills.start()
            levels = f"/_matrix/client/v3/rooms/{quote(kills.room)}/state/m.room.power_levels"
            found = await homeserver.request("GET", levels, token=kills.ana.access_token)
            found["users"][kills.kate.user_id] = 50
            await homeserver.request("PUT", levels, token=kills.ana.access_token, body=found)
            for number in range(rounds):
                await kills.round(number, lines)
            await asyncio.sleep(3)  # what is doubled may come late
            assert kills.outcomes() == Counter(kills.commands)
            assert await kills.bot.stop() == 0
            await kills.database_is_whole()
            await kills.entered_once()
        finally:
            await kills.stop()
        return kills


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
            busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
            assert all(seconds < RETURN_SECONDS * busy for seconds in kills.returns), (kills.returns, busy)
            assert await kills.bot.stop() == 0
            await kills.database_is_whole()
        finally:
            await kills.stop()
        return kills
