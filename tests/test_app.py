"""How the bot starts and stops, and when it calls itself ready."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import structlog

from bot import app
from bot.app import Bot
from bot.health import Manager
from bot.loading import Loading
from bot.services.pulse import Pulse

from .fakes import NOON, configuration


class FakeModels:
    """Models that can be used once `works` and without `faults`; counts how often they were tried."""

    def __init__(self, *, works: bool = True, **faults: str) -> None:
        self.works = works
        self.faults = faults
        self.tried = 0

    async def start(self) -> None:
        pass

    async def ready(self, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        assert ("en", "pt") in set(pairs)
        self.tried += 1
        return self.faults

    def ways(self, pairs: Iterable[tuple[str, str]], without: Collection[str]) -> dict[str, str]:
        assert ("en", "pt") in set(pairs)
        return {"en-pt": "" if "argos:en-pt" in without else "argos", "pt-en": "argos"}

    async def measure(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.measured = set(pairs)


@asynccontextmanager
async def loading(models: FakeModels) -> AsyncIterator[Pulse]:
    pulse = Pulse(NOON)
    watch = Loading(models, ["en", "pt"], pulse)
    await watch.start()
    work = asyncio.create_task(watch.run())
    yield pulse
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def until_tried(models: FakeModels, times: int) -> None:
    async with asyncio.timeout(5):
        while models.tried < times:
            await asyncio.sleep(0.001)


async def test_models_that_load_make_the_bot_ready_at_once() -> None:
    models = FakeModels()
    async with loading(models) as pulse:
        assert pulse.models_loaded
        await asyncio.sleep(0)
        assert ("en", "pt") in models.measured, "what servers have is measured beside"


async def test_a_worker_that_did_not_start_is_not_ready_until_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.loading.LOAD_AGAIN_SECONDS", 0.01)
    models = FakeModels(works=False)
    async with loading(models) as pulse:
        await until_tried(models, 3)
        assert not pulse.models_loaded
        models.works = True
        await until_tried(models, models.tried + 1)
        await asyncio.sleep(0)
        assert pulse.models_loaded
        tried = models.tried
        await asyncio.sleep(0.05)
        assert models.tried == tried, "nothing is left to try"


async def test_a_broken_model_is_said_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.loading.LOAD_AGAIN_SECONDS", 0.01)
    models = FakeModels(**{"argos:en-pt": "no model.bin"})
    with structlog.testing.capture_logs() as logs:
        async with loading(models) as pulse:
            await until_tried(models, 3)
            assert not pulse.models_loaded
            models.faults = {}
            await until_tried(models, models.tried + 1)
            await asyncio.sleep(0)
            assert pulse.models_loaded
    said = [entry["reason"] for entry in logs if entry["event"] == "translation.model_unusable"]
    assert said == ["no model.bin"]
    pairs = [entry for entry in logs if entry["event"] == "translation.pairs"]
    assert [(entry["available"], entry["missing"]) for entry in pairs] == [
        ({"pt-en": "argos"}, ["en-pt"]),
        ({"en-pt": "argos", "pt-en": "argos"}, []),
    ], "at the start, and when it is new"


class Endless:
    """A bot that works until it is cancelled."""

    async def run(self, manager: Manager) -> None:
        await asyncio.Event().wait()


async def test_a_signal_during_the_start_stops_the_bot_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    async def build(*_args: object) -> Endless:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0)
        return Endless()

    monkeypatch.setattr(app, "_build", build)
    limit, loop = sys.getrecursionlimit(), asyncio.get_running_loop()
    try:
        await asyncio.wait_for(app.run(configuration(), Path("liaison.toml")), 5)
    finally:
        sys.setrecursionlimit(limit)
        gc.unfreeze()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


@pytest.mark.parametrize(("key", "anew"), [("access.servers", 1), ("monitors", 1), ("roles.lead", 0)])
def test_whoever_is_served_from_now_on_gets_the_keys_of_what_is_said_from_now_on(key: str, anew: int) -> None:
    shared: list[None] = []
    client = SimpleNamespace(share_keys_anew=lambda: shared.append(None))
    Bot._taken(cast(Bot, SimpleNamespace(_client=client)), (key,))
    assert len(shared) == anew
