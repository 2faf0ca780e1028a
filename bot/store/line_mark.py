"""How lines of minutes and items of agendas are handled whose messages were marked afterwards."""

from __future__ import annotations

from bot.model.handling import Handling
from bot.model.original import Decided, Original
from bot.model.person import UserId
from bot.store.database import Database

UNUSED = "DELETE FROM line_mark WHERE said NOT IN (SELECT said FROM minute) AND said NOT IN (SELECT said FROM agenda)"
"""What deletes the marks of what is not there any more."""


class LineMarkStore:
    """The table of marks, one a message: what it has said goes by its mark wherever it stands."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, event_id: str, handling: Handling, decided: Decided) -> None:
        """Record how what the message has said is handled."""
        self._db.write(
            "INSERT OR REPLACE INTO line_mark (said, handling, decided) VALUES (?, ?, ?)",
            event_id,
            str(handling),
            decided,
        )

    async def find(self, room_id: str, event_id: str) -> Original | None:
        """Return the message of the room, as it is handled, if a line or an item is its; None if there is none."""
        row = await self._db.row(
            "SELECT l.by, coalesce(k.handling, '') AS handling, coalesce(k.decided, '') AS decided FROM ("
            " SELECT m.said, m.by FROM minute m JOIN sitting s ON s.ref = m.sitting"
            "  WHERE m.said = ?1 AND m.text != '' AND s.room_id = ?2"
            " UNION SELECT a.said, a.by FROM agenda a JOIN briefing b USING (ref) WHERE a.said = ?1 AND b.room_id = ?2"
            ") l LEFT JOIN line_mark k USING (said)",
            event_id,
            room_id,
        )
        if row is None:
            return None
        decided = Decided(row["decided"])
        return Original(
            event_id, UserId(row["by"]), True, event_id, None, Handling.of(row["handling"]), decided, room_id
        )
