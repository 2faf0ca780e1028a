"""/healthz, /readyz and /metrics for whoever watches over the bot."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.config import Config, secret
from bot.services.pulse import Pulse
from bot.store import Store

log = structlog.get_logger(__name__)


class _Figures(Collector):
    """Figures read when they are asked for."""

    def __init__(self, pulse: Pulse, clock: Clock, depths: dict[str, int]) -> None:
        self._pulse = pulse
        self._clock = clock
        self._depths = depths

    def collect(self) -> list[Metric]:
        ready = GaugeMetricFamily("liaison_ready", "1 when everything that is needed to serve is there")
        ready.add_metric([], float(self._pulse.ready))
        age = GaugeMetricFamily("liaison_sync_age_seconds", "Seconds since the homeserver last answered")
        if self._pulse.synced_at:
            age.add_metric([], (self._clock.now() - self._pulse.synced_at).total_seconds())
        depth = GaugeMetricFamily("liaison_queue_depth", "Rows that wait", labels=["queue"])
        for queue, rows in self._depths.items():
            depth.add_metric([queue], rows)
        events = CounterMetricFamily("liaison_events", "What became of events", labels=["outcome"])
        for outcome, count in self._pulse.counters.items():
            events.add_metric([outcome], count)
        return [ready, age, depth, events]


@asynccontextmanager
async def serve(config: Config, store: Store, pulse: Pulse, clock: Clock) -> AsyncIterator[None]:
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
        depths = {"inbox": new, "waiting_for_key": waiting, "outbox": await store.outbox.depth()}
        registry = CollectorRegistry()
        registry.register(_Figures(pulse, clock, depths))
        return web.Response(body=generate_latest(registry), content_type="text/plain", charset="utf-8")

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        log.info("health.listening", address=config.health.listen)
        yield
    finally:
        await runner.cleanup()
