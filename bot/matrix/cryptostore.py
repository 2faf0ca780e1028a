"""nio's crypto store, encrypted: keys of rooms and devices are as secret as what they open."""

from __future__ import annotations

from pathlib import Path

from nio.store import SqliteStore
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher


class CryptoStore(SqliteStore):
    """SQLCipher instead of SQLite. The pickle key is also the file's pass phrase."""

    def _create_database(self) -> SqlCipherDatabase:
        return SqlCipherDatabase(
            self.database_path,
            passphrase=self.pickle_key,
            pragmas={"foreign_keys": 1, "secure_delete": 1, "journal_mode": "wal"},
        )


def device_in(path: Path, key: str) -> tuple[str, str] | None:
    """Return the user id and device id that the crypto store at *path* belongs to, or None if it is empty."""
    if not path.exists():
        return None
    connection = sqlcipher.connect(str(path))
    try:
        connection.execute("PRAGMA key = '{}'".format(key.replace("'", "''")))
        row = connection.execute("SELECT user_id, device_id FROM accounts LIMIT 1").fetchone()
    finally:
        connection.close()
    return (row[0], row[1]) if row else None
