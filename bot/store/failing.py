"""When the disk is full, or a file on it is damaged: nothing more is written, and one sentence says what to do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlcipher3 import dbapi2 as sqlcipher

log = structlog.get_logger(__name__)

RESERVE = 32 * 1024**2
"""Bytes that are kept free, so that what is under way can be brought to its end when nothing new is taken in."""
BESIDE = 64 * 1024
"""Bytes that a database that is read needs beside it: 32 KiB of them are the index of its log."""
LOOK_SECONDS = 2.0

_DAMAGED = {sqlcipher.SQLITE_CORRUPT, sqlcipher.SQLITE_NOTADB}
_NO_USE = {sqlcipher.SQLITE_FULL, sqlcipher.SQLITE_IOERR, sqlcipher.SQLITE_CANTOPEN}
_PASSING = _NO_USE | {sqlcipher.SQLITE_BUSY}


class StorageFailed(BaseException):
    """A database cannot be written or read any more; the text names the file and says how to go on.

    It ends the program: what is not recorded is still to be done, and is done after the next start. It is no
    Exception, so that no edge takes it for a fault of one event, and closes an event that was not dealt with.
    """


def of_the_disk(error: sqlcipher.DatabaseError) -> bool:
    """Return whether the disk is to blame for *error*, which may pass, and not the statement or the file."""
    return _primary(error) in _PASSING


def _primary(error: BaseException) -> int:
    # SQLITE_IOERR_WRITE is a kind of SQLITE_IOERR.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def failure(file: Path, error: BaseException) -> StorageFailed | None:
    """Return what *error*, of the database *file*, means for the program; None when it is the statement's alone."""
    primary = _primary(error)
    if primary in _DAMAGED:
        return StorageFailed(damaged(file, str(error)))
    if primary in _NO_USE:
        return StorageFailed(
            f"{file} cannot be written ({error}). Nothing that was recorded is lost: make room, or mend the disk, and"
            " start again."
        )
    return None


def damaged(file: Path, detail: str) -> str:
    """Return the sentence that says that *file* is damaged, and how to go on."""
    return (
        f"{file} is damaged ({detail}). Move the whole data folder away, and bring the last backup back with"
        " `liaison restore`; without a backup, begin as a new device with the recovery key."
    )


def unreadable(file: Path, detail: str) -> str:
    """Return the sentence that says that *file* cannot be opened: the key is wrong, or the first page is damaged."""
    return (
        f"{file} cannot be opened with this storage key ({detail}). Put the right key back; if it is the right one,"
        " the file is damaged: move the whole data folder away and bring the last backup back with `liaison restore`."
    )


def without_room(folder: Path, error: BaseException) -> bool:
    """Return whether *error*, of a database in *folder*, came because the disk is full.

    Even to be read a database needs room beside it, and calls it an I/O error where there is none.
    """
    primary = _primary(error)
    return primary == sqlcipher.SQLITE_FULL or (primary in _NO_USE and _free(folder) < BESIDE)


def full(file: Path, detail: str) -> str:
    """Return the sentence that says that *file* cannot be opened because the disk is full."""
    return f"{file} cannot be opened: the disk is full ({detail}). The key has nothing to do with it: make room there."


def reason(folder: Path, error: BaseException) -> str:
    """Return why something could not be written in *folder*: a full disk is named before what SQLite calls it."""
    return f"the disk is full: {error}" if without_room(folder, error) else str(error)


def check_pages(connection: sqlcipher.Connection) -> str | None:
    """Return what is wrong with the pages of an encrypted database, or None: each carries its own seal."""
    row = connection.execute("PRAGMA cipher_integrity_check").fetchone()
    return str(row[0]) if row else None


class Space:
    """Whether the data folder's disk has room."""

    def __init__(self, folder: Path, free: Callable[[Path], int] | None = None) -> None:
        self._folder = folder
        self._free = free or _free

    @property
    def full(self) -> bool:
        """Whether there is no room for something new."""
        return self._free(self._folder) < RESERVE

    async def wait(self) -> None:
        """Return once there is room for something new. Says once that there is none, and once that there is again."""
        if not self.full:
            return
        log.error("storage.full", folder=str(self._folder), free=self._free(self._folder), needed=RESERVE)
        while self.full:  # noqa: ASYNC110 - nobody tells us when a disk has room again
            await asyncio.sleep(LOOK_SECONDS)
        log.info("storage.room_again", folder=str(self._folder))


def _free(folder: Path) -> int:
    """Return how many bytes we may still write on the disk of *folder*."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
