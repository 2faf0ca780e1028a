"""/healthz, /readyz and /metrics for whoever watches over the bot."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

from bot.clock import Clock
from bot.config import Config, secret
from bot.health.figures import Backlog, Figures
from bot.services.pulse import Pulse
from bot.store import Store
from bot.translation.load import Load

log = structlog.get_logger(__name__)


class Loaded(Protocol):
    """What the metrics need of the translator."""

    @property
    def load(self) -> Load:
        """How much waits, and how the servers fare."""
        ...


@asynccontextmanager
async def serve(config: Config, store: Store, pulse: Pulse, clock: Clock, translation: Loaded) -> AsyncIterator[None]:
    """Serve the health endpoints while the block runs, if `health.listen` is set.

    Raises OSError when the address cannot be bound.
    """
    address = config.health.address
    if address is None:
        yield
        return
    token = secret(config.health.token_file, "")

    async def healthz(request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(request: web.Request) -> web.Response:
        return web.Response(text="ready\n") if pulse.ready else web.Response(status=503, text="not ready\n")

    async def metrics(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "")
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return web.Response(status=401, text="a token is needed\n")
        new, waiting = await store.inbox.depth()
        load = translation.load
        depths = {
            "inbox": new,
            "waiting_for_key": waiting,
            "outbox": await store.outbox.depth(),
            "translation": load.waiting,
        }
        registry = CollectorRegistry()
        registry.register(Figures(pulse, Backlog(depths, await store.outbox.oldest(), load), clock.now()))
        return web.Response(body=generate_latest(registry), content_type="text/plain", charset="utf-8")

    routes = [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]
    async with _served(config, address, routes):
        yield


@asynccontextmanager
async def serve_fault(config: Config, fault: str) -> AsyncIterator[None]:
    """Say, while the block runs, that the program lives and is not ready, and why; without metrics.

    Raises OSError when the address cannot be bound.
    """
    address = config.health.address
    if address is None:
        yield
        return

    async def healthz(request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(request: web.Request) -> web.Response:
        return web.Response(status=503, text=f"not ready: safe mode: {fault}\n")

    async with _served(config, address, [web.get("/healthz", healthz), web.get("/readyz", readyz)]):
        yield


@asynccontextmanager
async def _served(config: Config, address: tuple[str, int], routes: list[web.RouteDef]) -> AsyncIterator[None]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        log.info("health.listening", address=config.health.listen)
        yield
    finally:
        await runner.cleanup()
