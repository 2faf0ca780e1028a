"""Handovers, their items, and what was written for them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.handover import Answer, Handover, Item, ReadBack, Said
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift import PostName
from bot.store.database import Database
from bot.store.handover.rows import (
    SAID,
    Passed,
    compact,
    data_of,
    handover_of,
    item_of,
    passed_of,
    read_back_of,
    said_of,
)

OPEN = "state IN ('draft', 'ready', 'waiting')"


class HandoverStore:
    """The tables handover, handover_item, handover_said, handover_read_back, handover_kept and handover_cleared.

    Once a handover is accepted, triggers keep it and its items as they are.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    # Handovers

    async def save(self, one: Handover, record: str = "") -> None:
        """Record the handover as it stands now; *record* is what is frozen of it."""
        self._db.write(
            "INSERT INTO handover (ref, post, room_id, outgoing, incoming, state, risk, started_at, expected, ready_at,"
            " ended_at, revision, digest, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (ref) DO UPDATE SET incoming = excluded.incoming, state = excluded.state,"
            " risk = excluded.risk, expected = excluded.expected, ready_at = excluded.ready_at,"
            " ended_at = excluded.ended_at, revision = excluded.revision, digest = excluded.digest,"
            " record = excluded.record",
            str(one.ref),
            one.post,
            one.room_id,
            one.outgoing,
            one.incoming,
            one.state,
            json.dumps(one.risk.reasons),
            one.started_at.isoformat(),
            one.expected.isoformat() if one.expected else None,
            one.ready_at.isoformat() if one.ready_at else None,
            one.ended_at.isoformat() if one.ended_at else None,
            one.revision,
            one.digest,
            record,
        )

    async def find(self, ref: Reference) -> Handover | None:
        """Return the handover, or None."""
        row = await self._db.row("SELECT * FROM handover WHERE ref = ?", str(ref))
        return handover_of(row) if row else None

    async def find_open(self, post: PostName) -> Handover | None:
        """Return the handover of a post that something can still come of, or None."""
        row = await self._db.row(f"SELECT * FROM handover WHERE post = ? AND {OPEN}", post)
        return handover_of(row) if row else None

    async def list_open(self, room_id: str) -> list[Handover]:
        """Return those of a room that something can still come of, the oldest first."""
        rows = await self._db.rows(f"SELECT * FROM handover WHERE room_id = ? AND {OPEN} ORDER BY started_at", room_id)
        return [handover_of(row) for row in rows]

    async def last_accepted(self, post: PostName) -> Handover | None:
        """Return the last handover of a post that was accepted, or None."""
        row = await self._db.row(
            "SELECT h.* FROM watch w JOIN handover h ON h.ref = w.handover WHERE w.post = ?"
            " ORDER BY w.number DESC LIMIT 1",
            post,
        )
        return handover_of(row) if row else None

    async def list_refused(self, post: PostName, since: datetime | None) -> list[Handover]:
        """Return those of a post that were refused, since the last one was accepted then, in their order."""
        rows = await self._db.rows(
            "SELECT * FROM handover WHERE post = ? AND state = 'refused' AND ended_at >= ? ORDER BY ended_at",
            post,
            since.isoformat() if since else "",
        )
        return [handover_of(row) for row in rows]

    async def list_in(
        self, room_id: str, post: PostName | None, since: datetime, until: datetime, most: int
    ) -> list[Handover]:
        """Return those of a room that were begun in [*since*, *until*), of one *post* or of all, the newest first."""
        rows = await self._db.rows(
            "SELECT * FROM handover WHERE room_id = ? AND (? IS NULL OR post = ?) AND started_at >= ?"
            " AND started_at < ? ORDER BY started_at DESC LIMIT ?",
            room_id,
            post,
            post,
            since.isoformat(),
            until.isoformat(),
            most,
        )
        return [handover_of(row) for row in rows]

    async def record(self, ref: Reference) -> str:
        """Return what was frozen of a handover, or an empty text."""
        row = await self._db.row("SELECT record FROM handover WHERE ref = ?", str(ref))
        return str(row["record"]) if row else ""

    # Items

    async def save_item(self, ref: Reference, item: Item) -> None:
        """Record an item as it stands now."""
        await self.save_items(ref, [item])

    async def save_items(self, ref: Reference, items: Iterable[Item]) -> None:
        """Record items as they stand now, in one statement: there may be hundreds."""
        rows = [
            [
                item.number,
                item.key,
                str(item.first) if item.first else None,
                item.since.isoformat() if item.since else None,
                item.passed,
                item.answered.answer if item.answered else None,
                data_of(item),
            ]
            for item in items
        ]
        if rows:
            self._db.write(
                "INSERT INTO handover_item (ref, number, key, first, since, passed, answer, data)"
                " SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6"
                " FROM json_each(?) WHERE true ON CONFLICT (ref, number) DO UPDATE SET answer = excluded.answer,"
                " data = excluded.data",
                str(ref),
                compact(rows),
            )

    async def items(self, ref: Reference) -> list[Item]:
        """Return the items of a handover in their order."""
        rows = await self._db.rows("SELECT * FROM handover_item WHERE ref = ? ORDER BY number", str(ref))
        return [item_of(row) for row in rows]

    async def count(self, ref: Reference) -> int:
        """Return how many items a handover has."""
        row = await self._db.row("SELECT count(*) AS n FROM handover_item WHERE ref = ?", str(ref))
        return int(row["n"]) if row else 0

    async def handed(self, ref: Reference) -> tuple[dict[str, Passed], list[Item]]:
        """Return how often each item of a handover was handed on, by its key; and those to which people wrote."""
        rows = await self._db.rows("SELECT * FROM handover_item WHERE ref = ? ORDER BY number", str(ref))
        said = [item_of(row) for row in rows if any(name in row["data"] for name in SAID)]
        return {row["key"]: passed_of(row) for row in rows}, said

    async def passed(self, post: PostName, keys: Iterable[str]) -> dict[str, Passed]:
        """Return what accepted handovers of *post* held of *keys*: where first, since when, how often passed on."""
        rows = await self._db.rows(
            "WITH first (key, at) AS MATERIALIZED (SELECT i.key, h.ended_at FROM json_each(?1) k"
            " CROSS JOIN handover_item i ON i.key = k.value AND i.passed = 0 CROSS JOIN handover h ON h.ref = i.ref"
            " WHERE h.post = ?2 AND h.state = 'accepted')"
            " SELECT i.key, i.first, i.since, max(i.passed) AS passed FROM handover h CROSS JOIN handover_item i"
            " ON i.ref = h.ref WHERE h.post = ?2 AND h.state = 'accepted'"
            " AND h.ended_at >= (SELECT min(at) FROM first) AND i.key IN (SELECT key FROM first) GROUP BY i.key",
            json.dumps(list(keys)),
            post,
        )
        return {row["key"]: passed_of(row) for row in rows}

    # What stays with somebody, and what is cleared

    async def keep(self, post: PostName, key: str, person: UserId, ref: Reference, number: int, at: datetime) -> None:
        """Record that what the item *number* of *ref* is about stays with *person*, until that is ended."""
        self._db.write(
            "INSERT OR REPLACE INTO handover_kept (post, key, person, ref, number, at) VALUES (?, ?, ?, ?, ?, ?)",
            post, key, person, str(ref), number, at.isoformat(),
        )  # fmt: skip

    async def let_go(self, post: PostName, key: str) -> None:
        """Record that it stays with nobody any more."""
        self._db.write("DELETE FROM handover_kept WHERE post = ? AND key = ?", post, key)

    async def kept(self, post: PostName) -> list[tuple[UserId, Reference, Item]]:
        """Return who has kept what of a post, and in which handover it was refused, the oldest first."""
        rows = await self._db.rows(
            "SELECT k.person, i.* FROM handover_kept k JOIN handover_item i ON i.ref = k.ref AND i.number = k.number"
            " WHERE k.post = ? ORDER BY k.at, k.key",
            post,
        )
        return [(UserId(row["person"]), Reference(row["ref"]), item_of(row)) for row in rows]

    async def clear(self, post: PostName, key: str, by: UserId, at: datetime) -> None:
        """Record that nothing is to be minded of *key* any more."""
        self._db.write(
            "INSERT OR IGNORE INTO handover_cleared (post, key, by, at) VALUES (?, ?, ?, ?)",
            post, key, by, at.isoformat(),
        )  # fmt: skip

    async def cleared(self, post: PostName, keys: Iterable[str]) -> set[str]:
        """Return which of *keys* are cleared."""
        rows = await self._db.rows(
            "SELECT key FROM handover_cleared WHERE post = ? AND key IN (SELECT value FROM json_each(?))",
            post,
            json.dumps(list(keys)),
        )
        return {row["key"] for row in rows}

    # The gate

    async def break_(self, post: PostName, watch: int, by: UserId, at: datetime) -> None:
        """Record that nobody waits any more until the watch of that number is over."""
        self._db.write(
            "INSERT OR REPLACE INTO handover_broken (post, watch, by, at) VALUES (?, ?, ?, ?)",
            post, watch, by, at.isoformat(),
        )  # fmt: skip

    async def broken(self, post: PostName, watch: int) -> bool:
        """Return whether nobody waits any more until the watch of that number is over."""
        row = await self._db.row("SELECT 1 FROM handover_broken WHERE post = ? AND watch = ?", post, watch)
        return row is not None

    # Counts

    async def count_accepted(self, posts: Iterable[PostName], since: datetime, until: datetime) -> int:
        """Return how many handovers of *posts* were accepted in [*since*, *until*)."""
        row = await self._db.row(
            "SELECT count(*) AS n FROM json_each(?) p JOIN handover h ON h.post = p.value AND h.state = 'accepted'"
            " WHERE h.ended_at >= ? AND h.ended_at < ?",
            json.dumps([*posts]),
            since.isoformat(),
            until.isoformat(),
        )
        return int(row["n"]) if row else 0

    async def count_items(self, refs: Iterable[Reference], most: int, answer: Answer) -> tuple[int, int]:
        """Return how many items of these handovers were passed on more than *most* times, and have that answer."""
        row = await self._db.row(
            "SELECT count(DISTINCT CASE WHEN passed >= ? THEN key END) AS carried, count(CASE WHEN answer = ? THEN 1"
            " END) AS answered FROM handover_item WHERE ref IN (SELECT value FROM json_each(?))",
            most,
            answer,
            json.dumps([str(ref) for ref in refs]),
        )
        return (row["carried"], row["answered"]) if row else (0, 0)

    async def count_wrong(self, refs: Iterable[Reference]) -> int:
        """Return how many read-backs of these handovers were judged wrong."""
        row = await self._db.row(
            "SELECT count(*) AS n FROM handover_read_back WHERE correct = 0 AND judged_at IS NOT NULL"
            " AND ref IN (SELECT value FROM json_each(?))",
            json.dumps([str(ref) for ref in refs]),
        )
        return int(row["n"]) if row else 0

    # What was written

    async def say(self, said: Said, kind: str, event_id: str | None = None) -> None:
        """Record a text of a handover, which the message *event_id* has said; its number must be the next."""
        self._db.write(
            "INSERT INTO handover_said (ref, number, kind, text, language, by, at, event)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            str(said.ref),
            said.number,
            kind,
            said.text,
            said.language,
            said.by,
            said.at.isoformat(),
            event_id,
        )

    async def log(self, ref: Reference, event_id: str, logged: int) -> None:
        """Record that the entry *logged* of the audit log holds what the message has said for the handover."""
        self._db.write("UPDATE handover_said SET logged = ? WHERE ref = ? AND event = ?", logged, str(ref), event_id)

    async def said_by(self, event_id: str) -> list[tuple[Said, int | None]]:
        """Return what the message has said and was not emptied, and which entry of the audit log holds that."""
        rows = await self._db.rows(
            "SELECT * FROM handover_said WHERE event = ? AND text != '' ORDER BY ref, number", event_id
        )
        return [(said_of(row), row["logged"]) for row in rows]

    async def frozen(self, post: PostName, said: Said) -> bool:
        """Return whether the next record of *post* that was accepted after that holds what was said."""
        row = await self._db.row(
            "SELECT 1 FROM (SELECT record FROM handover WHERE post = ? AND state = 'accepted' AND ended_at >= ?"
            " ORDER BY ended_at LIMIT 1) h, json_each(h.record, '$.texts') t"
            " WHERE t.value ->> 0 = ? AND t.value ->> 1 = ?",
            post,
            said.at.isoformat(),
            str(said.ref),
            said.number,
        )
        return row is not None

    async def empty(self, said: Said) -> None:
        """Delete the words of a text; the handover must not be accepted."""
        self._db.write("UPDATE handover_said SET text = '' WHERE ref = ? AND number = ?", str(said.ref), said.number)

    async def last_said(self, ref: Reference) -> int:
        """Return the number of the last text of a handover; 0 without one."""
        row = await self._db.row("SELECT max(number) AS n FROM handover_said WHERE ref = ?", str(ref))
        return int(row["n"] or 0) if row else 0

    async def said(self, ref: Reference, kind: str | None = None) -> list[Said]:
        """Return the texts of a handover, of one *kind* or all, in their order."""
        rows = await self._db.rows(
            "SELECT * FROM handover_said WHERE ref = ? AND (? IS NULL OR kind = ?) ORDER BY number",
            str(ref),
            kind,
            kind,
        )
        return [said_of(row) for row in rows]

    async def texts(self, wanted: Iterable[tuple[Reference, int]]) -> dict[tuple[Reference, int], Said]:
        """Return the texts with these references and numbers."""
        rows = await self._db.rows(
            "SELECT s.* FROM json_each(?) j JOIN handover_said s ON s.ref = j.value ->> 0 AND s.number = j.value ->> 1",
            json.dumps([[str(ref), number] for ref, number in wanted]),
        )
        return {(Reference(row["ref"]), row["number"]): said_of(row) for row in rows}

    # Read-backs

    async def read_back(self, ref: Reference, one: ReadBack) -> None:
        """Record a read-back as it stands now."""
        self._db.write(
            "INSERT INTO handover_read_back (ref, said, item, by, at, missing, added, negation, correct, judged_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ref, said) DO UPDATE SET correct = excluded.correct,"
            " judged_at = excluded.judged_at",
            str(ref),
            one.said,
            one.item,
            one.by,
            one.at.isoformat(),
            json.dumps(one.missing, ensure_ascii=False),
            json.dumps(one.added, ensure_ascii=False),
            int(one.negation),
            None if one.right is None else int(one.right),
            one.judged_at.isoformat() if one.judged_at else None,
        )

    async def read_backs(self, ref: Reference) -> list[ReadBack]:
        """Return the read-backs of a handover in the order in which they were said."""
        rows = await self._db.rows("SELECT * FROM handover_read_back WHERE ref = ? ORDER BY said", str(ref))
        return [read_back_of(row) for row in rows]

    async def void(self, ref: Reference, item: int) -> None:
        """Delete that what was read back of an item was right: the item has changed since."""
        self._db.write(
            "UPDATE handover_read_back SET correct = 0, judged_at = NULL WHERE ref = ? AND item = ?"
            " AND correct IS NOT 0",
            str(ref),
            item,
        )
