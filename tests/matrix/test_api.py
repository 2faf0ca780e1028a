"""How long is waited after a refusal: as the homeserver asks, within limits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from bot.matrix.api import LONGEST_SECONDS, Api, HomeserverAway, HomeserverError, backoff

LIMITED = '{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": %s}'


@pytest_asyncio.fixture
async def answers() -> AsyncIterator[tuple[Api, dict[str, str]]]:
    """Return an Api, and what the homeserver behind it answers with 429: its `text`."""
    given: dict[str, str] = {}

    async def limited(_request: web.Request) -> web.Response:
        return web.Response(status=429, text=given["text"])

    app = web.Application()
    app.router.add_get("/", limited)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    api = Api(f"http://{host}:{port}")
    yield api, given
    await api.close()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("300", 0.3),
        ("1500.0", 1.5),
        ("0", 0.0),
        ("-5", None),
        ('"300"', None),
        ("true", None),
        ("NaN", None),
        ("null", None),
        ("86400000", LONGEST_SECONDS),
        ("Infinity", LONGEST_SECONDS),
        ("1" + "0" * 400, LONGEST_SECONDS),
    ],
)
async def test_what_the_homeserver_asks_for(
    answers: tuple[Api, dict[str, str]], asked: str, seconds: float | None
) -> None:
    api, given = answers
    given["text"] = LIMITED % asked
    with pytest.raises(HomeserverError) as caught:
        await api.request("GET", "/")
    assert caught.value.retry_after == seconds
    assert caught.value.passing


async def test_a_refusal_that_no_homeserver_gives_is_one_of_something_between(
    answers: tuple[Api, dict[str, str]],
) -> None:
    api, given = answers
    given["text"] = "<html>busy</html>"
    with pytest.raises(HomeserverAway):
        await api.request("GET", "/")


def test_the_wait_grows_and_is_at_least_what_was_asked_for() -> None:
    assert 0.15 < backoff(0, None) <= 0.25
    assert 1.5 <= backoff(1000, None) <= 2.0
    assert backoff(1000, 30.0) == 30.0
