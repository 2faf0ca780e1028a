"""A to-device message is taken whole or not at all: its session never moves on without the room key that it brought."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from nio import OlmEvent
from nio.crypto import OlmAccount, OutboundGroupSession, OutboundSession
from unpaddedbase64 import encode_base64

from bot.config import Current
from bot.matrix.client import MatrixClient
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.failing import StorageFailed

from ..fakes import BOT, KEY, NOON, ROOM, FakeClock, configuration

ANA = "@ana:gnr.example"


def client(folder: Path) -> MatrixClient:
    made = MatrixClient(
        Current(configuration(storage={"directory": folder})), KEY, cast(Store, None), FakeClock(), Pulse(NOON)
    )
    made.nio.restore_login(BOT, "BOTDEVICE", "token")
    return made


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[MatrixClient]:
    made = client(tmp_path)
    yield made
    await made.nio.close()


class Phone:
    """Ana's device, which sends the bot room keys."""

    def __init__(self, bot: MatrixClient) -> None:
        olm = bot.nio.olm
        assert olm is not None
        self.account = OlmAccount()
        self.bot_keys = olm.account.identity_keys
        olm.account.generate_one_time_keys(1)
        [one_time_key] = olm.account.one_time_keys["curve25519"].values()
        olm.account.mark_keys_as_published()
        olm.save_account()
        self.session = OutboundSession(self.account, self.bot_keys["curve25519"], one_time_key)

    def room_key(self) -> tuple[str, Any]:
        """Return the id of a new room key, and the to-device event that brings it."""
        group = OutboundGroupSession()
        payload = {
            "type": "m.room_key",
            "content": {
                "algorithm": "m.megolm.v1.aes-sha2",
                "room_id": ROOM,
                "session_id": group.id,
                "session_key": group.session_key,
            },
            "sender": ANA,
            "sender_device": "PHONE",
            "keys": {"ed25519": self.account.identity_keys["ed25519"]},
            "recipient": BOT,
            "recipient_keys": {"ed25519": self.bot_keys["ed25519"]},
        }
        message_type, body = self.session.encrypt(json.dumps(payload)).to_parts()
        content = {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": self.account.identity_keys["curve25519"],
            "ciphertext": {self.bot_keys["curve25519"]: {"type": message_type, "body": encode_base64(body)}},
        }
        return group.id, OlmEvent.from_dict({"type": "m.room.encrypted", "sender": ANA, "content": content})


def has(bot: MatrixClient, key: str) -> bool:
    olm = bot.nio.olm
    assert olm is not None
    return any(session.id == key for session in olm.inbound_group_store)


async def test_a_room_key_that_could_not_be_saved_comes_again_after_the_next_start(
    bot: MatrixClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone(bot)
    first, event = phone.room_key()
    bot.nio._handle_decrypt_to_device(event)
    assert has(bot, first)

    def full(session: object) -> None:
        raise StorageFailed("the disk is full")

    monkeypatch.setattr(bot.nio.store, "save_inbound_group_session", full)
    second, event = phone.room_key()
    with pytest.raises(StorageFailed):
        bot.nio._handle_decrypt_to_device(event)

    # The program has ended and begins anew; the homeserver brings the message again.
    again = client(tmp_path)
    try:
        assert has(again, first)
        assert not has(again, second)
        again.nio._handle_decrypt_to_device(event)
        assert has(again, second)
    finally:
        await again.nio.close()
