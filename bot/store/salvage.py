"""What a program that cannot use its database still takes from it: who the bot is, whom it knows. It only reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from bot.store.database import Database
from bot.store.opening import DatabaseError, connect

TABLES = ("account", "identity", "person")
"""The session and the seeds; the identities that were pinned; which language each person has set."""
YOUNGER = ("lost", "refused_device")
"""Who has lost a device, and which: databases from before that was recorded have no such tables."""
SESSION = {"device_id", "access_token", "sync_token", "established"}
"""Without one of these there is no session to go on with, and another must not be begun over its keys."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table."""


def salvage(path: Path, key: str) -> Rows | None:
    """Return the rows of TABLES and YOUNGER in the database *path*, of whatever version it is.

    None if one cannot be read whole.
    """
    # At rest there is no log, and nothing must appear beside the file.
    at_rest = not path.with_name(f"{path.name}-wal").exists()
    if not path.exists():
        return None
    try:
        connection = connect(path, key, read_only=True, at_rest=at_rest)
    except (DatabaseError, sqlcipher.DatabaseError):
        return None
    try:
        there = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        names = [*TABLES, *(name for name in YOUNGER if name in there)]
        found = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}
    except sqlcipher.DatabaseError:
        return None
    finally:
        connection.close()
    known = {row.get("key") for row in found["account"] if row.get("value")}
    return found if known >= SESSION else None


async def put(database: Database, rows: Rows) -> None:
    """Put salvaged *rows* into an empty database of this version; what it has no column for is left out."""
    async with database.transaction():
        for table, each in rows.items():
            columns = {row["name"] for row in await database.rows(f"PRAGMA table_info({table})")}
            for row in each:
                names = [name for name in row if name in columns]
                await database.execute(
                    f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                    *(row[name] for name in names),
                )
