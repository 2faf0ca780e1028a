"""Whose devices are believed, while what the homeserver says of them changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nio import Api as NioApi
from nio import SyncResponse
from unpaddedbase64 import encode_base64

from bot.matrix.api import Api
from bot.matrix.crosssigning import Identity
from bot.matrix.nioclient import NioClient
from bot.matrix.sync import without_messages
from bot.model.person import UserId

from ..fakes import BOT

ANA, EVE = "@ana:gnr.example", "@eve:slow.example"
Json = dict[str, Any]


def device(user_id: str, device_id: str) -> Json:
    """Return the keys of a new device, signed by itself."""
    private = Ed25519PrivateKey.generate()
    keys = {
        "user_id": user_id,
        "device_id": device_id,
        "algorithms": ["m.megolm.v1.aes-sha2"],
        "keys": {
            f"ed25519:{device_id}": encode_base64(private.public_key().public_bytes_raw()),
            f"curve25519:{device_id}": encode_base64(private.private_bytes_raw()),
        },
    }
    signature = encode_base64(private.sign(NioApi.to_canonical_json(keys).encode()))
    return {**keys, "signatures": {user_id: {f"ed25519:{device_id}": signature}}}


class KeyServer(Api):
    """Answers /keys/query: the identity that it shows of Ana signs the devices in `signed`."""

    def __init__(self, identity: Identity) -> None:
        super().__init__("http://127.0.0.1:1")
        self.identity = identity
        self.devices = [device(ANA, "PHONE"), device(ANA, "EVIL")]
        self.signed = {"PHONE"}
        self.asked: list[set[str]] = []

    async def request(self, method: str, path: str, body: Mapping[str, Any] | None = None, **_: Any) -> Json:
        """Answer for Ana; nobody answers for Eve."""
        assert body is not None
        self.asked.append(set(body["device_keys"]))
        shown = {d["device_id"]: d for d in self.devices}
        for name in self.signed:
            signatures = self.identity.sign_device(shown[name])["signatures"][ANA]
            shown[name] = {**shown[name], "signatures": {ANA: {**shown[name]["signatures"][ANA], **signatures}}}
        upload = self.identity.upload()
        return {
            "device_keys": {ANA: shown} if ANA in self.asked[-1] else {},
            "master_keys": {ANA: upload["master_key"]},
            "self_signing_keys": {ANA: upload["self_signing_key"]},
            "failures": {"slow.example": {}},
        }


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> KeyServer:
    return KeyServer(Identity.make(ANA))


@pytest_asyncio.fixture
async def client(server: KeyServer, tmp_path: Path) -> AsyncIterator[NioClient]:
    client = NioClient(server, BOT, tmp_path, "k" * 64, trust_any=False)
    client.restore_login(BOT, "DEVICE", "token")
    yield client
    await client.close()


async def learns(client: NioClient, *users: str) -> set[str]:
    """Let the client ask for the devices of *users*; return those of Ana that it believes."""
    client.users_for_key_query.update(users)
    await client.keys_query()
    return {d.id for d in client.device_store.active_user_devices(ANA) if d.verified}


async def test_a_false_device_is_out_before_the_true_identity_is_back(client: NioClient, server: KeyServer) -> None:
    """Else what it sent would count, in the moment between the two, as the true person's."""
    true, false = server.identity, Identity.make(ANA)
    assert await learns(client, ANA) == {"PHONE"}
    server.identity, server.signed = false, {"EVIL"}
    assert await learns(client, ANA) == {"EVIL"}
    believed: list[set[str]] = []

    async def seen(masters: Mapping[UserId, str]) -> None:
        believed.append({d.id for d in client.device_store.active_user_devices(ANA) if d.verified})

    client.on_identities = seen
    server.identity, server.signed = true, {"PHONE"}
    assert await learns(client, ANA) == {"PHONE"}
    assert believed == [set()]


async def test_a_homeserver_that_keeps_silent_holds_up_nobody(
    client: NioClient, server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question waits ten seconds for it, and one goes before every message and every sync."""
    monkeypatch.setattr("bot.matrix.nioclient.SILENCE_SECONDS", (0.3, 9.0))
    await learns(client, ANA, EVE)
    assert not client.should_query_keys
    await learns(client, EVE)
    assert server.asked == [{ANA, EVE}], "not for each message, even if her homeserver says that her devices changed"
    await learns(client, ANA)
    assert server.asked[1:] == [{ANA}], "all others are asked for at once"
    await asyncio.sleep(0.35)
    assert client.should_query_keys
    await learns(client)
    assert server.asked[2:] == [{EVE}]
    await asyncio.sleep(0.35)
    assert not client.should_query_keys, "each time longer"


async def test_what_strangers_ask_of_it_leaves_no_trace(client: NioClient) -> None:
    """A hundred of them come in one sync, from anybody on the homeserver."""
    start = {
        "from_device": "PHONE",
        "method": "m.sas.v1",
        "transaction_id": "t",
        "key_agreement_protocols": ["curve25519-hkdf-sha256"],
        "hashes": ["sha256"],
        "message_authentication_codes": ["hkdf-hmac-sha256"],
        "short_authentication_string": ["decimal"],
    }
    cancel = {"action": "request_cancellation", "requesting_device_id": "PHONE", "request_id": "1"}
    events = [
        {"type": "m.key.verification.start", "sender": EVE, "content": start},
        {"type": "m.room_key_request", "sender": EVE, "content": cancel},
    ]
    await learns(client, ANA)
    raw = {"next_batch": "s1", "to_device": {"events": [*events, {**events[0], "sender": ANA}] * 30}}
    response = SyncResponse.from_dict(without_messages(raw))
    assert isinstance(response, SyncResponse)
    await client.receive_response(response)
    assert client.olm is not None
    assert not client.users_for_key_query
    assert not client.outgoing_to_device_messages
    assert not client.olm.key_verifications
    assert not client.olm.key_requests_waiting_for_session
