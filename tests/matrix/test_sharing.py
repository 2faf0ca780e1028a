"""Who gets a room key: the devices that their owners have signed, of the servers of the task force, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nio import Api, MatrixRoom
from nio.crypto import OlmAccount

from bot.config import Current
from bot.matrix.client import MatrixClient
from bot.matrix.crosssigning import Identity
from bot.matrix.sender import Sender, Withdrawn
from bot.model.person import UserId
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.outbox import OutboxRow

from ..fakes import BOT, KEY, NOON, ROOM, FakeClock, configuration

ANA, EVE = "@ana:gnr.example", "@eve:elsewhere.net"


class Homeserver:
    """Answers for the people's devices, and keeps what goes to them."""

    def __init__(self) -> None:
        self.identities = {user: Identity.make(user) for user in (ANA, EVE)}
        self.devices: dict[str, dict[str, Any]] = {ANA: {}, EVE: {}}
        self.accounts: dict[str, OlmAccount] = {}
        self.messages: dict[tuple[str, str], str] = {}

    def garbage(self, user: str, device_id: str) -> dict[str, Any]:
        """Return a one-time key that is none, rightly signed by its device."""
        key: dict[str, Any] = {"key": "garbage"}
        signature = self.accounts[device_id].sign(Api.to_canonical_json(key))
        return {"signed_curve25519:AAAA": {**key, "signatures": {user: {f"ed25519:{device_id}": signature}}}}

    async def request(self, method: str, path: str, body: Mapping[str, Any] | None = None, **_: Any) -> dict[str, Any]:
        if path.endswith("/keys/query"):
            uploads = {user: identity.upload() for user, identity in self.identities.items()}
            return {
                "device_keys": self.devices,
                "master_keys": {user: upload["master_key"] for user, upload in uploads.items()},
                "self_signing_keys": {user: upload["self_signing_key"] for user, upload in uploads.items()},
            }
        if path.endswith("/keys/claim"):
            wanted = (body or {})["one_time_keys"]
            return {"one_time_keys": {user: {d: self.garbage(user, d) for d in of} for user, of in wanted.items()}}
        for user, devices in ((body or {}).get("messages") or {}).items():
            for device, content in devices.items():
                self.messages[user, device] = content.get("code", "key")
        return {}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[MatrixClient]:
    made = MatrixClient(
        Current(configuration(storage={"directory": tmp_path})), KEY, cast(Store, None), FakeClock(), Pulse(NOON)
    )
    made.nio.restore_login(BOT, "BOTDEVICE", "token")
    made.api = made.nio._api = cast(Any, Homeserver())
    room = made.nio.rooms[ROOM] = MatrixRoom(ROOM, BOT, encrypted=True)
    for user in (BOT, ANA, EVE):
        room.add_member(user, user, None)
    room.members_synced = True
    yield made
    await made.nio.close()


def has_device(client: MatrixClient, user: str, device_id: str, *, signed: bool, talks: bool = True) -> None:
    """Give *user* a device which their identity has *signed*, and with which the bot *talks*."""
    account = OlmAccount()
    account.generate_one_time_keys(1)
    [one_time_key] = account.one_time_keys["curve25519"].values()
    own = account.identity_keys
    keys: dict[str, Any] = {
        "user_id": user,
        "device_id": device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {f"ed25519:{device_id}": own["ed25519"], f"curve25519:{device_id}": own["curve25519"]},
    }
    keys["signatures"] = {user: {f"ed25519:{device_id}": account.sign(Api.to_canonical_json(keys))}}
    homeserver = cast(Homeserver, client.api)
    if signed:
        keys["signatures"][user] |= homeserver.identities[user].sign_device(keys)["signatures"][user]
    homeserver.devices[user][device_id] = keys
    homeserver.accounts[device_id] = account
    client.nio.users_for_key_query.add(user)
    olm = client.nio.olm
    assert olm is not None
    if talks:
        olm.create_session(one_time_key, own["curve25519"])


