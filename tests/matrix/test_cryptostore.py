"""Whose the crypto store is, also where a crash or somebody else left something in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.config import Current
from bot.matrix.client import MatrixClient
from bot.matrix.cryptostore import CryptoStore, device_in
from bot.matrix.errors import StartRefused
from bot.services.pulse import Pulse
from bot.store.database import DatabaseError

from ..fakes import BOT, KEY, NOON, configuration, opened


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
