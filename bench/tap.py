"""A wire between the bot and the homeserver on 127.0.0.1 that notes when something is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 256 * 1024


class Tap:
    """Passes bytes on, both ways; `heard` is when *needle* was last asked for first."""

    def __init__(self, port: int, needle: bytes) -> None:
        """Keep where to pass on to, and what to listen for in requests."""
        self._port = port
        self._needle = needle
        self.url = ""
        self.heard: float | None = None
        """The moment (`perf_counter`) of the first request since this was set to None."""

    @classmethod
    @asynccontextmanager
    async def before(cls, port: int, needle: bytes) -> AsyncIterator[Tap]:
        """Give a tap before the server at *port* while the block runs."""
        tap = cls(port, needle)
        server = await asyncio.start_server(tap._serve, "127.0.0.1", 0, limit=_CHUNK)
        tap.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield tap
        finally:
            server.close()

    async def _serve(self, asked: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        there, ask = await asyncio.open_connection("127.0.0.1", self._port, limit=_CHUNK)
        ways = [asyncio.create_task(self._pass(asked, ask)), asyncio.create_task(self._pass(there, answer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            ask.close()
            answer.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(_CHUNK):
                if self.heard is None and self._needle in data:
                    self.heard = time.perf_counter()
                target.write(data)
                await target.drain()
