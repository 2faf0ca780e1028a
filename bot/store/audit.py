"""The audit log: entries, what they are about, the tree above them, and its signed checkpoints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model.audit import Content, Entry
from bot.model.checkpoint import Cut, LogKey
from bot.model.merkle import Address, Node
from bot.model.person import UserId
from bot.store.database import Database, Row


class AuditStore:
    """The audit tables. Nothing in them is ever changed; only contents can be deleted."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def size(self) -> int:
        """Return how many entries there are."""
        row = await self._db.row("SELECT coalesce(max(position) + 1, 0) AS size FROM audit_entry")
        return int(row["size"]) if row else 0

    async def hashes(self, addresses: Sequence[Address]) -> list[bytes]:
        """Return the hashes of full subtrees, in the order of *addresses*; those that are not there are left out."""
        wanted = json.dumps([[at.level, at.place] for at in addresses])
        rows = await self._db.rows(
            "SELECT coalesce(node.hash, entry.leaf) AS hash FROM json_each(?) AS wanted"
            " LEFT JOIN audit_node AS node ON node.level = wanted.value ->> 0 AND node.place = wanted.value ->> 1"
            " LEFT JOIN audit_entry AS entry ON wanted.value ->> 0 = 0 AND entry.position = wanted.value ->> 1"
            " ORDER BY wanted.key",
            wanted,
        )
        return [row["hash"] for row in rows if row["hash"] is not None]

    async def add(self, entry: Entry, nodes: Iterable[Node]) -> None:
        """Record an entry with its content, and the nodes of the tree that it completes, its leaf among them."""
        self._db.write(
            "INSERT INTO audit_entry (position, envelope, leaf) VALUES (?, ?, ?)",
            entry.index,
            entry.envelope,
            entry.leaf,
        )
        if entry.content:
            self._db.write(
                "INSERT INTO audit_content (position, salt, content) VALUES (?, ?, ?)",
                entry.index,
                entry.content.salt,
                entry.content.data,
            )
        for node in nodes:
            if node.at.level:
                self._db.write(
                    "INSERT INTO audit_node (level, place, hash) VALUES (?, ?, ?)",
                    node.at.level,
                    node.at.place,
                    node.hash,
                )

    async def find(self, index: int) -> Entry | None:
        """Return the entry of that index, or None."""
        row = await self._db.row(
            "SELECT * FROM audit_entry LEFT JOIN audit_content USING (position) WHERE position = ?", index
        )
        return entry_of(row) if row else None

    async def delete_content(self, index: int) -> bool:
        """Delete what an entry is about, for good, and who has said it; return whether there was anything."""
        self._db.write("DELETE FROM audit_said WHERE position = ?", index)
        return bool(await self._db.execute("DELETE FROM audit_content WHERE position = ?", index))

    def said(self, position: int, room_id: str, event_id: str, left: str) -> None:
        """Record that the message said what the entry is about; *left* (JSON) is what stays when it is taken back."""
        self._db.write("INSERT INTO audit_said VALUES (?, ?, ?, ?)", event_id, position, room_id, left)

    async def said_by(self, room_id: str, event_id: str) -> list[tuple[int, str]]:
        """Return which entries are about what the message said, and what (JSON) is left of each without it."""
        rows = await self._db.rows(
            "SELECT position, left_over FROM audit_said WHERE event = ? AND room_id = ? ORDER BY position",
            event_id,
            room_id,
        )
        return [(row["position"], row["left_over"]) for row in rows]

    async def said_before(self, before: datetime) -> list[tuple[int, str]]:
        """Return which entries older than *before* are about what messages said, and what (JSON) is left of each."""
        rows = await self._db.rows(
            "SELECT position, min(left_over) AS left_over FROM audit_said JOIN audit_entry USING (position)"
            " WHERE json_extract(CAST(envelope AS TEXT), '$.time') < ? GROUP BY position ORDER BY position",
            before.isoformat(),
        )
        return [(row["position"], row["left_over"]) for row in rows]

    async def last_checkpoint(self) -> Cut | None:
        """Return the checkpoint that was cut last, or None."""
        row = await self._db.row("SELECT * FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
        return cut_of(row) if row else None

    async def add_checkpoint(self, made: Cut) -> None:
        """Record a checkpoint."""
        self._db.write(
            "INSERT INTO audit_checkpoint (size, root, note, cut_at) VALUES (?, ?, ?, ?)",
            made.size,
            made.root,
            made.note,
            made.cut_at.isoformat(),
        )

    async def key(self) -> LogKey | None:
        """Return the key that signs the checkpoints, or None before it was made."""
        row = await self._db.row("SELECT name, seed FROM audit_key")
        return LogKey(row["name"], row["seed"]) if row else None

    async def add_key(self, key: LogKey, now: datetime) -> None:
        """Record the key that signs the checkpoints from now on, for ever."""
        self._db.write(
            "INSERT INTO audit_key (id, name, seed, made_at) VALUES (1, ?, ?, ?)",
            key.name,
            key.seed,
            now.isoformat(),
        )

    async def list_unsaid(self) -> list[int]:
        """Return which entries an earlier version has emptied without an entry that says so."""
        return [row["position"] for row in await self._db.rows("SELECT position FROM unsaid ORDER BY position")]

    async def say(self, index: int) -> None:
        """Record that an entry says now that this one was emptied."""
        self._db.write("DELETE FROM unsaid WHERE position = ?", index)

    async def pseudonym(self, user_id: UserId) -> str | None:
        """Return the name under which a person stands in the log, or None."""
        row = await self._db.row("SELECT pseudonym FROM pseudonym WHERE user_id = ?", user_id)
        return row["pseudonym"] if row else None

    async def add_pseudonym(self, user_id: UserId, pseudonym: str) -> None:
        """Record under which name a person stands in the log."""
        self._db.write("INSERT INTO pseudonym (user_id, pseudonym) VALUES (?, ?)", user_id, pseudonym)


def entry_of(row: Row) -> Entry:
    """Return the entry in *row*, of audit_entry and what there is of audit_content."""
    content = Content(row["salt"], row["content"]) if row["salt"] is not None else None
    return Entry(row["position"], row["envelope"], row["leaf"], content)


def cut_of(row: Row) -> Cut:
    """Return the checkpoint in *row*."""
    return Cut(row["size"], row["root"], row["note"], datetime.fromisoformat(row["cut_at"]))
