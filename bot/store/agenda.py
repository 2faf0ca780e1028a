"""What briefings are about."""

from __future__ import annotations

from datetime import datetime

from bot.model.agenda import Head, Item
from bot.model.handling import Handling
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.store.database import Database, Row
from bot.store.line_mark import UNUSED


class AgendaStore:
    """The agenda table; moments are UTC."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, ref: Reference, item: Item, said: str) -> None:
        """Record an item, and which message has said it."""
        self._db.write(
            "INSERT INTO agenda (ref, number, head, text, language, minutes, by, at, each_one, said)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(ref),
            item.number,
            item.head,
            item.text,
            item.language,
            item.minutes,
            item.by,
            item.at.isoformat(),
            int(item.each),
            said,
        )

    async def list_of(self, ref: Reference) -> list[Item]:
        """Return all items of a briefing, by their numbers."""
        rows = await self._db.rows(
            "SELECT a.*, k.handling FROM agenda a LEFT JOIN line_mark k USING (said) WHERE ref = ? ORDER BY number",
            str(ref),
        )
        return [_item(row) for row in rows]

    async def remove(self, ref: Reference, number: int) -> None:
        """Delete an item."""
        self._db.write("DELETE FROM agenda WHERE ref = ? AND number = ?", str(ref), number)

    async def said_by(self, room_id: str, event_id: str) -> list[tuple[Reference, int]]:
        """Return the items of the room's briefings that the message *event_id* has said: briefing and number."""
        rows = await self._db.rows(
            "SELECT ref, number FROM agenda JOIN briefing USING (ref) WHERE agenda.said = ? AND room_id = ?",
            event_id,
            room_id,
        )
        return [(Reference(row["ref"]), row["number"]) for row in rows]

    async def succeed(self, ref: Reference, successor: Reference, *, all_of_it: bool) -> None:
        """Let *successor* have what is on the agenda of each, and *all_of_it* where no other is to come before."""
        self._db.write(
            "INSERT INTO agenda SELECT ?, number, head, text, language, minutes, by, at, each_one, said"
            " FROM agenda WHERE ref = ? AND (each_one OR ?)",
            str(successor),
            str(ref),
            int(all_of_it),
        )

    async def purge(self, before: datetime) -> int:
        """Delete the agenda of briefings that were over, or cancelled, before *before*; return how much."""
        found = await self._db.execute(
            "DELETE FROM agenda WHERE ref IN (SELECT ref FROM briefing WHERE ended_at < ?)", before.isoformat()
        )
        await self._db.execute(UNUSED)
        return found


def _item(row: Row) -> Item:
    return Item(
        row["number"],
        Head(row["head"]),
        row["text"],
        LanguageCode(row["language"]),
        row["minutes"],
        UserId(row["by"]),
        datetime.fromisoformat(row["at"]),
        bool(row["each_one"]),
        Handling.of(row["handling"] or ""),
    )
