"""The database file opened: its key, whether its pages are whole, its schema brought up to date."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite
from sqlcipher3 import dbapi2 as sqlcipher

from bot.store.failing import check_pages, damaged, failure, full, unreadable, without_room
from bot.store.schema import MIGRATIONS

T = TypeVar("T")
MOST_KEY_BYTES = 1 << 16
BUSY_MS = 10_000
"""How long a statement waits for another process (backup, verify), in milliseconds."""


class DatabaseError(Exception):
    """The database cannot be opened; the text says why and what to do."""


def storage_key(file: Path, database: Path, given: str | None = None) -> str:
    """Return the storage key: *given* (from the environment), else the one in *file*, made on first start.

    Raises DatabaseError when a database exists and its key does not (a new key could never open it), and for an
    empty key or one that cannot be read.
    """
    if given:
        return given
    if file.is_file():
        if key := _read(file).strip():
            return key
        # SQLCipher would take an empty key for no encryption at all.
        raise DatabaseError(f"the storage key {file} is empty. Put the key back, or set LIAISON_STORAGE_KEY.")
    if database.exists():
        raise DatabaseError(
            f"{database} exists but its key {file} does not. Put the key back (or set LIAISON_STORAGE_KEY);"
            " a new one would not open it."
        )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_hex(32)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(key + "\n")
        new.flush()
        # What the database is encrypted with must outlast a loss of power that the database outlasts.
        os.fsync(new.fileno())
    return key


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened_file:
            data = opened_file.read(MOST_KEY_BYTES + 1)
    except OSError as error:
        raise DatabaseError(f"the storage key {file} cannot be read: {error.strerror}.") from error
    try:
        if len(data) <= MOST_KEY_BYTES:
            return data.decode()
    except UnicodeDecodeError:
        pass
    raise DatabaseError(f"the storage key {file} is no key. Put the key back, or set LIAISON_STORAGE_KEY.")


def probe(path: Path, key: str) -> None:
    """Look whether *path* can be opened by this program, without changing it; it may be in use.

    Raises DatabaseError for a wrong key, a damaged file, or one made by a newer program.
    """
    # At rest there is no log, and nothing must appear beside the file: a reader of WAL makes one, and leaves it.
    at_rest = not path.with_name(f"{path.name}-wal").exists()
    connection = connect(path, key, read_only=True, at_rest=at_rest)
    try:
        if fault := check_pages(connection):
            raise DatabaseError(damaged(path, fault))
        refuse_newer(connection.execute("PRAGMA user_version").fetchone()[0], path)
    finally:
        connection.close()


def refuse_newer(version: int, path: Path) -> None:
    """Raise DatabaseError for a schema *version* that this program does not know."""
    if version > len(MIGRATIONS):
        raise DatabaseError(
            f"{path} was written by a newer Liaison (schema {version}, this program knows {len(MIGRATIONS)})."
        )


def connect(path: Path, key: str, *, read_only: bool, at_rest: bool = False) -> sqlcipher.Connection:
    """Return a keyed connection to *path*; raises DatabaseError for a wrong key.

    `at_rest`: the file is taken as it is, without locks, because nobody has it open.
    """
    mode = "ro" if read_only else "rwc"
    connection = sqlcipher.connect(
        f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if at_rest else ''}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # `opened` hands it to the one thread that uses it
    )
    # A wrong key is told by us, in one sentence, not by the library in three lines.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # The key is hexadecimal or a pass phrase; quoting doubles single quotes, as SQL does.
    connection.execute("PRAGMA key = '{}'".format(key.replace("'", "''")))
    connection.row_factory = sqlcipher.Row
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        said = full if without_room(path.parent, error) else damaged if _keyed(connection) else unreadable
        connection.close()
        raise DatabaseError(said(path, str(error))) from error
    return connection


def _keyed(connection: sqlcipher.Connection) -> bool:
    """Return whether the key opens the first page: then it is right, and another page is damaged."""
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlcipher.DatabaseError:
        return False
    return True


Statement = tuple[str, Sequence[Any]]
"""SQL and its values."""


class Connection(aiosqlite.Connection):
    """A connection that takes several statements at once: each way to its thread and back costs more than most do."""

    async def run(self, work: Callable[[sqlcipher.Connection, Sequence[Statement]], T], *statements: Statement) -> T:
        """Return what *work* makes of *statements* in the connection's thread."""
        return cast("T", await self._execute(work, self._conn, statements))  # type: ignore[no-untyped-call]


@asynccontextmanager
async def opened(path: Path, key: str, *, read_only: bool, known_sound: bool = False) -> AsyncIterator[Connection]:
    """Open a connection with a thread of its own; raises DatabaseError for a wrong key or a damaged page.

    *known_sound*: another connection that writes has looked at all pages just now.

    The thread begins after all that can fail: aiosqlite does not wait for it when the opening fails, and it would
    outlive the event loop with a traceback.
    """
    looks = not (read_only or known_sound)
    connection = await asyncio.to_thread(_sound if looks else connect, path, key, read_only=read_only)
    found = Connection(lambda: connection, 64)
    async with found:
        yield found


def _sound(path: Path, key: str, *, read_only: bool) -> sqlcipher.Connection:
    """Return a keyed connection to *path* all of whose pages are whole."""
    connection = connect(path, key, read_only=read_only)
    if fault := check_pages(connection):
        connection.close()
        raise DatabaseError(damaged(path, fault))
    return connection


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Raise DatabaseError where the disk fails before anything has begun."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        if failed := failure(path, error):
            raise DatabaseError(str(failed)) from error
        raise


async def migrate(connection: aiosqlite.Connection, path: Path) -> None:
    """Bring the schema up to date, one numbered step after the other, each whole or not at all.

    Raises DatabaseError for a newer one, and for a step that this database does not take.
    """
    async with connection.execute("PRAGMA user_version") as cursor:
        found = await cursor.fetchone()
    version = found[0] if found else 0
    refuse_newer(version, path)
    for number, statement in enumerate(MIGRATIONS[version:], version + 1):
        try:
            await connection.execute("BEGIN IMMEDIATE")
            await connection.execute(statement)
            await connection.execute(f"PRAGMA user_version = {number}")
            await connection.execute("COMMIT")
        except sqlcipher.DatabaseError as error:
            if connection.in_transaction:
                await connection.execute("ROLLBACK")
            if failure(path, error):
                raise
            raise DatabaseError(
                f"{path} cannot be brought to this program's schema: step {number} of {len(MIGRATIONS)} fails"
                f" ({error}). It stays at step {number - 1}. Tell those who made this version; to go back to the one"
                " before, bring the last backup back with `liaison restore`."
            ) from error
