"""A server that speaks LibreTranslate's API as its documentation has it, and fails in a chosen way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

MESH = [{"code": code, "name": code, "targets": ["en", "fr", "pt"]} for code in ("en", "fr", "pt")]


class LibreTranslate:
    """Translates into capitals; what it was asked is in `asked`."""

    def __init__(self) -> None:
        self.url = ""
        self.languages: Any = MESH
        self.key: str | None = None
        self.asked: list[dict[str, Any]] = []
        self.learned = 0
        self.at_once = self.most_at_once = 0
        self.make: Callable[[str], str] = str.upper
        self.answer: Callable[[list[str]], web.Response | None] = lambda texts: None
        """What is answered in place of translations, if anything."""
        self.seconds = 0.0
        """How long it takes."""
        self.down = False
        """Whether all it has to say is that it is not well."""

    def texts(self) -> list[str]:
        return [text for body in self.asked for text in body["q"]]

    async def on_languages(self, _request: web.Request) -> web.Response:
        self.learned += 1
        if self.down:
            return error(503, "starting")
        return self.languages if isinstance(self.languages, web.Response) else web.json_response(self.languages)

    async def on_translate(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.at_once -= 1
        if self.down:
            return error(503, "starting")
        if self.key and body.get("api_key") != self.key:
            return error(403, "Invalid API key")
        if other := self.answer(body["q"]):
            return other
        return web.json_response({"translatedText": [self.make(text) for text in body["q"]]})


def error(status: int, text: str, **headers: str) -> web.Response:
    return web.json_response({"error": text}, status=status, headers=headers)


@asynccontextmanager
async def libretranslate(**settings: Any) -> AsyncIterator[LibreTranslate]:
    """Yield a server on this machine, with these *settings*."""
    server = LibreTranslate()
    for name, value in settings.items():
        assert hasattr(server, name)
        setattr(server, name, value)
    app = web.Application()
    app.router.add_get("/languages", server.on_languages)
    app.router.add_post("/translate", server.on_translate)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield server
    finally:
        await runner.cleanup()
