"""Which post shows an incident in a room, and who was there to read it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.model.incident import Status
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Card:
    """The outbox row that posts an incident's card, who could read it from the first on, and whether it is pinned."""

    ref: Reference
    post: str
    readers: frozenset[UserId]
    pinned: bool = False


class CardStore:
    """The card table: one a room and incident."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, card: Card, room_id: str) -> None:
        """Record the incident's card in the room."""
        self._db.write(
            "INSERT OR REPLACE INTO card (ref, room_id, post, readers, pinned) VALUES (?, ?, ?, ?, ?)",
            str(card.ref),
            room_id,
            card.post,
            json.dumps(sorted(card.readers)),
            int(card.pinned),
        )

    async def find(self, ref: Reference, room_id: str) -> Card | None:
        """Return the incident's card in the room, or None."""
        row = await self._db.row("SELECT * FROM card WHERE ref = ? AND room_id = ?", str(ref), room_id)
        return _card(row) if row else None

    async def find_post(self, post: str) -> Card | None:
        """Return the card that the outbox row *post* is, or None."""
        row = await self._db.row("SELECT * FROM card WHERE post = ?", post)
        return _card(row) if row else None

    async def list_of(self, ref: Reference) -> dict[str, Card]:
        """Return the incident's cards by their rooms."""
        rows = await self._db.rows("SELECT * FROM card WHERE ref = ? ORDER BY room_id", str(ref))
        return {row["room_id"]: _card(row) for row in rows}

    async def forget(self, post: str) -> bool:
        """Record that *post* is no card any more; return whether it was one."""
        return bool(await self._db.execute("DELETE FROM card WHERE post = ?", post))

    async def list_open(self, room_id: str) -> list[Card]:
        """Return the cards of the room's incidents that are not closed, the oldest first."""
        rows = await self._db.rows(
            "SELECT c.* FROM card c JOIN incident i ON i.ref = c.ref WHERE c.room_id = ? AND i.status != ?"
            " ORDER BY i.declared_at",
            room_id,
            Status.CLOSED,
        )
        return [_card(row) for row in rows]

    async def list_missing(self, room_id: str) -> list[Reference]:
        """Return the incidents that are not closed and have no card in the room, the oldest first.

        Of what was declared in it, or in a room that was linked with it by then.
        """
        rows = await self._db.rows(
            "WITH home (room_id, since) AS (SELECT ?1, '' UNION ALL SELECT h.room_id, max(h.linked_at, m.linked_at)"
            " FROM companion m JOIN companion h ON h.circle = m.circle WHERE m.room_id = ?1 AND h.room_id != ?1)"
            " SELECT i.ref FROM home JOIN incident i ON i.room_id = home.room_id AND i.declared_at >= home.since"
            " WHERE i.status IN (SELECT value FROM json_each(?2)) AND NOT EXISTS ("
            " SELECT 1 FROM card c WHERE c.ref = i.ref AND c.room_id = ?1) ORDER BY i.declared_at",
            room_id,
            json.dumps([Status.OPEN, Status.CONTAINED]),
        )
        return [Reference(row["ref"]) for row in rows]


def _card(row: Row) -> Card:
    readers = frozenset(map(UserId, json.loads(row["readers"])))
    return Card(Reference(row["ref"]), row["post"], readers, bool(row["pinned"]))
