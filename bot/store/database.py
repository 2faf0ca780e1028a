"""The encrypted database file: one writer that knows its owner, one reader, and a keeper of the log on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from bot.lanes import TryLater
from bot.store.failing import StorageFailed, failure, of_the_disk
from bot.store.opening import BUSY_MS, Connection, Statement, migrate, opened, refusing

Row = Mapping[str, Any]
"""A row by its column names."""


LOG_PAGES = 1000
"""How many pages stand in the log on the disk before they are taken into the file; SQLite's own measure."""
MOST_LOG_PAGES = 10 * LOG_PAGES
"""After how many whoever writes takes them there itself, because nobody else has."""
LOOK_EVERY = 16
"""After how many commits the log is looked at."""


class DiskFault(TryLater):
    """The disk is full, or does not work: no event may be closed because of it."""


@dataclass(slots=True, eq=False)
class _Group:
    """Transactions of several tasks that reach the disk by one commit."""

    committed: asyncio.Task[None] | None = None
    lost: str = ""
    """Why SQLite gave all of them up; empty while it has not."""


class _Watch:
    """What goes around each statement: raises what `_told` makes of its error, and what has failed for good before.

    Made once, and no generator: it stands around tens of thousands of statements a minute.
    """

    __slots__ = ("_database",)

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> None:
        if self._database._failed:
            raise self._database._failed

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, sqlcipher.DatabaseError):
            self._database._told(error)


