"""nio's crypto store, encrypted: keys of rooms and devices are as secret as what they open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nio import AsyncClient
from nio.store import SqliteStore
from nio.store.models import MegolmInboundSessions
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


class RoomKeys:
    """The room keys that nio holds, in memory and in its store."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def forget(self, session_ids: Sequence[str]) -> None:
        """Delete these room keys for good."""
        olm, store = self._client.olm, self._client.store
        if not session_ids or olm is None or store is None:
            return
        gone = set(session_ids)
        with store.database.bind_ctx([MegolmInboundSessions]), store.database.atomic():
            for id in gone:
                MegolmInboundSessions.delete().where(MegolmInboundSessions.session_id == id).execute()
        for session in [session for session in olm.inbound_group_store if session.id in gone]:
            del olm.inbound_group_store[session.room_id][session.sender_key][session.id]
