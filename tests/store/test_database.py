"""The database file: encrypted, migrated, and one transaction a task."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from bot.store import Store, opening
from bot.store import database as module
from bot.store.database import LOG_PAGES, LOOK_EVERY, Database, DiskFault, _last
from bot.store.opening import DatabaseError, probe, storage_key
from bot.store.schema import MIGRATIONS

from ..fakes import KEY, NOON, opened


def bare(path: Path, key: str = KEY) -> sqlcipher.Connection:
    """Return a connection of our own to the database at *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA key = '{}'".format(key.replace("'", "''")))
    return connection


def schema(path: Path) -> list[tuple[str, str]]:
    connection = bare(path)
    try:
        return sorted(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    finally:
        connection.close()


async def add(database: Database, key: str, value: str = "x") -> None:
    await database.execute("INSERT INTO account (key, value) VALUES (?, ?)", key, value)


async def keys(database: Database) -> list[str]:
    return [row["key"] for row in await database.rows("SELECT key FROM account ORDER BY key")]


@asynccontextmanager
async def refused(error: type[Exception], match: str | None = None) -> AsyncIterator[None]:
    """Expect that the database cannot be opened, and let the connection's thread end."""
    with pytest.raises(error, match=match):
        yield
    await asyncio.sleep(0.01)


async def version_of(database: Database) -> int:
    [row] = await database.rows("PRAGMA user_version")
    return int(row["user_version"])


# Migrations


async def test_a_fresh_file_has_the_schema_of_this_program(path: Path) -> None:
    async with opened(path) as (database, _):
        assert await version_of(database) == len(MIGRATIONS)
    assert {name for name, _ in schema(path)} >= {"account", "inbox", "decryption", "outbox", "person", "translation"}


async def test_opening_a_file_again_changes_nothing_and_keeps_its_rows(path: Path) -> None:
    async with opened(path) as (database, store), store.transaction():
        await add(database, "kept")
    before = schema(path)
    async with opened(path) as (database, _):
        assert await keys(database) == ["kept"]
    assert schema(path) == before


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
async def test_a_file_of_each_earlier_version_becomes_the_schema_of_today(tmp_path: Path, version: int) -> None:
    old, fresh = tmp_path / "old.db", tmp_path / "fresh.db"
    connection = bare(old)
    for statement in MIGRATIONS[:version]:
        connection.execute(statement)
    if version:
        connection.execute("INSERT INTO account VALUES ('sync_token', 's1')")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    async with opened(old) as (_, store):
        assert await store.account.find("sync_token") == ("s1" if version else None)
    async with opened(fresh):
        pass
    assert schema(old) == schema(fresh)


async def test_a_file_of_a_newer_program_is_refused_and_left_alone(path: Path) -> None:
    connection = bare(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    async with refused(DatabaseError, match="newer Liaison"), opened(path):
        pass
    assert schema(path) == []


async def test_a_migration_that_fails_leaves_the_version_before_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MIGRATIONS", (*MIGRATIONS[:2], "CREATE TABLE account (key TEXT)"))
    async with refused(DatabaseError, match="step 3 of 3 fails"), opened(path):
        pass
    monkeypatch.undo()
    async with opened(path) as (database, _):
        assert await version_of(database) == len(MIGRATIONS)


# The key


async def test_a_wrong_key_is_refused(path: Path) -> None:
    async with opened(path):
        pass
    other = "x'" + "00" * 32 + "'"
    async with refused(DatabaseError, match="with this storage key"), Database.open(path, other):
        pass


async def test_a_look_leaves_nothing_behind(path: Path) -> None:
    async with opened(path):
        probe(path, KEY)  # while it is in use
    before = sorted(path.parent.iterdir())
    probe(path, KEY)
    assert sorted(path.parent.iterdir()) == before == [path]


async def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "what? 100%41 #1" / "liaison.db"
    async with opened(path):
        pass
    assert path.exists()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"my notes " * 1000)
    async with refused(DatabaseError), opened(path):
        pass
    assert path.read_bytes() == b"my notes " * 1000


async def test_a_pass_phrase_with_quotes_opens_what_it_closed(path: Path) -> None:
    for _ in range(2):
        async with Database.open(path, 'it\'s a "secret"; --'):
            pass


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file, database = tmp_path / "secrets" / "storage-key", tmp_path / "liaison.db"
    key = storage_key(file, database)
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    database.touch()
    assert storage_key(file, database) == key
    assert storage_key(tmp_path / "other-key", tmp_path / "other.db") != key


def test_the_key_of_the_environment_wins_and_is_written_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "storage-key"
    assert storage_key(file, tmp_path / "liaison.db", "given") == "given"
    assert not file.exists()


def test_a_missing_key_beside_a_database_is_never_replaced(tmp_path: Path) -> None:
    database = tmp_path / "liaison.db"
    database.touch()
    with pytest.raises(DatabaseError, match=r"its key .* does not"):
        storage_key(tmp_path / "storage-key", database)
    assert not (tmp_path / "storage-key").exists()


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    # An empty key would make SQLCipher write the database in the clear.
    file = tmp_path / "storage-key"
    file.write_text("\n")
    with pytest.raises(DatabaseError, match="is empty"):
        storage_key(file, tmp_path / "liaison.db")


async def test_the_files_on_disk_hold_nothing_that_can_be_read(path: Path) -> None:
    words = "Camião azul no posto 7"
    async with opened(path) as (_, store):
        async with store.transaction():
            await store.inbox.add("!room", "$event", {"body": words}, NOON)
            await store.account.save(access_token="syt_" + "secret" * 5)
        held = b"".join(file.read_bytes() for file in path.parent.iterdir())
    held += b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert len(held) > 10_000
    for trace in (words.encode(), b"syt_", b"$event", b"SQLite format", b"CREATE TABLE"):
        assert trace not in held


# Transactions


async def test_a_write_outside_a_transaction_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await add(database, "a")
    with pytest.raises(RuntimeError):
        await database.execute_each("INSERT INTO account VALUES (?, ?)", [("a", "b")])
    assert await keys(database) == []


async def test_a_write_in_another_tasks_transaction_is_refused(database: Database) -> None:
    async with database.transaction():
        await add(database, "mine")
        with pytest.raises(RuntimeError):
            await asyncio.create_task(add(database, "foreign"))
    assert await keys(database) == ["mine"]


async def test_a_transaction_within_a_transaction_is_refused(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError):
            async with database.transaction():
                pass
        await add(database, "a")
    assert await keys(database) == ["a"]


async def test_an_error_takes_back_everything_and_the_next_transaction_is_free(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await add(database, "a")
            raise ZeroDivisionError
    async with database.transaction():
        await add(database, "b")
    assert await keys(database) == ["b"]


async def test_a_statement_that_fails_takes_back_those_before_it(database: Database) -> None:
    with pytest.raises(sqlcipher.IntegrityError):
        async with database.transaction():
            await add(database, "a")
            await add(database, "a")
    assert await keys(database) == []


async def test_a_transaction_sees_its_own_writes_and_nobody_else_does_before_the_end(database: Database) -> None:
    async with database.transaction():
        await add(database, "a")
        assert await keys(database) == ["a"]
        assert await asyncio.create_task(keys(database)) == []
    assert await keys(database) == ["a"]


async def test_the_transactions_of_two_tasks_do_not_mix(database: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        async with database.transaction():
            await add(database, "of the one that fails")
            begun.set()
            await go_on.wait()
            raise ZeroDivisionError

    async def succeeds() -> None:
        await begun.wait()
        async with database.transaction():
            await add(database, "of the one that succeeds")

    first, second = asyncio.create_task(fails()), asyncio.create_task(succeeds())
    await begun.wait()
    await asyncio.sleep(0.01)
    assert not second.done()
    go_on.set()
    with pytest.raises(ZeroDivisionError):
        await first
    await second
    assert await keys(database) == ["of the one that succeeds"]


@pytest.mark.parametrize("wait", [0.0, 0.0001, 0.0005, 0.002])
async def test_a_cancelled_transaction_is_taken_back_whole(database: Database, wait: float) -> None:
    async def endless() -> None:
        async with database.transaction():
            for i in range(100_000):
                await add(database, f"cancelled {i}")

    for turn in range(10):
        task = asyncio.create_task(endless())
        await asyncio.sleep(wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with database.transaction():
            await add(database, f"after {turn}")
    assert await keys(database) == [f"after {turn}" for turn in range(10)]


async def test_a_task_cancelled_while_it_waits_for_its_turn_harms_nobody(database: Database) -> None:
    async def waiting() -> None:
        async with database.transaction():
            await add(database, "never")

    async with database.transaction():
        task = asyncio.create_task(waiting())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await add(database, "a")
    assert await keys(database) == ["a"]


async def test_many_tasks_at_once_lose_no_write(database: Database) -> None:
    async def one(i: int) -> None:
        async with database.transaction():
            await add(database, f"{i:03}")
            await asyncio.sleep(0)
            if i % 3 == 0:
                raise ZeroDivisionError

    results = await asyncio.gather(*(one(i) for i in range(60)), return_exceptions=True)
    assert sum(isinstance(result, ZeroDivisionError) for result in results) == 20
    assert await keys(database) == [f"{i:03}" for i in range(60) if i % 3]


async def test_transactions_that_wait_for_each_other_reach_the_disk_by_one_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    last = module._last
    monkeypatch.setattr(
        module, "_last", lambda connection, all: (sent.extend(sql for sql, _ in all), last(connection, all))[1]
    )

    async def one(i: int) -> None:
        async with database.transaction():
            database.write("INSERT INTO account (key, value) VALUES (?, 'x')", f"{i}")
        # Whoever has come this far may be answered.
        assert f"{i}" in await keys(database)

    await asyncio.gather(*(one(i) for i in range(8)))
    assert await keys(database) == [f"{i}" for i in range(8)]
    assert sent.count("COMMIT") < 4


async def test_a_write_that_fails_at_the_end_takes_back_its_own_transaction_alone(database: Database) -> None:
    async def one(key: str) -> None:
        async with database.transaction():
            database.write("INSERT INTO account (key, value) VALUES (?, 'x')", "before " + key)
            database.write("INSERT INTO account (key, value) VALUES (?, 'x')", key)

    results = await asyncio.gather(*(one(key) for key in "abaca"), return_exceptions=True)
    assert [type(result) for result in results if result] == [sqlcipher.IntegrityError] * 2
    assert await keys(database) == ["a", "b", "before a", "before b", "before c", "c"]


async def test_nobody_of_a_group_is_told_of_success_when_sqlite_takes_back_all(database: Database) -> None:
    async def one(key: str) -> None:
        async with database.transaction():
            # A conflict of this kind ends the whole transaction, as a full disk does.
            await database.execute("INSERT OR ROLLBACK INTO account (key, value) VALUES (?, 'x')", key)

    results = await asyncio.gather(*(one(key) for key in "abac"), return_exceptions=True)
    assert [type(result) for result in results] == [
        DiskFault,
        DiskFault,
        sqlcipher.IntegrityError,
        type(None),
    ]
    assert await keys(database) == ["c"]


async def test_why_a_group_is_given_up_is_told_without_the_words_of_other_errors(database: Database) -> None:
    """It stands in the log of the program, which holds no message."""

    async def one(key: str) -> None:
        async with database.transaction():
            try:
                await database.execute("INSERT OR ROLLBACK INTO account (key, value) VALUES (?, 'x')", key)
            except sqlcipher.IntegrityError:
                raise ValueError("no number: 'the van is at the bridge'") from None

    results = await asyncio.gather(*(one(key) for key in "abac"), return_exceptions=True)
    assert [type(result) for result in results] == [DiskFault, DiskFault, ValueError, type(None)]
    assert "ValueError" in str(results[0]) and "bridge" not in str(results[0])


async def test_one_of_a_group_who_is_cancelled_at_the_end_takes_nothing_from_the_others(database: Database) -> None:
    async def one(key: str) -> None:
        async with database.transaction():
            await add(database, key)

    for turn in range(20):
        tasks = [asyncio.create_task(one(f"{turn} {key}")) for key in "abc"]
        for _ in range(turn):
            await asyncio.sleep(0)
        tasks[turn % 3].cancel()
        await asyncio.wait(tasks)
        there = await keys(database)
        assert all(f"{turn} {key}" in there for key, task in zip("abc", tasks, strict=True) if not task.cancelled())
        assert [task.exception() for task in tasks if not task.cancelled()] in ([None] * 2, [None] * 3)


async def test_the_connection_that_reads_cannot_write(database: Database) -> None:
    with pytest.raises(sqlcipher.OperationalError, match="readonly"):
        await database.rows("DELETE FROM account")


async def test_the_settings_that_guard_the_file_are_on(database: Database) -> None:
    async with database.transaction():
        found = {
            pragma: (await database.row(f"PRAGMA {pragma}"))[0]  # type: ignore[index]
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_the_tables_share_one_transaction(database: Database) -> None:
    assert Store(database).transaction == database.transaction


async def test_what_is_committed_is_seen_at_once_by_whoever_reads_beside_others(database: Database) -> None:
    reading = True

    async def hammer() -> None:
        while reading:
            await database.row("SELECT * FROM account WHERE key = 'k'")

    others = [asyncio.create_task(hammer()) for _ in range(4)]
    unseen = 0
    for number in range(100):
        async with database.transaction():
            await database.execute("INSERT OR REPLACE INTO account (key, value) VALUES ('k', ?)", str(number))
        row = await database.row("SELECT value FROM account WHERE key = 'k'")
        unseen += row is None or row["value"] != str(number)
    reading = False
    await asyncio.gather(*others)
    assert unseen == 0


# The log on the disk


async def test_the_log_is_taken_into_the_file_beside_whoever_writes(path: Path) -> None:
    page = 4096
    async with opened(path) as (database, store):
        for number in range(LOOK_EVERY):
            assert database._keeping is None
            async with store.transaction():
                await add(database, f"{number}", "x" * (LOG_PAGES // LOOK_EVERY + 1) * page)
        assert database._keeping
        await database._keeping
        [log] = (await database._keeper.run(_last, ("PRAGMA wal_checkpoint(NOOP)", ()))).rows
        assert LOG_PAGES <= log["log"] == log["checkpointed"]


async def test_a_short_log_is_left_alone(path: Path) -> None:
    async with opened(path) as (database, store):
        for number in range(2 * LOOK_EVERY):
            async with store.transaction():
                await add(database, f"{number}")
        assert database._keeping
        await database._keeping
        [log] = (await database._keeper.run(_last, ("PRAGMA wal_checkpoint(NOOP)", ()))).rows
        assert log["checkpointed"] == 0 < log["log"]
