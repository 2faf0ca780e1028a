"""nio's crypto store, encrypted: keys of rooms and devices are as secret as what they open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
import vodozemac
from nio import AsyncClient
from nio.crypto import InboundGroupSession
from nio.store import SqliteStore
from nio.store.models import MegolmInboundSessions
from peewee import DatabaseError as PeeweeError
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher

from bot.model.incoming import MegolmIndex
from bot.store.failing import check_pages, damaged, failure, reason, unreadable
from bot.store.opening import DatabaseError

log = structlog.get_logger(__name__)


class _Watched(SqlCipherDatabase):
    """Raises StorageFailed where the disk fails: what nio holds and could not save would be lost in silence."""

    def execute_sql(self, *arguments: Any, **options: Any) -> Any:
        with self._watched():
            return super().execute_sql(*arguments, **options)

    def commit(self) -> Any:
        with self._watched():
            return super().commit()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except PeeweeError as error:
            if failed := failure(Path(self.database), getattr(error, "orig", error)):
                raise failed from error
            raise

    def bind_ctx(self, models: Sequence[Any], bind_refs: bool = False, bind_backrefs: bool = False) -> Any:
        """Bind *models* to this database for a block.

        nio does so for every single statement, and always names all its models: to look for those that these refer to
        takes ten times as long as the statement.
        """
        return super().bind_ctx(models, bind_refs=bind_refs, bind_backrefs=bind_backrefs)


class CryptoStore(SqliteStore):
    """SQLCipher instead of SQLite. The pickle key is also the file's pass phrase."""

    def _create_database(self) -> SqlCipherDatabase:
        return _Watched(
            self.database_path,
            passphrase=self.pickle_key,
            pragmas={"foreign_keys": 1, "secure_delete": 1, "journal_mode": "wal"},
        )


def device_in(path: Path, key: str) -> tuple[str, str] | None:
    """Return the user id and device id that the crypto store at *path* belongs to, or None if it is empty.

    Raises DatabaseError when it cannot be opened with *key*, or is damaged.
    """
    if not path.exists():
        return None
    connection = _keyed(path, key)
    try:
        # A crash at the very first start may have left the file without its tables.
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts'").fetchone()
        row = made and connection.execute("SELECT user_id, device_id FROM accounts LIMIT 1").fetchone()
    except sqlcipher.DatabaseError as error:
        raise DatabaseError(unreadable(path, str(error))) from error
    else:
        if fault := check_pages(connection):
            raise DatabaseError(damaged(path, fault))
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

    def advance(self, room_id: str, key: MegolmIndex) -> None:
        """Let a room key open only what comes after that message of it: older ones can never be read here again."""
        olm, store = self._client.olm, self._client.store
        if olm is None or store is None:
            return
        for sessions in olm.inbound_group_store[room_id].values():
            session = sessions.get(key.session_id)
            if session is None or session.first_known_index > key.index:
                continue
            later = InboundGroupSession.import_session(
                session.export_session(key.index + 1),
                session.ed25519,
                session.sender_key,
                session.room_id,
                session.forwarding_chain,
            )
            store.save_inbound_group_session(later)
            sessions[key.session_id] = later


ROOM_KEYS = "room-keys.db"
"""The file in the data folder that holds the room keys of devices before a restore."""
RESTORED = "restored"
"""Stands in the forwarding chain of such a key: nobody here saw who gave it to us, so it never carries a command."""


def copy_room_keys(folder: Path, key: str, to: Path) -> None:
    """Copy the room keys of the data folder, which may be in use, to *to*, encrypted with the same key.

    The room keys alone: the Olm account and its sessions are never brought back, so no copy holds them.
    Raises DatabaseError when they cannot be read or written.
    """
    connection = _keyed(to, key)
    try:
        connection.execute(
            "CREATE TABLE room_key (room_id TEXT NOT NULL, session_id TEXT NOT NULL, sender_key TEXT NOT NULL,"
            " fp_key TEXT NOT NULL, session BLOB NOT NULL, PRIMARY KEY (room_id, session_id)) STRICT, WITHOUT ROWID"
        )
        # Those of an earlier restore first: they reach further back than what was shared anew since.
        for name, table in ((ROOM_KEYS, "room_key"), ("crypto.db", "megolminboundsessions")):
            if (folder / name).exists():
                where = (folder / name).resolve().as_uri() + "?mode=ro"
                connection.execute("ATTACH DATABASE ? AS source KEY ?", (where, key))
                connection.execute(
                    "INSERT OR IGNORE INTO room_key SELECT room_id, session_id, sender_key, fp_key,"
                    f" CAST(session AS BLOB) FROM source.{table}"
                )
                connection.commit()
                connection.execute("DETACH DATABASE source")
    except sqlcipher.DatabaseError as error:
        raise DatabaseError(f"the room keys in {folder} cannot be copied ({reason(to.parent, error)}).") from error
    finally:
        connection.close()


class RestoredKeys:
    """The room keys of devices before a restore. They open messages, and prove nothing of who wrote them."""

    def __init__(self, path: Path, key: str) -> None:
        """Open the file at *path*; without one, or with a broken one, there are no such keys."""
        self._key = key
        self._connection = _keyed(path, key) if path.exists() else None
        try:
            self.find("", "")
        except sqlcipher.DatabaseError as error:
            # What they open is past; what comes is opened by others. That must not stop the bot.
            log.error("room_keys.unreadable", file=str(path), error=str(error))
            self.close()
            self._connection = None

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()

    def find(self, room_id: str, session_id: str) -> InboundGroupSession | None:
        """Return the room key, marked as restored, or None."""
        if self._connection is None:
            return None
        row = self._connection.execute(
            "SELECT session, fp_key, sender_key FROM room_key WHERE room_id = ? AND session_id = ?",
            (room_id, session_id),
        ).fetchone()
        if row is None:
            return None
        try:
            return InboundGroupSession.from_pickle(row[0], row[1], row[2], room_id, self._key, [RESTORED])
        except vodozemac.PickleException:
            return None


def _keyed(path: Path, key: str) -> sqlcipher.Connection:
    connection = sqlcipher.connect(path.resolve().as_uri(), uri=True)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute("PRAGMA key = '{}'".format(key.replace("'", "''")))
    return connection
