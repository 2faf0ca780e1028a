"""The health endpoints, over HTTP."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.config import Config
from bot.health import serve
from bot.health.figures import OUTCOMES
from bot.model.translation import Flag
from bot.services.pulse import Pulse
from bot.store import Store
from bot.translation.load import Load, ServerLoad

from .fakes import NOON, FakeClock, FakeModels, configuration, opened


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Return an open store."""
    async with opened(tmp_path / "liaison.db") as (_, store):
        yield store


def listening(**health: object) -> tuple[Config, str]:
    """Return a configuration that listens on a free port, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    return configuration(health={"listen": address, **health}), f"http://{address}"


async def get(url: str, token: str | None = None) -> tuple[int, str]:
    headers = {"Authorization": token} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_alive_is_not_ready_before_everything_is_there(store: Store) -> None:
    config, url = listening()
    pulse = Pulse(NOON)
    async with serve(config, store, pulse, FakeClock(), FakeModels()):
        assert await get(f"{url}/healthz") == (200, "alive\n")
        assert await get(f"{url}/readyz") == (503, "not ready\n")
        pulse.connected = True
        assert (await get(f"{url}/readyz"))[0] == 503
        pulse.connected, pulse.models_loaded = False, True
        assert (await get(f"{url}/readyz"))[0] == 503
        pulse.connected = True
        pulse.resumed = False
        assert (await get(f"{url}/readyz"))[0] == 503
        pulse.resumed = True
        assert await get(f"{url}/readyz") == (200, "ready\n")
        assert (await get(f"{url}/other"))[0] == 404
    with pytest.raises(aiohttp.ClientConnectionError):
        await get(f"{url}/healthz")


async def test_the_metrics_are_prometheus_text(store: Store) -> None:
    config, url = listening()
    pulse, clock, models = Pulse(NOON), FakeClock(), FakeModels()
    models.load = Load(3, 2, (ServerLoad("https://lt.example", 7, 2, True),))
    pulse.synced_at = NOON
    clock.passes(seconds=7)
    pulse.count("relayed")
    pulse.count("relayed")
    pulse.count("odd")
    pulse.skew = -2.5
    pulse.flag((Flag.NUMBER, Flag.UNIT))
    pulse.flag((Flag.NUMBER,))
    for seconds in (0.05, 0.06, 400.0):
        pulse.took("command", NOON, NOON + timedelta(seconds=seconds))
    async with store.transaction():
        await store.inbox.add("!room", "$a", {}, NOON - timedelta(days=1))
        await store.outbox.add("!room", "reply", "$a", {}, NOON)
    async with serve(config, store, pulse, clock, models):
        status, text = await get(f"{url}/metrics")
    assert status == 200
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    bounds = ("0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "30.0", "60.0", "300.0")
    assert found == {
        "liaison_ready": "0.0",
        "liaison_sync_age_seconds": "7.0",
        "liaison_clock_skew_seconds": "-2.5",
        "liaison_outbox_oldest_seconds": "7.0",
        'liaison_queue_depth{queue="inbox"}': "1.0",
        'liaison_queue_depth{queue="waiting_for_key"}': "0.0",
        'liaison_queue_depth{queue="outbox"}': "1.0",
        'liaison_queue_depth{queue="translation"}': "3.0",
        "liaison_masks_retried_total": "2.0",
        'liaison_translation_server_requests_total{outcome="done",server="https://lt.example"}': "5.0",
        'liaison_translation_server_requests_total{outcome="failed",server="https://lt.example"}': "2.0",
        'liaison_translation_server_down{server="https://lt.example"}': "1.0",
        'liaison_events_total{outcome="relayed"}': "2.0",
        'liaison_events_total{outcome="odd"}': "1.0",
        **{f'liaison_events_total{{outcome="{outcome}"}}': "0.0" for outcome in OUTCOMES if outcome != "relayed"},
        'liaison_translations_flagged_total{flag="number"}': "2.0",
        'liaison_translations_flagged_total{flag="unit"}': "1.0",
        'liaison_latency_seconds_bucket{le="0.05",work="command"}': "1.0",
        **{f'liaison_latency_seconds_bucket{{le="{bound}",work="command"}}': "2.0" for bound in bounds},
        'liaison_latency_seconds_bucket{le="+Inf",work="command"}': "3.0",
        'liaison_latency_seconds_count{work="command"}': "3.0",
        'liaison_latency_seconds_sum{work="command"}': "400.11",
    }


async def test_what_is_not_known_has_no_figure(store: Store) -> None:
    config, url = listening()
    async with serve(config, store, Pulse(NOON), FakeClock(), FakeModels()):
        lines = (await get(f"{url}/metrics"))[1].splitlines()
    assert not [line for line in lines if line.startswith(("liaison_sync_age_seconds ", "liaison_clock_skew"))]
    assert "liaison_outbox_oldest_seconds 0.0" in lines


async def test_the_metrics_ask_for_their_token_and_the_others_do_not(store: Store, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    config, url = listening(token_file=tmp_path / "token")
    async with serve(config, store, Pulse(NOON), FakeClock(), FakeModels()):
        for given in (None, "s3cret", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crett", "Bearer é"):
            assert (await get(f"{url}/metrics", given))[0] == 401, given
        assert (await get(f"{url}/metrics", "Bearer s3cret"))[0] == 200
        assert (await get(f"{url}/healthz"))[0] == 200
        assert (await get(f"{url}/readyz"))[0] == 503


async def test_nothing_is_served_without_an_address(store: Store) -> None:
    async with serve(configuration(), store, Pulse(NOON), FakeClock(), FakeModels()):
        pass


async def test_an_address_that_is_taken_is_an_error(store: Store) -> None:
    config, _ = listening()
    async with serve(config, store, Pulse(NOON), FakeClock(), FakeModels()):
        with pytest.raises(OSError):
            async with serve(config, store, Pulse(NOON), FakeClock(), FakeModels()):
                pass
