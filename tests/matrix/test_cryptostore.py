"""Whose the crypto store is, also where a crash or somebody else left something in its place."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import vodozemac
from nio import AsyncClient
from nio.crypto import GroupSessionStore, InboundGroupSession, OlmAccount, OutboundGroupSession

from bot.clock import SystemClock
from bot.config import Current
from bot.matrix.client import MatrixClient
from bot.matrix.cryptostore import CryptoStore, RoomKeys, device_in
from bot.matrix.errors import StartRefused
from bot.model.incoming import MegolmIndex
from bot.services.pulse import Pulse
from bot.store.opening import DatabaseError

from ..fakes import BOT, KEY, NOON, ROOM, configuration, opened


def made(path: Path) -> CryptoStore:
    return CryptoStore(BOT, "DEVICE", str(path.parent), KEY, path.name)


def test_a_store_that_is_not_there_belongs_to_nobody(tmp_path: Path) -> None:
    assert device_in(tmp_path / "crypto.db", KEY) is None


def test_a_store_that_a_crash_left_half_made_belongs_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "crypto.db"
    store = made(path)
    store.database.execute_sql("DROP TABLE accounts")
    store.database.close()
    assert device_in(path, KEY) is None


def test_an_empty_file_belongs_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "crypto.db"
    path.touch()
    assert device_in(path, KEY) is None


def test_a_store_of_another_key_is_refused_in_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "crypto.db"
    made(path).database.close()
    with pytest.raises(DatabaseError, match="with this storage key"):
        device_in(path, "x'" + "00" * 32 + "'")
    assert capfd.readouterr().err == ""


async def test_the_bot_does_not_start_on_a_store_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "crypto.db").write_bytes(b"my notes " * 1000)
    config = configuration(storage={"directory": str(tmp_path)})
    async with opened(tmp_path / "liaison.db") as (_, store):
        client = MatrixClient(Current(config), KEY, store, SystemClock(), Pulse(NOON))
        with pytest.raises(StartRefused, match="cannot be opened"):
            await client.start()
        await client.close()


def test_a_room_key_that_is_given_up_opens_only_what_comes_after(tmp_path: Path) -> None:
    hers = OutboundGroupSession()
    hers.mark_as_shared()
    crypto = made(tmp_path / "crypto.db")
    crypto.save_account(OlmAccount())
    held = GroupSessionStore()
    held.add(InboundGroupSession(hers.session_key, "ed", "curve", ROOM))
    crypto.save_inbound_group_session(next(iter(held)))
    client = SimpleNamespace(olm=SimpleNamespace(inbound_group_store=held), store=crypto)
    earlier, report, later = (hers.encrypt(text) for text in ("earlier", "report", "later"))

    RoomKeys(cast(AsyncClient, client)).advance(ROOM, MegolmIndex("curve", hers.id, 1))
    for session in (next(iter(held)), next(iter(crypto.load_inbound_group_sessions()))):
        for gone in (earlier, report):
            with pytest.raises(vodozemac.MegolmDecryptionException):
                session.decrypt(gone)
        assert session.decrypt(later) == ("later", 2)
        assert (session.ed25519, session.sender_key, session.forwarding_chain) == ("ed", "curve", [])
    RoomKeys(cast(AsyncClient, client)).advance(ROOM, MegolmIndex("curve", hers.id, 0))
    assert next(iter(held)).first_known_index == 2, "never back"
    RoomKeys(cast(AsyncClient, client)).advance("!other:example.org", MegolmIndex("curve", hers.id, 5))
    assert next(iter(held)).first_known_index == 2
    crypto.database.close()
