"""A full disk and a damaged file: nothing is lost, nothing is doubled, and one sentence says how to go on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog
from nio.crypto import OlmAccount
from typer.testing import CliRunner

from bot import app as bot_app
from bot import cli
from bot.matrix.cryptostore import CryptoStore, device_in
from bot.store import failing
from bot.store.database import Database, DiskFault
from bot.store.failing import RESERVE, Space, StorageFailed
from bot.store.opening import DatabaseError, probe

from ..fakes import KEY, NOON, opened
from ..world import World

PAGE = 4096


def damage(path: Path, page: int) -> bytes:
    """Change one byte in the middle of a page, counted from 0; return the file as it is then."""
    found = bytearray(path.read_bytes())
    found[page * PAGE + PAGE // 2] ^= 1
    path.write_bytes(found)
    return bytes(found)


async def filled(path: Path) -> None:
    """Make a database of some hundred pages, all of them in the file itself."""
    async with opened(path) as (database, store):
        async with store.transaction():
            for i in range(200):
                await store.inbox.add("!room", f"${i}", {"body": "x" * 3000}, NOON)
        await database._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


async def no_more_room(database: Database) -> None:
    """Let SQLite find the disk full as soon as the file would grow."""
    [row] = await database.rows("PRAGMA page_count")
    await database._writer.execute(f"PRAGMA max_page_count = {row['page_count']}")


# A full disk


async def test_nothing_new_is_taken_in_while_the_disk_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failing, "LOOK_SECONDS", 0.001)
    free = RESERVE
    space = Space(Path("/data"), lambda folder: free)
    with structlog.testing.capture_logs() as logs:
        await space.wait()
        free = RESERVE - 1
        waiting = asyncio.create_task(space.wait())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        free = RESERVE
        await waiting
    assert [entry["event"] for entry in logs] == ["storage.full", "storage.room_again"]


async def test_a_full_disk_neither_loses_nor_doubles(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    ids = [await ana.says("texto 0")]
    await no_more_room(world.database)
    with pytest.raises(DiskFault, match="full"):
        for i in range(1, 1000):
            text = "!timezone Asia/Tokyo" if i % 5 == 0 else f"texto {i} " + "x" * 400
            ids += await world.receives(ana.user_id, text, megolm=["s1", i])
            await asyncio.sleep(0.001)
    await world.stop()
    await world.start()
    await world.settles()
    assert [heard.cause for heard in world.heard if heard.kind in ("translation", "reply")] == ids
    assert "fault" not in (await world.outcomes()).values()


async def test_what_has_failed_leaves_nothing_and_goes_on_when_there_is_room(path: Path) -> None:
    async with opened(path) as (database, store):
        await no_more_room(database)
        with pytest.raises(DiskFault):
            async with store.transaction():
                await store.inbox.add("!room", "$small", {}, NOON)
                await store.inbox.add("!room", "$big", {"body": "x" * 100_000}, NOON)
        assert await store.inbox.list_rooms() == []
        await database._writer.execute("PRAGMA max_page_count = 1000000")
        async with store.transaction():
            await store.inbox.add("!room", "$small", {}, NOON)
    async with opened(path) as (_, store):
        assert await store.inbox.list_rooms() == ["!room"]


async def test_a_statement_that_is_wrong_is_no_failure_of_the_disk(path: Path) -> None:
    async with opened(path) as (database, store):
        for _turn in range(2):
            with pytest.raises(Exception, match="no such table"):
                await database.rows("SELECT * FROM elsewhere")
        assert await store.inbox.depth() == (0, 0)


# A damaged file


@pytest.mark.parametrize("page", [0, 1, 40, -1])
async def test_a_damaged_page_is_found_before_anything_is_done(path: Path, page: int) -> None:
    await filled(path)
    last = path.stat().st_size // PAGE - 1
    broken = damage(path, last if page < 0 else page)
    with pytest.raises(DatabaseError, match=r"liaison\.db .*damaged.*liaison restore") as refusal:
        async with Database.open(path, KEY):
            pass
    assert "\n" not in str(refusal.value)
    assert path.read_bytes() == broken, "never mended in silence, never begun anew"


async def test_a_damaged_page_of_the_schema_is_no_wrong_key(path: Path) -> None:
    """The schema is read with the first connection, and has grown to many pages."""
    await filled(path)
    data = path.read_bytes()
    for page in range(1, 60):
        damage(path, page)
        with pytest.raises(DatabaseError, match="is damaged"):
            async with Database.open(path, KEY):
                pass
        path.write_bytes(data)
    with pytest.raises(DatabaseError, match="cannot be opened with this storage key"):
        async with Database.open(path, "cd" * 32):
            pass


async def test_a_page_that_is_damaged_while_we_run_ends_it(path: Path) -> None:
    await filled(path)
    async with opened(path) as (database, store):
        damage(path, path.stat().st_size // PAGE - 2)
        with pytest.raises(StorageFailed, match=r"liaison\.db is damaged .*liaison restore"):
            await database.rows("SELECT raw FROM inbox")
        with pytest.raises(StorageFailed):
            async with store.transaction():
                await store.inbox.done("$1", "relayed")


def test_the_sentence_ends_the_program_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise StorageFailed("data/liaison.db is damaged")

    monkeypatch.setattr(cli, "configuration", lambda path: None)
    monkeypatch.setattr(cli.logs, "configure", lambda: None)
    monkeypatch.setattr(bot_app, "run", fails)
    done = CliRunner().invoke(cli.app, ["run", "--config", "x"])
    assert (done.exit_code, done.stderr) == (1, "liaison: data/liaison.db is damaged\n")


# The crypto store


def crypto(folder: Path) -> CryptoStore:
    store = CryptoStore("@liaison:example.org", "DEVICE", str(folder), KEY, "crypto.db")
    store.save_account(OlmAccount())
    return store


def test_the_crypto_store_says_so_too(tmp_path: Path) -> None:
    store = crypto(tmp_path)
    [pages] = store.database.execute_sql("PRAGMA page_count").fetchone()
    store.database.execute_sql(f"PRAGMA max_page_count = {pages}")
    account = OlmAccount()
    account.generate_one_time_keys(50)
    with pytest.raises(StorageFailed, match=r"crypto\.db cannot be written .*full"):
        for _turn in range(100):
            store.save_account(account)
            store.database.execute_sql("CREATE TABLE IF NOT EXISTS more (x)")
            store.database.execute_sql("INSERT INTO more VALUES (?)", ("x" * 3000,))
    store.database.close()


def test_the_crypto_store_holds_nothing_that_can_be_read(tmp_path: Path) -> None:
    crypto(tmp_path).database.close()
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"liaison" not in content
        assert b"SQLite" not in content


def test_a_damaged_crypto_store_is_found_before_anything_is_done(tmp_path: Path) -> None:
    path = tmp_path / "crypto.db"
    crypto(tmp_path).database.close()
    assert device_in(path, KEY) == ("@liaison:example.org", "DEVICE")
    for page in (0, path.stat().st_size // PAGE - 1):
        whole = path.read_bytes()
        broken = damage(path, page)
        with pytest.raises(DatabaseError, match=r"crypto\.db .*damaged.*liaison restore"):
            device_in(path, KEY)
        assert path.read_bytes() == broken
        path.write_bytes(whole)


async def test_check_does_not_take_a_damaged_file_for_a_good_one(path: Path) -> None:
    await filled(path)
    damage(path, 40)
    with pytest.raises(DatabaseError, match="damaged"):
        probe(path, KEY)
