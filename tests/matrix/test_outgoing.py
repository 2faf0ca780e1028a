"""What nio has queued for other devices goes out by our own requests, with their limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
from nio.event_builders.direct_messages import ToDeviceMessage

from bot.matrix.api import Api, HomeserverError
from bot.matrix.nioclient import NioClient

from ..fakes import BOT, KEY


class Homeserver:
    """Takes what it is sent, and refuses what is for a device in `refused`."""

    homeserver = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.got: list[str] = []
        self.refused: dict[str, HomeserverError] = {}

    async def request(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert (method, path.split("/")[-3:-1]) == ("PUT", ["sendToDevice", "m.dummy"])
        [devices] = body["messages"].values()
        [device] = devices
        if device in self.refused:
            raise self.refused[device]
        self.got.append(device)
        return {}


@pytest.fixture
def homeserver() -> Homeserver:
    return Homeserver()


@pytest_asyncio.fixture
async def client(tmp_path: Path, homeserver: Homeserver) -> AsyncIterator[NioClient]:
    client = NioClient(cast("Api", homeserver), BOT, tmp_path, KEY, False)
    client.restore_login(BOT, "DEVICE", "token")
    for device in ("A", "B", "C"):
        client.outgoing_to_device_messages.append(ToDeviceMessage("m.dummy", "@ana:gnr.example", device, {}))
    yield client
    await client.close()


async def test_what_waits_for_other_devices_is_sent_once(client: NioClient, homeserver: Homeserver) -> None:
    await client.send_to_device_messages()
    await client.send_to_device_messages()
    assert homeserver.got == ["A", "B", "C"]


async def test_what_is_refused_for_good_is_dropped_and_holds_up_nothing(
    client: NioClient, homeserver: Homeserver
) -> None:
    homeserver.refused["A"] = HomeserverError(400, "M_BAD_JSON", "no")
    await client.send_to_device_messages()
    assert (homeserver.got, client.outgoing_to_device_messages) == (["B", "C"], [])


@pytest.mark.parametrize("code", ["M_LIMIT_EXCEEDED", "M_UNKNOWN_TOKEN"])
async def test_what_may_be_taken_later_waits(client: NioClient, homeserver: Homeserver, code: str) -> None:
    homeserver.refused["B"] = HomeserverError(429 if code == "M_LIMIT_EXCEEDED" else 401, code, "later")
    with pytest.raises(HomeserverError):
        await client.send_to_device_messages()
    homeserver.refused.clear()
    await client.send_to_device_messages()
    assert homeserver.got == ["A", "B", "C"]
