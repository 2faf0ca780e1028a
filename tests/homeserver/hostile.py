"""A homeserver that cannot be trusted: a proxy in front of a real one, which twists what it passes on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo.process import free_port

Twist = Callable[[dict[str, Any]], None]


class HostileHomeserver:
    """Passes everything on; `twist` changes the answers of /sync, `mood` replaces answers altogether."""

    def __init__(self, target: str) -> None:
        """Keep the address of the real homeserver."""
        self.target = target
        self.url = ""
        self.mood: str | None = None
        self.twist: Twist | None = None
        self.refused: set[str] = set()
        """Parts of paths that are answered with 502."""
        self.forgetful = False
        """Whether it takes a transaction id that it has seen for a new one."""
        self.slowed: set[str] = set()
        """Parts of paths that are answered with 429."""
        self.delay = 0.0
        """By how many seconds every answer is late."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        await asyncio.sleep(self.delay)
        if self.mood or any(part in request.path for part in self.refused):
            return _moody(self.mood or "502")
        if any(part in request.path for part in self.slowed):
            return _moody("429")
        try:
            return await self._passed_on(request)
        except aiohttp.ClientError:
            return _moody("502")

    async def _passed_on(self, request: web.Request) -> web.Response:
        target = self.target + request.raw_path
        if self.forgetful and "/send/" in request.path:
            target += f"-{uuid.uuid4()}"
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")}
        async with (
            aiohttp.ClientSession() as http,
            http.request(request.method, target, headers=headers, data=await request.read()) as a,
        ):
            body = await a.read()
            if self.twist and request.path.endswith("/sync") and a.status == 200:
                news = json.loads(body)
                self.twist(news)
                body = json.dumps(news).encode()
            return web.Response(status=a.status, body=body, content_type=a.content_type)


def _moody(mood: str) -> web.Response:
    match mood:
        case "502":
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
        case "garbage":
            return web.Response(text="[" * 100_000, content_type="application/json")
        case "not a sync":
            return web.json_response({"next_batch": "s1", "rooms": {"join": []}, "event_id": 3})
        case "429":
            return web.json_response({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 300}, status=429)
        case "truncated":
            return web.Response(text='{"next_batch": "s1", "rooms": {"jo', content_type="application/json")
    raise ValueError(mood)


@contextlib.asynccontextmanager
async def hostile(target: str) -> AsyncIterator[HostileHomeserver]:
    """Stand in front of the homeserver at *target*."""
    server = HostileHomeserver(target)
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{tail:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    server.url = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


def timelines(news: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the timelines of joined rooms in an answer of /sync, to be changed in place."""
    return [room.get("timeline", {}).get("events", []) for room in news.get("rooms", {}).get("join", {}).values()]
