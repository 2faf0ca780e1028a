"""A month of a task force in a few minutes: people talk, work and read in their rooms, and each day something breaks.

The bot's clock is moved from day to day; the bot reaches the homeserver through a proxy, and people reach it directly.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from bot.demo.heard import Heard
from bot.demo.homeserver import Homeserver
from bot.demo.officer import Officer
from bot.store.database import Database

from .briefing_story import Elsewhen
from .conftest import PASSWORD, tables
from .hostile import HostileHomeserver, hostile
from .kills import UNLIMITED
from .rooms import border_north, record

BOT = "@liaison:example.org"
DAY_SECONDS = 240.0
"""How long all that was said on a day may take until it is answered, what broke included."""
ACTIVE = 2
"""How many of a room write, one of each agency; the others read, with devices that get the room's keys."""
AT_ONCE = 4
"""In how many rooms people write at one time."""
DIGEST = "06:00"
SEVERED = 3.0
"""For how many seconds a fault lasts at the least."""


@dataclass
class Room:
    """One room: who writes there, what was said, and what is to come of it."""

    id: str
    lead: Officer
    partner: Officer
    commands: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    """Those of the commands that enter something into an incident."""
    digests: bool = False

    def outcomes(self) -> Counter[str]:
        """Return how often each event was answered, translated or summed up, as the partner's client saw it."""
        found: Counter[str] = Counter()
        for heard in list(self.partner.heard):
            said = record(heard)
            match said.get("kind"):
                case "reply":
                    found[said["to"]] += 1
                case "translation":
                    found[said["source"]] += 1
                case "catchup":
                    found.update(said["sources"])
        return found

    @property
    def asked(self) -> Counter[str]:
        """What must come of all that was said: one of each."""
        return Counter([*self.commands, *self.messages])

    def digested(self) -> int:
        """Return how many digests have come by themselves."""
        found = {
            h.event_id
            for h in list(self.partner.heard)
            if h.content.get("msgtype") == "m.notice" and record(h).get("kind") == "digest" and h.room_id == self.id
        }
        return len(found)