class Database:
    """Asynchronous access. Statements outside a transaction only read.

    Transactions that wait for each other are committed together: each is a savepoint, taken back alone if it fails,
    and none is over before the commit.
    """

    def __init__(self, path: Path, writer: Connection, reader: Connection, keeper: Connection) -> None:
        self._path = path
        self._failed: StorageFailed | None = None
        self._writer = writer
        self._reader = reader
        self._keeper = keeper
        self._keeping: asyncio.Task[None] | None = None
        self._watch = _Watch(self)
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None
        self._unsent: list[Statement] = []
        """What the open transaction has yet to write: it goes with the next statement whose answer is needed."""
        self._then: list[Callable[[], None]] = []
        """What is to be done once the open transaction is on the disk."""
        self._waiting = 0
        self._group: _Group | None = None
        self.scrub_due = True
        """Whether the log on the disk holds what is to be there no longer than in the tables."""
        self.commits = 0
        """How many commits have reached the disk, as far as those who waited for them know."""

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, key: str) -> AsyncIterator[Database]:
        """Open *path* (made when missing) and bring it to this program's schema.

        Raises DatabaseError for a wrong key, a damaged file, or one made by a newer program.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        async with opened(path, key, read_only=False) as writer:
            for pragma in (
                "journal_mode = WAL",
                # With NORMAL a power cut may take the last commits of WAL: the effect of a command
                # whose answer is in the room already.
                "synchronous = FULL",
                "foreign_keys = ON",
                "secure_delete = ON",
                # What takes tens of milliseconds stands in nobody's way: the keeper does it, beside whoever writes.
                f"wal_autocheckpoint = {MOST_LOG_PAGES}",
                f"busy_timeout = {BUSY_MS}",
            ):
                with refusing(path):
                    await writer.execute(f"PRAGMA {pragma}")
            with refusing(path):
                await migrate(writer, path)
            async with (
                opened(path, key, read_only=True) as reader,
                opened(path, key, read_only=False, known_sound=True) as keeper,
            ):
                await reader.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                database = cls(path, writer, reader, keeper)
                try:
                    yield database
                finally:
                    await database._settle()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Run the block in one transaction of this task: on the disk at its end, rolled back on any error."""
        task = asyncio.current_task()
        if self._owner is task:
            raise RuntimeError("a transaction is already open in this task")
        async with self._turn():
            group = self._group
            self._owner, self._unsent = task, [_SAVEPOINT if group else _BEGIN]
            then = self._then = []
            try:
                yield
                alone = not group and not self._waiting
                last = [_COMMIT] if alone else [_RELEASE] if group else []
                await asyncio.shield(self._send(*last))
                if alone:
                    self._committed()
            except BaseException as error:
                # Shielded: a cancelled task must not leave its transaction to the next one.
                await asyncio.shield(self._roll_back(group, error))
                raise
            finally:
                self._owner = None
            if not alone and group is None:
                group = self._group = _Group()
                # A task of its own: whoever of the group is cancelled, the others' work is committed.
                group.committed = asyncio.create_task(self._commit(group), name="commit")
        if group and group.committed:
            await asyncio.shield(group.committed)
        for act in then:
            act()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._lock.release()

    async def _commit(self, group: _Group) -> None:
        """Commit the transactions of all who waited when the first of them was over: their turns come before this."""
        async with self._lock:
            if group.lost:
                raise DiskFault(f"SQLite gave up a transaction that others were part of: {group.lost}")
            self._group = None
            try:
                with self._watch:
                    await self._writer.run(_last, _COMMIT)
                self._committed()
            except BaseException:
                with suppress(sqlcipher.DatabaseError):
                    await self._writer.run(_last, _ROLLBACK)
                raise

    def _committed(self) -> None:
        self.commits += 1
        if self.commits % LOOK_EVERY == 0 and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.create_task(self._keep(), name="checkpoint")

    async def _keep(self) -> None:
        """Take into the file what stands in the log, if that is long: beside whatever is written meanwhile."""
        # What fails here is tried again, or has been kept: whoever asks next is told.
        with suppress(DiskFault, StorageFailed), self._watch:
            await self._keeper.run(_checkpoint)

    async def _roll_back(self, group: _Group | None, error: BaseException) -> None:
        self._unsent = []
        if group is None:
            # Nothing is open when BEGIN failed, COMMIT was already on its way, or SQLite rolled back itself.
            with suppress(sqlcipher.DatabaseError):
                await self._writer.run(_last, _ROLLBACK)
        elif not await self._writer.run(_back_to_savepoint):
            # What others say of themselves may quote a message, and this stands in the program's log.
            own = isinstance(error, (DiskFault, sqlcipher.DatabaseError))
            group.lost = (str(error) if own else "") or type(error).__name__
            self._group = None

    async def scrub(self) -> bool:
        """Empty the log on the disk, where old pages stand until they are written over; return whether it is empty.

        It is not waited for: while another process reads (a backup), it stays as it is.
        """
        async with self._turn():
            if self._group:
                return False
            with self._watch:
                await self._writer.run(_last, ("PRAGMA busy_timeout = 0", ()))
                answer = await self._writer.run(_last, ("PRAGMA wal_checkpoint(TRUNCATE)", ()))
                await self._writer.run(_last, (f"PRAGMA busy_timeout = {BUSY_MS}", ()))
        return not answer.rows[0]["busy"]

    async def _settle(self) -> None:
        """Wait for a commit that is under way, and for the keeper."""
        under_way = [task for task in (self._group and self._group.committed, self._keeping) if task]
        if under_way:
            await asyncio.wait(under_way, timeout=BUSY_MS / 1000)

    def _told(self, error: sqlcipher.DatabaseError) -> None:
        """Raise DiskFault for a statement that the disk has failed; StorageFailed once a page is damaged."""
        if of_the_disk(error):
            raise DiskFault(str(error)) from error
        self._failed = failure(self._path, error)
        if self._failed:
            raise self._failed from error

    @property
    def _own(self) -> bool:
        return self._owner is not None and self._owner is asyncio.current_task()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Have *act* done once the open transaction is on the disk; never if it is rolled back."""
        self._needs_own()
        self._then.append(act)

    def _needs_own(self) -> None:
        if not self._own:
            raise RuntimeError("a statement that writes needs an open transaction of its own task")

    async def _send(self, *statements: Statement) -> _Answer:
        """Run what is unsent, then *statements*; return the answer to the last one."""
        unsent, self._unsent = self._unsent, []
        with self._watch:
            return await self._writer.run(_last, *unsent, *statements)

    def write(self, sql: str, *values: Any) -> None:
        """Write one statement in the open transaction, at the latest when it ends: so it fails there, if it does."""
        self._needs_own()
        self._unsent.append((sql, _whole(values)))

    async def execute(self, sql: str, *values: Any) -> int:
        """Write one statement in the open transaction; return the number of rows that it changed."""
        self._needs_own()
        return (await self._send((sql, _whole(values)))).changed

    async def execute_each(self, sql: str, rows: Iterable[Sequence[Any]]) -> list[int]:
        """Write one statement for each of *rows*; return how many rows each of them changed."""
        self._needs_own()
        unsent, self._unsent = self._unsent, []
        each = [(sql, _whole(values)) for values in rows]
        with self._watch:
            changed = await self._writer.run(_changed, *unsent, *each)
        return changed[len(unsent) :]

    async def row(self, sql: str, *values: Any) -> Row | None:
        """Return the first row, or None; inside a transaction it sees that transaction's own writes."""
        rows = await self.rows(sql, *values)
        return rows[0] if rows else None

    async def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return all rows; inside a transaction it sees that transaction's own writes.

        A statement that writes and returns rows may stand here inside a transaction.
        """
        statement = (sql, _whole(values))
        if self._own:
            return (await self._send(statement)).rows
        with self._watch:
            return (await self._reader.run(_last, statement)).rows


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a statement brought."""

    rows: list[Row]
    changed: int


