"""Room keys out of a backup open messages; they never make a command of one, nor do what was done before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nio.crypto import GroupSessionStore, InboundGroupSession, OlmAccount, OutboundGroupSession

from bot.intake import Unreadable, Waiting
from bot.matrix.client import MatrixClient
from bot.matrix.cryptostore import ROOM_KEYS, CryptoStore, copy_room_keys
from bot.matrix.errors import StartRefused
from bot.matrix.events import MOST_REQUESTS, Reader
from bot.matrix.restored import Restored
from bot.model.incoming import Incoming
from bot.store.account import AccountStore
from bot.store.inbox import InboxRow

from ..fakes import BOT, KEY, NOON, ROOM

ANA = "@ana:gnr.example"
AT = NOON + timedelta(hours=3)


class Account(dict[str, str]):
    async def find(self, key: str) -> str | None:
        return self.get(key)


def account(**values: str) -> AccountStore:
    return cast(AccountStore, Account(values))


class Story:
    """Ana's room key before the restore, and a reader after it for whom her device is signed and known."""

    def __init__(self, folder: Path) -> None:
        self.hers = OutboundGroupSession()
        self.hers.mark_as_shared()
        old = folder / "old"
        old.mkdir()
        crypto = CryptoStore(BOT, "OLD", str(old), KEY, "crypto.db")
        crypto.save_account(OlmAccount())
        crypto.save_inbound_group_session(self.session())
        crypto.database.close()
        copy_room_keys(old, KEY, folder / ROOM_KEYS)
        self.restored = Restored(folder, KEY)
        self.shared = GroupSessionStore()
        self.asked: list[Any] = []

        def check_if_wedged(event: Any) -> None:
            self.asked.append(SimpleNamespace(recipient=event.sender))

        client = SimpleNamespace(
            restored=self.restored,
            nio=SimpleNamespace(
                olm=SimpleNamespace(
                    inbound_group_store=self.shared,
                    check_if_wedged=check_if_wedged,
                    outgoing_to_device_messages=self.asked,
                )
            ),
            device_of=lambda user, key: SimpleNamespace(verified=True, ed25519="ed") if key == "curve" else None,
            owners_of=lambda key: {ANA},
        )
        self.reader = Reader(cast(MatrixClient, client))

    def session(self) -> InboundGroupSession:
        return InboundGroupSession(self.hers.session_key, "ed", "curve", ROOM)

    def reads(self, sent: datetime, text: str = "!language es") -> Incoming | Waiting | Unreadable:
        payload = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": text}, "room_id": ROOM}
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "session_id": self.hers.id,
            "ciphertext": self.hers.encrypt(json.dumps(payload)),
        }
        raw: Mapping[str, Any] = {
            "type": "m.room.encrypted",
            "event_id": "$e",
            "sender": ANA,
            "content": content,
            "origin_server_ts": int(sent.timestamp() * 1000),
        }
        return self.reader.read(InboxRow(1, "$e", ROOM, raw, sent))


@pytest.fixture
async def story(tmp_path: Path) -> Story:
    made = Story(tmp_path)
    await made.restored.load(account(restored_from=NOON.isoformat(), restored_at=AT.isoformat()), None)
    return made


def test_a_message_after_the_restore_is_read_by_an_old_key_and_commands_nothing(story: Story) -> None:
    read = story.reads(AT + timedelta(minutes=1))
    assert isinstance(read, Incoming)
    assert read.body == "!language es"
    assert read.encrypted
    assert not read.trusted


def test_the_same_key_commands_once_its_owner_has_shared_it_with_the_new_device(story: Story) -> None:
    story.shared.add(story.session())
    read = story.reads(AT + timedelta(minutes=1))
    assert isinstance(read, Incoming)
    assert read.trusted


def test_a_message_from_before_the_restore_is_not_acted_on_again(story: Story) -> None:
    assert story.reads(AT - timedelta(seconds=1)) == Unreadable("restored")


async def test_a_key_that_nobody_has_is_waited_for(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.hers = OutboundGroupSession()
    story.hers.mark_as_shared()
    assert isinstance(story.reads(AT), Waiting)


async def test_the_lost_device_is_not_used_again(tmp_path: Path) -> None:
    restored = Restored(tmp_path, KEY)
    kept = account(restored_from=NOON.isoformat(), restored_at=AT.isoformat(), restored_device="OLD")
    with pytest.raises(StartRefused, match="the device that was lost"):
        await restored.load(kept, "OLD")
    await restored.load(kept, "NEW")
    assert restored.covers(NOON)


async def test_a_folder_that_was_never_restored_has_nothing_of_this(tmp_path: Path) -> None:
    restored = Restored(tmp_path, KEY)
    await restored.load(account(), "OLD")
    assert restored.find(ROOM, "session") is None
    assert not restored.covers(NOON)
    restored.close()


async def test_a_broken_file_of_old_keys_does_not_stop_the_bot(tmp_path: Path) -> None:
    (tmp_path / ROOM_KEYS).write_bytes(b"x" * 5000)
    restored = Restored(tmp_path, KEY)
    assert restored.find(ROOM, "session") is None
    restored.close()


async def test_what_came_by_a_device_that_was_found_false_is_not_trusted_any_more(story: Story) -> None:
    story.shared.add(story.session())
    incoming = story.reads(AT + timedelta(minutes=1))
    assert isinstance(incoming, Incoming)
    assert incoming.trusted
    assert story.reader.still_trusts(incoming)
    story.reader._client.device_of = lambda user, key: None  # type: ignore[method-assign]
    assert not story.reader.still_trusts(incoming)


async def test_what_only_an_old_key_opens_is_never_trusted(story: Story) -> None:
    incoming = story.reads(AT + timedelta(minutes=1))
    assert isinstance(incoming, Incoming)
    assert not story.reader.still_trusts(incoming)


async def test_who_sends_what_cannot_be_read_does_not_keep_the_bot_asking_for_keys(story: Story) -> None:
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A", "sender_key": "k", "device_id": "PHONE"}

    def receives(sender: str, number: int) -> None:
        raw = {
            "type": "m.room.encrypted",
            "event_id": "$e",
            "sender": sender,
            "origin_server_ts": 1,
            "content": {**content, "session_id": f"s{number}"},
        }
        assert isinstance(story.reader.read(InboxRow(1, "$e", ROOM, raw, AT)), Waiting)

    for number in range(1000):
        receives("@eve:slow.example", number)
    assert len(story.asked) == MOST_REQUESTS
    receives(ANA, 0)
    assert story.asked[-1].recipient == ANA