async def shared(client: MatrixClient) -> dict[tuple[str, str], str]:
    sender = Sender(client, cast(Store, SimpleNamespace(outbox=None)), cast(Any, None), cast(Any, None), FakeClock())
    content = await sender._encrypt(ROOM, {"msgtype": "m.notice", "body": "x"}, "m.room.message")
    assert content["algorithm"] == "m.megolm.v1.aes-sha2"
    return cast(Homeserver, client.api).messages


async def test_only_signed_devices_of_listed_servers_get_the_room_key(client: MatrixClient) -> None:
    has_device(client, ANA, "PHONE", signed=True)
    has_device(client, ANA, "INJECTED", signed=False)
    has_device(client, EVE, "PHONE", signed=True)
    assert await shared(client) == {
        (ANA, "PHONE"): "key",
        (ANA, "INJECTED"): "m.unverified",
        (EVE, "PHONE"): "m.unauthorised",
    }


async def test_a_one_time_key_that_is_none_takes_nobody_elses_room_key(client: MatrixClient) -> None:
    has_device(client, ANA, "BROKEN", signed=True, talks=False)
    has_device(client, ANA, "PHONE", signed=True)
    assert await shared(client) == {(ANA, "PHONE"): "key", (ANA, "BROKEN"): "m.no_olm"}


async def test_a_lost_device_gets_no_key_whoever_has_signed_it_and_is_told_nothing(client: MatrixClient) -> None:
    rui = "@rui:gnr.example"
    homeserver = cast(Homeserver, client.api)
    homeserver.identities[rui] = Identity.make(rui)
    homeserver.devices[rui] = {}
    client.nio.rooms[ROOM].add_member(rui, rui, None)
    has_device(client, ANA, "PHONE", signed=True)
    has_device(client, rui, "PHONE", signed=True)
    before = await shared(client)
    assert before == {(ANA, "PHONE"): "key", (rui, "PHONE"): "key"}
    olm = client.nio.olm
    assert olm is not None
    session = olm.outbound_group_sessions[ROOM].id
    lost = frozenset((ANA, device.key) for device in client.known(UserId(ANA)))
    client._config.lose(frozenset({ANA}))
    client.lose(lost)
    assert client.signed(UserId(ANA)) == []
    homeserver.messages.clear()
    # Whoever has the telephone signs another device by the keys on it.
    has_device(client, ANA, "ANOTHER", signed=True)
    assert await shared(client) == {(rui, "PHONE"): "key"}
    assert olm.outbound_group_sessions[ROOM].id != session, "nothing more by the key that it has"
    client._config.lose(frozenset())
    client.lose(lost)
    homeserver.messages.clear()
    client.nio.users_for_key_query.add(ANA)
    assert await shared(client) == {
        (rui, "PHONE"): "key",
        (ANA, "ANOTHER"): "key",
        (ANA, "PHONE"): "m.unverified",
    }, "once it is lifted, what was lost stays refused"


async def test_nothing_goes_to_a_room_of_somebody_alone_whose_device_is_lost(client: MatrixClient) -> None:
    room = client.nio.rooms["!alone:example.org"] = MatrixRoom("!alone:example.org", BOT, encrypted=True)
    for user in (BOT, ANA):
        room.add_member(user, user, None)
    assert not any(map(client.forsaken, ("!alone:example.org", ROOM, ANA)))
    client._config.lose(frozenset({ANA}))
    assert [*map(client.forsaken, ("!alone:example.org", ROOM, ANA, EVE))] == [True, False, True, False]
    sender = Sender(client, cast(Store, None), cast(Any, None), cast(Any, None), FakeClock())
    for room_id in ("!alone:example.org", ANA):
        for kind in ("open", "reply", "notice"):
            with pytest.raises(Withdrawn):
                await sender._send(OutboxRow("id", room_id, kind, "cause", {}, NOON))
