"""What a backup needs of the database: a consistent copy while the bot runs, and a copy made fit for a new device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from bot.store.database import Database
from bot.store.failing import reason
from bot.store.opening import BUSY_MS, DatabaseError, connect, refuse_newer

DEVICE = ("device_id", "access_token", "sync_token", "established")
"""What belongs to one device: an Olm account is never rolled back, so no copy may bring its device back."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a copy was made of."""

    schema: int
    device_id: str | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """Something that had not been sent: never its text."""

    room_id: str
    kind: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """What a copy held that is not done any more: what was to be sent, and how many events were not processed."""

    unsent: tuple[Unsent, ...]
    unprocessed: int


def snapshot(path: Path, key: str, to: Path, *, quietly: bool = False) -> Snapshot:
    """Copy the database at *path*, which may be in use, to *to*, encrypted with the same key and without its device.

    *quietly*: nothing may appear beside the file; a process that begins to write it meanwhile may spoil the copy.

    Raises DatabaseError for a wrong key, a file made by a newer program, or a copy that cannot be written.
    """
    # At rest there is no log, and a reader of WAL would make one, and leave it.
    at_rest = quietly and not path.with_name(f"{path.name}-wal").exists()
    connection = connect(path, key, read_only=True, at_rest=at_rest)
    try:
        schema = connection.execute("PRAGMA user_version").fetchone()[0]
        refuse_newer(schema, path)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        # One read transaction: what is written meanwhile is either all in the copy or not at all.
        connection.execute("VACUUM INTO ?", (str(to),))
    except sqlcipher.DatabaseError as error:
        raise DatabaseError(f"{path} cannot be copied ({reason(to.parent, error)}).") from error
    finally:
        connection.close()
    copy = connect(to, key, read_only=False)
    try:
        copy.execute("PRAGMA secure_delete = ON")
        row = copy.execute("SELECT value FROM account WHERE key = 'device_id'").fetchone()
        copy.executemany("DELETE FROM account WHERE key = ?", [(name,) for name in DEVICE])
    except sqlcipher.DatabaseError as error:
        raise DatabaseError(f"{path} cannot be copied ({reason(to.parent, error)}).") from error
    finally:
        copy.close()
    return Snapshot(schema, row[0] if row else None)


async def begin_anew(database: Database, device_id: str | None, taken_at: datetime, now: datetime) -> Restored:
    """Make the restored *database*, taken of *device_id* at *taken_at*, fit for a new device at *now*.

    What it had not processed or sent was done by the bot that went on after the backup, or is too old: all of it is
    closed, so that nothing is done twice.
    """
    async with database.transaction():
        for name in DEVICE:
            await database.execute("DELETE FROM account WHERE key = ?", name)
        rows = await database.rows(
            "SELECT room_id, kind, created_at FROM outbox WHERE state = 'waiting' ORDER BY position"
        )
        await database.execute(
            "UPDATE outbox SET state = 'failed', failure = 'restored', payload = '{}' WHERE state = 'waiting'"
        )
        await database.execute("DELETE FROM file")
        unprocessed = await database.execute(
            "UPDATE inbox SET state = 'done', outcome = 'restored', raw = '{}', session_id = NULL WHERE state != 'done'"
        )
        values = {"restored_from": taken_at.isoformat(), "restored_at": now.isoformat()}
        if device_id:
            values["restored_device"] = device_id
        for name, value in values.items():
            await database.execute("INSERT OR REPLACE INTO account (key, value) VALUES (?, ?)", name, value)
    unsent = (Unsent(row["room_id"], row["kind"], datetime.fromisoformat(row["created_at"])) for row in rows)
    return Restored(tuple(unsent), unprocessed)
