"""The audit log as another program reads it: beside the running bot, all of it as of one moment, without a change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from bot.model.audit import FORGOTTEN, HELD, Entry, canonical
from bot.model.checkpoint import Cut, LogKey, Verifier
from bot.model.merkle import Address
from bot.model.recorded import Recorded
from bot.store.audit import cut_of
from bot.store.audit import entry_of as logged_of
from bot.store.failing import damaged
from bot.store.opening import BUSY_MS, DatabaseError, connect, refuse_newer

_COLUMNS = (
    "logged, ref, number, kind, author, agency, entered_at, data,"
    " event_id, sent_at, received_at, happened_at, text, language, corrects"
)
_WORDS = ("event", "sent", "received", "happened", "text", "language", "corrects")
"""What the content of an entry in the log calls the last of these: read as they are, a million at a time."""


_TOO_GREAT = 1 << 62


class LogUnreadable(Exception):
    """The file is damaged where the log is; the text says so."""


class AuditLog:
    """The log on an open connection. Reading raises LogUnreadable where the file is damaged."""

    def __init__(self, connection: sqlcipher.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def key(self) -> Verifier | None:
        """Return the public half of the log's key; None if it is not there."""
        for row in self._rows("SELECT name, seed FROM audit_key"):
            return LogKey(row["name"], row["seed"]).verifier
        return None

    def last_purge(self) -> datetime | None:
        """Return when anything was purged last (UTC), or None; also of a file that is older than purges."""
        if not list(self._rows("SELECT 1 FROM sqlite_schema WHERE name = 'purged'")):
            return None
        for row in self._rows("SELECT max(at) AS at FROM purged"):
            return datetime.fromisoformat(row["at"]) if row["at"] else None
        return None

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, by their index."""
        yield from map(
            logged_of,
            self._rows("SELECT * FROM audit_entry LEFT JOIN audit_content USING (position) ORDER BY position"),
        )

    def entry(self, index: int) -> Entry | None:
        """Return the entry of that index, or None."""
        sql = "SELECT * FROM audit_entry LEFT JOIN audit_content USING (position) WHERE position = ?"
        return next(map(logged_of, self._rows(sql, index)), None) if index < _TOO_GREAT else None

    def entries_of(self, ref: str) -> Iterator[Entry]:
        """Yield the entries about the record with that reference, by their index."""
        yield from map(
            logged_of,
            self._rows(
                "SELECT * FROM audit_entry LEFT JOIN audit_content USING (position) WHERE instr(envelope, ?)"
                " ORDER BY position",
                canonical({"ref": ref})[1:-1],
            ),
        )

    def hash_of(self, at: Address) -> bytes:
        """Return the hash of a full subtree, a leaf's own among them; raises LogUnreadable if it is not there."""
        if at.level == 0:
            found = self._rows("SELECT leaf AS hash FROM audit_entry WHERE position = ?", at.place)
        else:
            found = self._rows("SELECT hash FROM audit_node WHERE level = ? AND place = ?", at.level, at.place)
        for row in found:
            return bytes(row["hash"])
        raise LogUnreadable(damaged(self._path, f"a hash of level {at.level} is missing"))

    def levels(self) -> Sequence[int]:
        """Return the levels of which there are subtrees."""
        return [row["level"] for row in self._rows("SELECT DISTINCT level FROM audit_node")]

    def nodes(self, level: int) -> Iterator[tuple[int, bytes]]:
        """Yield place and hash of the full subtrees of one level, by their place."""
        for row in self._rows("SELECT place, hash FROM audit_node WHERE level = ? ORDER BY place", level):
            yield row["place"], row["hash"]

    def cuts(self) -> Iterator[Cut]:
        """Yield the checkpoints that are kept, by their size."""
        yield from map(cut_of, self._rows("SELECT * FROM audit_checkpoint ORDER BY size"))

    def beyond(self, size: int) -> bool:
        """Return whether there are contents of entries from the index *size* on."""
        return any(True for _row in self._rows("SELECT 1 FROM audit_content WHERE position >= ? LIMIT 1", size))

    def forgotten(self) -> Iterator[Entry]:
        """Yield the entries that say whose content was deleted, or is held until then, by their index."""
        yield from map(
            logged_of,
            self._rows(
                "SELECT * FROM audit_entry LEFT JOIN audit_content USING (position) WHERE instr(envelope, ?)"
                " OR instr(envelope, ?) ORDER BY position",
                canonical({"kind": FORGOTTEN})[1:-1],
                canonical({"kind": HELD})[1:-1],
            ),
        )

    def recorded(self) -> Iterator[Recorded]:
        """Yield the entries of all timelines, by their index in the log, those without one first."""
        yield from map(_recorded, self._rows(f"SELECT {_COLUMNS} FROM entry ORDER BY logged"))

    def pseudonyms(self) -> Mapping[str, str]:
        """Return under which name each person stands in the log."""
        return {row["user_id"]: row["pseudonym"] for row in self._rows("SELECT * FROM pseudonym")}

    def sealed(self) -> Iterator[str]:
        """Yield the references of reports to the rights monitors, delivered ones included."""
        for row in self._rows("SELECT ref FROM sealed"):
            yield row["ref"]

    def _rows(self, sql: str, *values: object) -> Iterator[sqlcipher.Row]:
        try:
            # Not `yield from`: an ended reading would close the cursor after its connection, which raises.
            for row in self._connection.execute(sql, values):  # noqa: UP028
                yield row
        except sqlcipher.DatabaseError as error:
            raise LogUnreadable(damaged(self._path, str(error))) from error


def _recorded(row: Iterable[Any]) -> Recorded:
    logged, ref, number, kind, author, agency, entered_at, data, *words = row
    try:
        content = canonical({**dict(zip(_WORDS, words, strict=True)), "number": number, "values": json.loads(data)})
    except ValueError:  # somebody wrote what is no JSON
        content = b""
    return Recorded(logged, ref, number, kind, author, agency, entered_at, content)


@contextmanager
def open_log(path: Path, key: str) -> Iterator[AuditLog]:
    """Open the log in the database at *path*, which may be in use, as it is now.

    Raises DatabaseError for a wrong key, a file of a newer program, or one that has no log yet.
    """
    # At rest there is no log of SQLite's, and nothing must appear beside the file.
    at_rest = not path.with_name(f"{path.name}-wal").exists()
    connection = connect(path, key, read_only=True, at_rest=at_rest)
    try:
        refuse_newer(connection.execute("PRAGMA user_version").fetchone()[0], path)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_key'").fetchone():
            raise DatabaseError(f"{path} has no audit log yet: it begins when this Liaison runs for the first time.")
        connection.execute("BEGIN")
        yield AuditLog(connection, path)
    finally:
        connection.close()
