"""A real homeserver, real officers and the real program, for every test in this folder."""

from __future__ import annotations

import itertools
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer

from ..calendars import readers
from .js_officer import JsOfficer

__all__ = ["readers"]

PASSWORD = "a-password-of-tests"
_NUMBERS = itertools.count(1)

OfficerFactory = Callable[..., Awaitable[Officer]]
JsOfficerFactory = Callable[..., Awaitable[JsOfficer]]
LiaisonFactory = Callable[..., Awaitable[Liaison]]

AGENCIES = [
    {"code": "PRT-GNR", "country": "PT", "language": "pt", "timezone": "Europe/Lisbon"},
    {"code": "ESP-GC", "country": "ES", "language": "es", "timezone": "Europe/Madrid"},
    {"code": "GBR-BF", "country": "GB", "language": "en", "timezone": "Europe/London"},
]


# Said by mautrix of a field that it still sends itself.
_NOISE = "ignore:The sender_key field in Megolm events:DeprecationWarning"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder: it needs Synapse, and mautrix complains of itself."""
    item.add_marker(pytest.mark.homeserver)
    item.add_marker(pytest.mark.filterwarnings(_NOISE))


def localpart(name: str, agency: str = "") -> str:
    """Return a user name that no other test has: "ana-7", or "ana-7-gnr" for the agency PRT-GNR."""
    suffix = f"-{agency.partition('-')[2].lower()}" if agency else ""
    return f"{name}-{next(_NUMBERS)}{suffix}"


def tables(**changes: Any) -> dict[str, Any]:
    """Return a configuration's tables for tests; `changes` replace single keys of a table, or a list."""
    server = "example.org"
    agencies = [
        agency | {"members": [f"@*-{agency['code'].partition('-')[2].lower()}:{server}"]} for agency in AGENCIES
    ]
    plain: dict[str, Any] = {
        "storage": {"directory": "data"},
        "taskforce": {
            "code": "BRAVO",
            "name": "Joint Task Force Bravo",
            "language": "en",
            "languages": ["en", "pt", "es"],
            "timezone": "Europe/Lisbon",
        },
        "privacy": {"controller": "Joint Operations Centre", "contact": f"privacy@{server}"},
        "agencies": agencies,
        "roles": {},
        "access": {"servers": [server]},
    }
    for name, change in changes.items():
        plain[name] = plain.get(name, {}) | change if isinstance(change, dict) else change
    return plain


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def homeserver(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Homeserver]:
    """One Synapse for all tests of the session."""
    async with Homeserver(tmp_path_factory.mktemp("homeserver")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def officer(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[OfficerFactory]:
    """Make officers: `await officer("ana", agency="PRT-GNR")` is registered, started, stopped at the end."""
    async with AsyncExitStack() as stack:

        async def make(name: str, agency: str = "", **options: Any) -> Officer:
            user = localpart(name, agency)
            await homeserver.register(user, PASSWORD)
            made = Officer(
                homeserver.url,
                homeserver.user_id(user),
                PASSWORD,
                tmp_path / user,
                name.capitalize(),
                **options,
            )
            stack.push_async_callback(made.stop)
            await made.start()
            return made

        yield make


@pytest_asyncio.fixture(loop_scope="session")
async def js_officer(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[JsOfficerFactory]:
    """Make officers on matrix-js-sdk: `await js_officer("kate", agency="GBR-BF")`.

    With `user_id`, `password` and `recovery_key` it is one more device of an account that exists already.
    """
    async with AsyncExitStack() as stack:

        async def make(
            name: str,
            agency: str = "",
            *,
            user_id: str = "",
            password: str = PASSWORD,
            recovery_key: str = "",
        ) -> JsOfficer:
            user = localpart(name, agency)
            if not user_id:
                await homeserver.register(user, password)
                user_id = homeserver.user_id(user)
            made = JsOfficer(homeserver.url, user_id, password, tmp_path / f"js-{user}", recovery_key)
            stack.push_async_callback(made.stop)
            await made.start()
            return made

        yield make


@pytest_asyncio.fixture(loop_scope="session")
async def liaison(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[LiaisonFactory]:
    """Make bots: `await liaison(roles={"lead": [ana.user_id]})` is registered, started and ready.

    With `start=False` it is only made; with `homeserver_url` it talks to that address (a proxy, say).
    """
    async with AsyncExitStack() as stack:

        async def make(*, start: bool = True, homeserver_url: str | None = None, **changes: Any) -> Liaison:
            user = localpart("liaison")
            await homeserver.register(user, PASSWORD)
            made = Liaison(
                tmp_path / user,
                homeserver_url or homeserver.url,
                homeserver.user_id(user),
                PASSWORD,
                tables(**changes),
            )
            # Shown beside a test that failed.
            stack.callback(lambda: sys.stdout.write(f"The log of {made.user_id}:\n{made.log[-20_000:]}\n"))
            stack.push_async_callback(made.kill)
            if start:
                await made.start()
            return made

        yield make