_BEGIN: Statement = ("BEGIN IMMEDIATE", ())
_COMMIT: Statement = ("COMMIT", ())
_ROLLBACK: Statement = ("ROLLBACK", ())
_SAVEPOINT: Statement = ("SAVEPOINT joined", ())
_RELEASE: Statement = ("RELEASE joined", ())


def _last(connection: sqlcipher.Connection, statements: Sequence[Statement]) -> _Answer:
    """Run *statements*; return the answer to the last one."""
    answer = _Answer([], 0)
    for sql, values in statements:
        # To its end in one go: while a cursor is open, SQLite shows its other readers the past.
        cursor = connection.execute(sql, values)
        answer = _Answer(cursor.fetchall(), cursor.rowcount)
        cursor.close()
    return answer


def _changed(connection: sqlcipher.Connection, statements: Sequence[Statement]) -> list[int]:
    """Run *statements*; return how many rows each of them changed."""
    return [_last(connection, [statement]).changed for statement in statements]


def _checkpoint(connection: sqlcipher.Connection, _statements: Sequence[Statement]) -> None:
    """Take the log's pages into the file if there are LOG_PAGES of them; those that somebody still reads stay."""
    [standing] = _last(connection, [("PRAGMA wal_checkpoint(NOOP)", ())]).rows
    if standing["log"] - standing["checkpointed"] >= LOG_PAGES:
        _last(connection, [("PRAGMA wal_checkpoint(PASSIVE)", ())])


def _back_to_savepoint(connection: sqlcipher.Connection, statements: Sequence[Statement]) -> bool:
    """Take back what follows the savepoint; return False if SQLite has rolled back the whole transaction itself."""
    if not connection.in_transaction:
        return False
    # There is none when it could not be set, or was already released.
    with suppress(sqlcipher.OperationalError):
        _last(connection, [("ROLLBACK TO joined", ()), _RELEASE])
    return True


def _whole(values: Sequence[Any]) -> list[Any]:
    """Return *values* with half surrogate pairs replaced: JSON can hold them, UTF-8 and so SQLite cannot."""
    return [v if not isinstance(v, str) or v.isascii() else v.encode("utf-8", "replace").decode() for v in values]