class Month:
    """The task force, its homeserver, and what breaks."""

    def __init__(self, homeserver: Homeserver, proxy: HostileHomeserver, folder: Path, rooms: int, seed: int) -> None:
        self._homeserver = homeserver
        self._proxy = proxy
        self._folder = folder
        self._rooms = rooms
        self._chance = random.Random(seed)
        self._began = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self._stand = self._began
        """Where the bot's clock was put last."""
        self.rooms: list[Room] = []
        self.people = 0
        self.broken: Counter[str] = Counter()
        self.memory: list[tuple[int, int]] = []
        """Of each day at its end: since when the process runs (its id), and its resident memory in KiB."""
        self.lag: list[float] = []
        """Of each day: seconds from the last word until everything was answered."""
        leads = [f"@lead-{number}-gnr:example.org" for number in range(rooms)]
        self.bot = Elsewhen(
            folder / "bot", proxy.url, BOT, PASSWORD,
            tables(roles={"lead": leads, "coordinator": leads}, limits=UNLIMITED, taskforce={"timezone": "UTC"}),
        )  # fmt: skip

    # Who there is

    async def gather(self, people: int) -> None:
        """Bring *people* into each of the encrypted rooms; one lead and one partner of each write."""
        await self._homeserver.register("liaison", PASSWORD)
        self.bot.stands(self._began.isoformat()[:-6])
        await self.bot.start()
        for number in range(self._rooms):
            lead = await self._person(f"lead-{number}-gnr")
            partner = await self._person(f"officer-{number}-bf")
            readers = [await self._person(f"reader-{number}-{one}-bf") for one in range(people - ACTIVE)]
            room = Room(await border_north(lead, self.bot, partner, *readers), lead, partner)
            for reader in readers:
                await reader.stop()
            self.rooms.append(room)
        for room in self.rooms[: max(1, self._rooms // 4)]:
            room.digests = True
            await self._asks(room, room.lead, f"!digest daily {DIGEST}")

    async def _person(self, name: str) -> Officer:
        await self._homeserver.register(name, PASSWORD)
        person = Officer(self._homeserver.url, f"@{name}:example.org", PASSWORD, self._folder / name, name)
        await person.start()
        self.people += 1
        return person

    async def leave(self) -> None:
        """End the bot and everybody's clients."""
        await self.bot.kill()
        for room in self.rooms:
            await room.lead.stop()
            await room.partner.stop()

    # A day

    async def day(self, number: int, fault: str) -> None:
        """Let the next day come: people write in all rooms while something breaks; see what comes of everything."""
        self._stand = self._began + timedelta(days=number, hours=1, seconds=10)
        self.bot.stands(self._stand.isoformat()[:-6])
        if fault == "homeserver restart":  # people's apps would try again; the clients here do not, so nobody writes
            await self._homeserver.stop()
            await asyncio.sleep(SEVERED)
            await self._homeserver.start()
        free = asyncio.Semaphore(AT_ONCE)
        days = [asyncio.create_task(self._works(room, number, free)) for room in self.rooms]
        await asyncio.sleep(self._chance.random() * 2)
        self.broken[fault] += 1
        await FAULTS[fault](self)
        await asyncio.gather(*days)
        start = time.monotonic()
        async with asyncio.timeout(DAY_SECONDS):
            while any(room.asked.keys() - room.outcomes().keys() for room in self.rooms):
                await asyncio.sleep(0.2)
            while any(room.digested() < number + 1 for room in self.rooms if room.digests):
                await asyncio.sleep(0.2)
        self.lag.append(time.monotonic() - start)
        if self.bot.pid:
            self.memory.append((self.bot.pid, _resident(self.bot.pid)))

    async def _works(self, room: Room, day: int, free: asyncio.Semaphore) -> None:
        async with free:
            for line in range(2):
                room.messages.append(await room.lead.say(room.id, f"O camião {day}{line} está perto do rio."))
            declared = await self._asks(room, room.lead, f"!incident declare Grey boat {day} type:vessel severity:low")
            room.messages.append(await room.partner.say(room.id, f"The boat {day} has left the harbour."))
            ref = record(declared)["ref"]
            await self._asks(room, room.lead, f"!incident note {ref} Two people seen, day {day}")
            room.commands.append(await room.partner.say(room.id, "!language"))
            await self._asks(room, room.lead, f"!incident close {ref} resolved Nobody there")
            room.entered += room.commands[-4:-2] + room.commands[-1:]

    async def _asks(self, room: Room, officer: Officer, line: str) -> Heard:
        said = await officer.say(room.id, line)
        room.commands.append(said)
        reply = await officer.hears(lambda heard: record(heard).get("to") == said, DAY_SECONDS)
        assert record(reply)["ok"], reply.body
        return reply

    # What breaks

    async def nothing(self) -> None:
        """Break nothing while people write."""

    async def killed(self) -> None:
        """Kill the bot, and start it again a moment later."""
        await self.bot.kill()
        await asyncio.sleep(self._chance.random())
        await self.bot.up()

    async def moody(self, mood: str) -> None:
        """Answer everything of the bot in that *mood* for a while."""
        self._proxy.mood = mood
        await asyncio.sleep(SEVERED)
        self._proxy.mood = None

    async def slow(self) -> None:
        """Answer late for a while."""
        self._proxy.delay = 1.5
        await asyncio.sleep(2 * SEVERED)
        self._proxy.delay = 0.0

    async def workerless(self) -> None:
        """Kill what translates."""
        assert self.bot.pid
        for child in _children(self.bot.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    async def full(self) -> None:
        """No file of the bot can grow for a while; one that ends by that is started again, as its manager does."""
        assert self.bot.pid
        most = len(self.bot.log.encode()) + 64 * 1024
        soft, hard = resource.prlimit(self.bot.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.bot.pid, resource.RLIMIT_FSIZE, (most, hard))
        await asyncio.sleep(2 * SEVERED)
        if self.bot.running:
            resource.prlimit(self.bot.pid, resource.RLIMIT_FSIZE, (soft, hard))
        else:
            await self.bot.up()

    async def jumping(self) -> None:
        """Put the clock back by three hours, as a machine without a battery does, and on again."""
        self.bot.stands((self._stand - timedelta(hours=3)).isoformat()[:-6])
        await asyncio.sleep(SEVERED)
        self.bot.stands(self._stand.isoformat()[:-6])

    # What is left of it

    async def check(self, days: int) -> None:
        """See that nothing was lost or doubled, and that the stopped bot's database and log are whole."""
        await asyncio.sleep(3)  # what is doubled may come late
        for room in self.rooms:
            assert room.outcomes() == room.asked
            assert room.digested() == (days if room.digests else 0), room.digested()
        assert await self.bot.stop() == 0
        key = (self.bot.folder / "secrets" / "storage-key").read_text().strip()
        async with Database.open(self.bot.folder / "data" / "liaison.db", key) as database:
            assert [tuple(row) for row in await database.rows("PRAGMA integrity_check")] == [("ok",)]
            assert await database.rows("PRAGMA cipher_integrity_check") == []
            entries = Counter(str(row["event_id"]) for row in await database.rows("SELECT event_id FROM entry"))
            left = await database.rows("SELECT kind FROM outbox WHERE state = 'waiting'")
        assert entries == Counter(one for room in self.rooms for one in room.entered)
        assert left == []
        code, output = await self.bot.command("audit", "verify", "--config", str(self.bot.config), seconds=120)
        assert code == 0, output


def _resident(pid: int) -> int:
    """Return the resident memory of a process in KiB, as Linux tells it."""
    [line] = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1])


def _children(pid: int) -> list[int]:
    """Return the processes that a process has started, as Linux tells it."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


FAULTS: dict[str, Callable[[Month], Awaitable[None]]] = {
    "nothing": Month.nothing,
    "SIGKILL": Month.killed,
    "502": lambda month: month.moody("502"),
    "429": lambda month: month.moody("429"),
    "slow answers": Month.slow,
    "truncated answers": lambda month: month.moody("truncated"),
    "garbage": lambda month: month.moody("garbage"),
    "full disk": Month.full,
    "clock jumps": Month.jumping,
    "worker crash": Month.workerless,
    "homeserver restart": Month.nothing,
}


@contextlib.asynccontextmanager
async def month(folder: Path, rooms: int, people: int, days: int, faults: Sequence[str]) -> AsyncIterator[Month]:
    """Let *days* days pass for a task force of so many rooms with so many *people* each, and check what is left.

    Each day one of *faults* comes, in turns.
    """
    async with Homeserver(folder / "homeserver") as homeserver, hostile(homeserver.url) as proxy:
        made = Month(homeserver, proxy, folder, rooms, seed=20261129)
        try:
            await made.gather(people)
            for number, fault in zip(range(days), cycle(faults), strict=False):
                await made.day(number, fault)
            await made.check(days)
            yield made
        finally:
            await made.leave()
