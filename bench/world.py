"""A homeserver on 127.0.0.1 with the bot and an officer: what the benchmarks over Matrix have in common."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bench import messages
from bench.officer import Officer
from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import new_password


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

    async def officer(self, localpart: str) -> Officer:
        """Return an officer who is logged in and listens."""
        _, password = await self.account(localpart)
        officer = Officer(self.homeserver, localpart, password, self.folder / localpart)
        self.stack.push_async_callback(officer.stop)
        await officer.start()
        return officer

    async def liaison(self, lead: str) -> Liaison:
        """Return the real program, with the Spanish package installed, started and ready."""
        user_id, password = await self.account("liaison")
        folder = self.folder / "liaison"
        tables = _tables(self.homeserver.server_name, lead)
        made = Liaison(folder, self.homeserver.url, user_id, password, tables)
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
