"""The translation memory: translations of segments, never the segments."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.correction import Correction
from bot.store.correction import correction
from bot.store.database import Database

MOST = 100_000
"""How many segments are remembered: about 20 MiB. What was not used for longest gives way."""
MOST_SOURCES = 8
"""Of how many messages it is known that a segment comes from them; one that is said so often needs no more."""

_NEXT = "(SELECT coalesce(max(used), 0) + 1 FROM memory)"


class MemoryStore:
    """The memory and memory_source tables."""

    def __init__(self, database: Database, most: int = MOST) -> None:
        self._db = database
        self._most = most

    async def find(
        self, room_id: str, keys: Iterable[str], whole: Iterable[str]
    ) -> tuple[dict[str, str], dict[str, Correction]]:
        """Return those of *keys* that are remembered, and the corrections of the *whole* text that serve the room.

        One question to the database, because every message asks it. Of several corrections an approved one counts
        before the room's own, and the newest.
        """
        rows = await self._db.rows(
            "SELECT key, text, NULL AS id, NULL AS room_id, NULL AS event_id, NULL AS command, NULL AS source,"
            " NULL AS target, NULL AS author, NULL AS agency, NULL AS approved_by FROM memory"
            " WHERE key IN (SELECT value FROM json_each(?1)) UNION ALL"
            " SELECT * FROM (SELECT key, text, id, room_id, event_id, command, source, target, author, agency,"
            " approved_by FROM correction WHERE key IN (SELECT value FROM json_each(?2))"
            " AND (approved_by IS NOT NULL OR room_id = ?3) ORDER BY approved_by IS NOT NULL, id)",
            json.dumps(list(keys)),
            json.dumps(list(whole)),
            room_id,
        )
        segments = {row["key"]: row["text"] for row in rows if row["id"] is None}
        return segments, {row["key"]: correction(row) for row in rows if row["id"] is not None}

    async def add(
        self, event_id: str, learned: Iterable[tuple[str, str]], recalled: Iterable[str], now: datetime
    ) -> None:
        """Record what the message *event_id* taught, and what it used of what was known before."""
        keys = list(recalled)
        for key, text in learned:
            keys.append(key)
            self._db.write(
                f"INSERT OR IGNORE INTO memory (key, text, used, made_at) VALUES (?, ?, {_NEXT}, ?)",
                key,
                text,
                now.isoformat(),
            )
        for key in keys:
            # What is in use anyway is not counted each time: the counter would outrun what is remembered.
            self._db.write(
                f"UPDATE memory SET used = {_NEXT} WHERE key = ? AND used < (SELECT max(used) FROM memory) - ?",
                key,
                self._most // 2,
            )
            self._db.write(
                "INSERT OR IGNORE INTO memory_source SELECT key, ?2 FROM memory WHERE key = ?1"
                " AND (SELECT count(*) FROM memory_source WHERE key = ?1) < ?3",
                key,
                event_id,
                MOST_SOURCES,
            )
        if keys:
            self._db.write("DELETE FROM memory WHERE used <= (SELECT max(used) FROM memory) - ?", self._most)

    async def forget(self, event_id: str) -> None:
        """Delete what comes from the message *event_id* and from no other."""
        self._db.write(
            "DELETE FROM memory WHERE key IN (SELECT key FROM memory_source WHERE event_id = ?1) AND NOT EXISTS"
            " (SELECT 1 FROM memory_source s WHERE s.key = memory.key AND s.event_id != ?1)",
            event_id,
        )
        self._db.write("DELETE FROM memory_source WHERE event_id = ?", event_id)

    async def purge(self, before: datetime) -> int:
        """Delete what was made before *before*; return how many segments."""
        purged = await self._db.execute("DELETE FROM memory WHERE made_at < ?", before.isoformat())
        await self._db.execute("DELETE FROM memory_source WHERE key NOT IN (SELECT key FROM memory)")
        return purged
