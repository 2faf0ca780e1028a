"""Five hundred reminders at one minute, in five rooms, from a homeserver that lets the bot say so much a second."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from bot.demo.heard import Heard
from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer
from bot.model.briefing import Briefing
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference
from bot.services.briefing.reminding import DUE
from bot.store import Store
from bot.store.database import Database

from .rooms import asks, border_north, record

COUNT, ROOMS = 500, 5
PER_SECOND, AT_ONCE = 20, 50
LEAST = (2 * COUNT - AT_ONCE) / PER_SECOND
"""How many seconds the homeserver makes of it: for each reminder a notice and what rings below it."""
STARTS = timedelta(seconds=10)
"""How long before the minute the bot is started."""
_REF = re.compile(r"BRAVO-\d{5}")
HOUR = timedelta(hours=1)
QUIET = 3.0
"""How long after the last reminder one too many would be waited for, in seconds."""


@dataclass
class Burst:
    """An officer in all the rooms, and a bot that is to remind her of everything at once."""

    homeserver: Homeserver
    bot: Liaison
    officer: Officer

    async def planned(self) -> datetime:
        """Gather in the rooms, plan the briefings while the bot is away; return the moment of their reminders."""
        rooms = [await border_north(self.officer, self.bot) for _ in range(ROOMS)]
        for room in rooms:
            await asks(self.officer, room, "!briefing list")
        await self.bot.kill()
        at = datetime.now(UTC) + STARTS
        key = (self.bot.folder / "secrets" / "storage-key").read_text().strip()
        async with Database.open(self.bot.folder / "data" / "liaison.db", key) as database:
            store = Store(database)
            async with store.transaction():
                for number in range(COUNT):
                    await self._plan(store, Reference(f"BRAVO-{number:05}"), rooms[number % ROOMS], at)
        return at

    async def _plan(self, store: Store, ref: Reference, room: str, at: datetime) -> None:
        briefing = Briefing(
            ref, "Brief", LanguageCode("en"), room, UserId(self.officer.user_id), None,
            (at + HOUR).replace(tzinfo=None), Zone("UTC"), timedelta(minutes=30), None, at - HOUR,
        )  # fmt: skip
        await store.briefing.save(briefing)
        await store.due.plan(DUE, str(ref), at, {"done": (at - STARTS).isoformat()})

    async def limited(self, admin: str, per_second: int = PER_SECOND, at_once: int = AT_ONCE) -> None:
        """Let the homeserver limit the bot from now on; *admin* is the access token of an administrator."""
        path = f"/_synapse/admin/v1/users/{quote(self.bot.user_id)}/override_ratelimit"
        body = {"messages_per_second": per_second, "burst_count": at_once}
        await self.homeserver.request("POST", path, token=admin, body=body)

    async def heard(self, count: int, seconds: float) -> None:
        """Wait until the officer was rung *count* times."""
        async with asyncio.timeout(seconds):
            while len(self._rung()) < count:
                await asyncio.sleep(0.5)

    async def over(self, seconds: float) -> float:
        """Wait until all has come and nothing more does; return how long it took from the first to the last."""
        await self.heard(COUNT, seconds)
        await asyncio.sleep(QUIET)
        times = [one.raw["origin_server_ts"] for one in self._rung()]
        return (max(times) - min(times)) / 1000

    def counted(self) -> tuple[Counter[str], Counter[str]]:
        """Return how often each briefing was reminded of: by what rings, and by the notice that says when it is."""
        notices = [one for one in self.officer.heard if record(one).get("kind") == "notice" and ": " in one.body]
        said = Counter(found[0] for one in notices if (found := _REF.match(one.body)))
        return Counter(str(record(one)["ref"]) for one in self._rung()), said

    def _rung(self) -> list[Heard]:
        def rings(one: Heard) -> bool:
            meant = one.content.get("m.mentions", {}).get("user_ids", ())
            return record(one).get("kind") == "reminder" and self.officer.user_id in meant

        return [one for one in self.officer.heard if rings(one)]


def expected() -> Counter[str]:
    """Return each briefing once."""
    return Counter(f"BRAVO-{number:05}" for number in range(COUNT))
