"""A homeserver on 127.0.0.1 with the bot and an officer: what the benchmarks over Matrix have in common."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bench import messages
from bench.bare import Bare
from bench.officer import Officer
from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import new_password
from bot.matrix.api import path

RAISED = {
    "commands_per_person": 100_000,
    "commands_per_room": 100_000,
    "messages_per_person": 100_000,
    "messages_per_room": 100_000,
}
"""What `[limits]` says where more is asked for than people would."""


class World:
    """One homeserver in a temporary folder; whatever is made here ends with it."""

    def __init__(self, folder: Path, homeserver: Homeserver, stack: AsyncExitStack) -> None:
        """Keep the parts; `world` makes them."""
        self.folder = folder
        self.homeserver = homeserver
        self.stack = stack

    async def account(self, localpart: str) -> tuple[str, str]:
        """Make an account; return its user id and password."""
        password = new_password()
        await self.homeserver.register(localpart, password)
        return self.homeserver.user_id(localpart), password

    async def officer(self, localpart: str, *, listen: bool = True) -> Officer:
        """Return an officer who is logged in and, if *listen*, listens."""
        _, password = await self.account(localpart)
        officer = Officer(self.homeserver, localpart, password, self.folder / localpart)
        self.stack.push_async_callback(officer.stop)
        await officer.start(listen=listen)
        return officer

    async def officers(self, count: int) -> list[Officer]:
        """Return officers of one agency, who hear only when they are asked to."""
        return [await self.officer(f"officer{number}-bf", listen=False) for number in range(count)]

    async def rooms(self, count: int, members: Sequence[Officer], *invited: str) -> list[str]:
        """Make encrypted rooms; return them once all *members*, of whom the first makes them, and *invited* are in."""
        lead, *others = members
        guests = [*(officer.user_id for officer in others), *invited]
        made = [await self._room(lead, guests) for _ in range(count)]
        for officer in others:
            for room_id in made:
                await self._ask(officer, "POST", "join", room_id, body={})
        async with asyncio.timeout(count + 60):
            for room_id in made:
                while len((await self._ask(lead, "GET", "rooms", room_id, "joined_members"))["joined"]) <= len(guests):
                    await asyncio.sleep(0.2)
        return made

    async def _room(self, lead: Officer, guests: Sequence[str]) -> str:
        encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        body = {"name": "Benchmark", "preset": "private_chat", "invite": guests, "initial_state": [encryption]}
        return str((await self._ask(lead, "POST", "createRoom", body=body))["room_id"])

    async def _ask(self, officer: Officer, method: str, *parts: str, body: dict[str, Any] | None = None) -> Any:
        return await self.homeserver.request(method, path(*parts), token=officer.token, body=body)

    async def bare(self, localpart: str) -> Bare:
        """Return a bare nio client in a process of its own, logged in."""
        user_id, password = await self.account(localpart)
        folder = self.folder / localpart
        folder.mkdir()
        secret = folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password, "utf-8")
        return await self.stack.enter_async_context(Bare.started(self.homeserver.url, user_id, secret, folder))

    async def liaison(self, lead: str, url: str = "", **tables: dict[str, Any]) -> Liaison:
        """Return the real program, with the Spanish package installed, started and ready.

        It finds the homeserver at *url* if one is given; *tables* of its configuration win over those that all have.
        """
        user_id, password = await self.account("liaison")
        folder = self.folder / "liaison"
        usual = _tables(self.homeserver.server_name, lead)
        filled = usual | {name: usual.get(name, {}) | table for name, table in tables.items()}
        made = Liaison(folder, url or self.homeserver.url, user_id, password, filled)
        messages.install_spanish(folder / "data" / "models")
        self.stack.push_async_callback(made.kill)
        await made.start()
        return made


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Give a running homeserver; it and all that was made with it are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        folder = Path(name)
        async with Homeserver(folder / "homeserver") as homeserver, AsyncExitStack() as stack:
            yield World(folder, homeserver, stack)


def _tables(server: str, lead: str) -> dict[str, Any]:
    """Return the bot's configuration: as it comes, for one task force that speaks English and Spanish."""
    agencies: list[dict[str, Any]] = [
        {"code": "GBR-BF", "country": "GB", "language": "en", "timezone": "Europe/London"},
        {"code": "ESP-GC", "country": "ES", "language": "es", "timezone": "Europe/Madrid"},
    ]
    for agency in agencies:
        agency["members"] = [f"@*-{agency['code'].partition('-')[2].lower()}:{server}"]
    return {
        "storage": {"directory": "data"},
        "taskforce": {
            "code": "BRAVO",
            "name": "Joint Task Force Bravo",
            "language": "en",
            "languages": ["en", "es"],
            "timezone": "Europe/Lisbon",
        },
        "privacy": {"controller": "Joint Operations Centre", "contact": f"privacy@{server}"},
        "agencies": agencies,
        "roles": {"lead": [lead]},
        "access": {"servers": [server]},
    }
