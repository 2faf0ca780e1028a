"""What those hear who watch over a bot that really runs."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, translation


async def figures(url: str) -> dict[str, float]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


async def test_the_manager_and_the_metrics_follow_a_running_bot(
    liaison: LiaisonFactory, officer: OfficerFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "20000000")
        bot = await liaison(roles={"lead": [ana.user_id]})
        assert await asyncio.to_thread(manager.recv, 100) == b"READY=1"
        assert await asyncio.to_thread(manager.recv, 100) == b"WATCHDOG=1"

        room = await border_north(ana, bot, kate)
        await translation(kate, await ana.say(room, "Bom dia a todos."))
        await asks(ana, room, "!status")
        found = await figures(bot.url)
        assert found["liaison_ready"] == 1
        assert abs(found["liaison_clock_skew_seconds"]) < 2
        assert found["liaison_sync_age_seconds"] < 40
        assert found['liaison_latency_seconds_count{work="command"}'] == 1
        assert found['liaison_latency_seconds_count{work="relay"}'] == 1
        assert found['liaison_events_total{outcome="undecryptable"}'] == 0

        await bot.stop()
        heard = [b""]
        while heard[-1] != b"STOPPING=1":
            heard.append(await asyncio.to_thread(manager.recv, 100))
        assert set(heard[1:-1]) <= {b"WATCHDOG=1"}
