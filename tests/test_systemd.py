"""What the service manager hears, on a socket such as systemd's."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.health import STOPPING, Manager, watch
from bot.services.pulse import Pulse

from .fakes import NOON


@pytest.fixture(params=["file", "abstract"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """Return an address for NOTIFY_SOCKET, and the socket that hears what is told there."""
    name = str(tmp_path / "notify") if request.param == "file" else f"@liaison-test-{os.getpid()}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(name.replace("@", "\0"))
        listening.settimeout(5)
        yield name, listening


def words(listening: socket.socket) -> list[str]:
    """Return all that was told until now."""
    found = []
    listening.setblocking(False)
    while True:
        try:
            found.append(listening.recv(100).decode())
        except BlockingIOError:
            return found


async def test_it_is_told_that_the_bot_is_ready_and_stops(heard: tuple[str, socket.socket]) -> None:
    address, listening = heard
    manager = Manager({"NOTIFY_SOCKET": address})
    assert manager.beat_seconds is None
    await watch(manager, Pulse(NOON))
    manager.tell(STOPPING)
    assert words(listening) == ["READY=1", "STOPPING=1"]


async def test_the_beat_stops_while_the_sync_does_not_go_round(heard: tuple[str, socket.socket]) -> None:
    address, listening = heard
    manager, pulse = Manager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "100000"}), Pulse(NOON)
    assert manager.beat_seconds == 0.05
    with capture_logs() as logs:
        work = asyncio.create_task(watch(manager, pulse, stalled_seconds=0.3))
        said: list[str] = []
        for _ in range(5):
            pulse.rounds += 1
            await asyncio.sleep(0.1)
            said += words(listening)
        assert said == ["READY=1", *["WATCHDOG=1"] * (len(said) - 1)]
        assert len(said) > 5
        await asyncio.sleep(0.4)
        words(listening)
        await asyncio.sleep(0.15)
        assert words(listening) == []
        assert [entry["event"] for entry in logs] == ["sync.stalled"]
        pulse.rounds += 1
        await asyncio.sleep(0.1)
        assert set(words(listening)) == {"WATCHDOG=1"}
    work.cancel()


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "x"}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}],
)
def test_without_a_watchdog_of_ours_there_is_no_beat(environment: dict[str, str]) -> None:
    assert Manager(environment).beat_seconds is None


def test_a_manager_that_is_gone_is_no_fault_and_none_is_not_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        Manager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell(STOPPING)
        Manager({}).tell(STOPPING)
        Manager({"NOTIFY_SOCKET": "vsock:2:9"}).tell(STOPPING)
    assert [entry["event"] for entry in logs] == ["manager.not_told"]
