"""Traces: whatever people have said outside of records, and what is written in a record that goes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.model.trace import Trace
from bot.store.database import Database

_SAID = """
SELECT event, room_id, text FROM reminder WHERE text != ''
UNION ALL SELECT coalesce(said, ''), room_id, title FROM briefing WHERE title != ''
UNION ALL SELECT coalesce(said, ''), room_id, title FROM poll WHERE title != ''
UNION ALL SELECT a.said, b.room_id, a.text FROM agenda a JOIN briefing b USING (ref)
UNION ALL SELECT said, room_id, name || ' ' || vehicle || ' ' || area FROM patrol
UNION ALL SELECT s.event, s.room_id, CAST(c.content AS TEXT) FROM audit_said s JOIN audit_content c USING (position)
    JOIN audit_entry e USING (position) WHERE CAST(c.content AS TEXT) ->> '$.sitting' IS NULL AND
    substr(CAST(e.envelope AS TEXT) ->> '$.kind', 1, instr(CAST(e.envelope AS TEXT) ->> '$.kind', '.') - 1)
    IN ('briefing', 'poll', 'patrol', 'handover')
"""
"""What is no record, though it has words: why something was purged or held, and the lines of minutes, stay."""

_WRITTEN = """
SELECT title AS text FROM incident WHERE ref IN refs
UNION SELECT text FROM entry WHERE ref IN refs
UNION SELECT text FROM wording WHERE ref IN refs
UNION SELECT text FROM report_wording WHERE ref IN refs
UNION SELECT v.value FROM report r, json_tree(r.data) v WHERE r.ref IN refs AND v.type = 'text'
UNION SELECT text FROM handover_said WHERE ref IN refs
UNION SELECT text FROM minute WHERE sitting IN refs
"""

_HELD_ELSEWHERE = """
SELECT event_id AS event FROM entry UNION SELECT event_id FROM report UNION SELECT event_id FROM report_source
UNION SELECT coalesce(data ->> '$.event', data ->> '$.from') FROM entry WHERE kind IN ('pin', 'declared')
UNION SELECT event FROM handover_said UNION SELECT said FROM minute UNION SELECT event FROM held_message
"""


class TraceStore:
    """Reads the tables of others, and deletes nothing but questions."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def said(self) -> list[Trace]:
        """Return all that people have said outside of records, but in messages of what is under hold."""
        rows = await self._db.rows(
            f"SELECT DISTINCT event, room_id, text FROM ({_SAID}) WHERE event != ''"
            " AND event NOT IN (SELECT event FROM held_message WHERE event IS NOT NULL) ORDER BY event, text"
        )
        return [Trace(row["event"], row["room_id"], row["text"]) for row in rows]

    async def written(self, refs: Iterable[str]) -> list[str]:
        """Return all that is written in these records and what belongs to them, in every language."""
        sql = f"WITH refs AS (SELECT value FROM json_each(?)) {_WRITTEN}"
        return [row["text"] for row in await self._db.rows(sql, json.dumps([*refs])) if row["text"]]

    async def held(self) -> list[str]:
        """Return what is under hold."""
        return [row["ref"] for row in await self._db.rows("SELECT DISTINCT ref FROM hold ORDER BY ref")]

    async def translated(self, bodies: Iterable[str]) -> list[tuple[str, str]]:
        """Return event and text of translations that may name references, of messages that no record holds.

        *bodies* are their last five characters. It reads the whole table.
        """
        like = [f"%{body.translate(_ANY)}%" for body in bodies]
        rows = await self._db.rows(
            "SELECT event_id, text FROM translation WHERE EXISTS (SELECT 1 FROM json_each(?) WHERE text LIKE value)"
            f" AND event_id NOT IN (SELECT event FROM ({_HELD_ELSEWHERE}) WHERE event IS NOT NULL)",
            json.dumps(like),
        )
        return [(row["event_id"], row["text"]) for row in rows]

    async def whole(self, events: Iterable[str]) -> list[str]:
        """Return the messages whose text these events are, now or before they were edited, with the texts of now."""
        rows = await self._db.rows(
            "WITH events AS (SELECT value FROM json_each(?)) SELECT event_id, revision, edit FROM original"
            " WHERE event_id IN events OR revision IN events OR edit IN events",
            json.dumps([*events]),
        )
        return [one for row in rows for one in (row["event_id"], row["revision"], row["edit"]) if one]

    async def asked(self) -> list[tuple[int, str, str, dict[str, Any]]]:
        """Return what is asked and not answered: its number, its outbox row, the room, and what its answer needs."""
        rows = await self._db.rows("SELECT id, post, room_id, data FROM question WHERE outcome IS NULL ORDER BY id")
        return [(row["id"], row["post"], row["room_id"], json.loads(row["data"])) for row in rows]

    async def unask(self, ids: Sequence[int]) -> None:
        """Delete these questions."""
        self._db.write("DELETE FROM question WHERE id IN (SELECT value FROM json_each(?))", json.dumps([*ids]))


_ANY = str.maketrans("01", "__")
"""These have others that look like them."""
