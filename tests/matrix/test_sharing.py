"""Who gets a room key: the devices that their owners have signed, of the servers of the task force, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nio import MatrixRoom
from nio.crypto import OlmAccount, OlmDevice

from bot.matrix.client import MatrixClient
from bot.matrix.sender import Sender
from bot.services.pulse import Pulse
from bot.store import Store

from ..fakes import BOT, KEY, NOON, ROOM, FakeClock, configuration

ANA, EVE = "@ana:gnr.example", "@eve:elsewhere.net"


class Sent:
    """Stands for the homeserver: keeps what goes to devices."""

    def __init__(self) -> None:
        self.messages: dict[tuple[str, str], str] = {}

    async def request(self, method: str, path: str, body: Mapping[str, Any] | None = None, **_: Any) -> dict[str, Any]:
        for user, devices in ((body or {}).get("messages") or {}).items():
            for device, content in devices.items():
                self.messages[user, device] = content.get("code", "key")
        return {}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[MatrixClient]:
    made = MatrixClient(
        configuration(storage={"directory": tmp_path}), KEY, cast(Store, None), FakeClock(), Pulse(NOON)
    )
    made.nio.restore_login(BOT, "BOTDEVICE", "token")
    made.api = cast(Any, Sent())
    room = made.nio.rooms[ROOM] = MatrixRoom(ROOM, BOT, encrypted=True)
    for user in (BOT, ANA, EVE):
        room.add_member(user, user, None)
    room.members_synced = True
    yield made
    await made.nio.close()


def knows(client: MatrixClient, user: str, device_id: str, *, signed: bool) -> None:
    """Let the bot know a device, with which it could talk."""
    account = OlmAccount()
    account.generate_one_time_keys(1)
    [one_time_key] = account.one_time_keys["curve25519"].values()
    keys = account.identity_keys
    device = OlmDevice(user, device_id, {"ed25519": keys["ed25519"], "curve25519": keys["curve25519"]})
    olm = client.nio.olm
    assert olm is not None
    olm.device_store.add(device)
    client.nio.users_for_key_query.discard(user)
    client.nio.store.save_device_keys({user: {device_id: device}})
    olm.create_session(one_time_key, keys["curve25519"])
    if signed:
        client.nio.verify_device(device)
    else:
        client.nio.blacklist_device(device)


async def shared(client: MatrixClient) -> dict[tuple[str, str], str]:
    sender = Sender(client, cast(Store, SimpleNamespace(outbox=None)), cast(Any, None), FakeClock())
    content = await sender._encrypt(ROOM, {"msgtype": "m.notice", "body": "x"})
    assert content["algorithm"] == "m.megolm.v1.aes-sha2"
    return cast(Any, client.api).messages


async def test_only_signed_devices_of_listed_servers_get_the_room_key(client: MatrixClient) -> None:
    knows(client, ANA, "PHONE", signed=True)
    knows(client, ANA, "INJECTED", signed=False)
    knows(client, EVE, "PHONE", signed=True)
    assert await shared(client) == {
        (ANA, "PHONE"): "key",
        (ANA, "INJECTED"): "m.unverified",
        (EVE, "PHONE"): "m.unauthorised",
    }
