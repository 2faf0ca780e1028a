"""Who has said whether they come to a briefing, and how many of which agency must."""

from __future__ import annotations

import json
from datetime import datetime

from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.rsvp import Coming, Quorum, Rsvp
from bot.store.database import Database, Row


class RsvpStore:
    """The tables of answers. A moment is UTC; that of an answer for all is empty."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, ref: Reference, rsvp: Rsvp) -> None:
        """Record what somebody has said of one, or of all; it takes the place of what they had said of that."""
        self._db.write(
            "INSERT OR REPLACE INTO rsvp (ref, person, begins, answer, delegate, at) VALUES (?, ?, ?, ?, ?, ?)",
            str(ref),
            rsvp.person,
            rsvp.begins.isoformat() if rsvp.begins else "",
            rsvp.answer,
            rsvp.delegate,
            rsvp.at.isoformat(),
        )

    async def list_of(self, ref: Reference) -> list[Rsvp]:
        """Return all that was said of a briefing."""
        return [_rsvp(row) for row in await self._db.rows("SELECT * FROM rsvp WHERE ref = ?", str(ref))]

    async def forget_all(self, ref: Reference) -> None:
        """Delete what was said of all of a briefing: it repeats at other times from now on."""
        self._db.write("DELETE FROM rsvp WHERE ref = ? AND begins = ''", str(ref))

    async def save_quorum(self, ref: Reference, quorum: Quorum) -> None:
        """Record who must come, and what was said last of whether they do."""
        self._db.write(
            "INSERT OR REPLACE INTO quorum (ref, needs, begins, there) VALUES (?, ?, ?, ?)",
            str(ref),
            None if quorum.needs is None else json.dumps(dict(quorum.needs)),
            quorum.begins.isoformat() if quorum.begins else None,
            int(quorum.there),
        )

    async def quorum(self, ref: Reference) -> Quorum | None:
        """Return who must come; None while nobody was asked and nobody has said anything."""
        row = await self._db.row("SELECT * FROM quorum WHERE ref = ?", str(ref))
        if row is None:
            return None
        begins = datetime.fromisoformat(row["begins"]) if row["begins"] else None
        return Quorum(json.loads(row["needs"]) if row["needs"] else None, begins, bool(row["there"]))

    async def purge(self, before: datetime) -> int:
        """Delete what was said of briefings that were over, or cancelled, before *before*; return how much."""
        old = "ref IN (SELECT ref FROM briefing WHERE ended_at < ?)"
        return sum(
            [
                await self._db.execute(f"DELETE FROM {table} WHERE {old}", before.isoformat())
                for table in ("rsvp", "quorum")
            ]
        )


def _rsvp(row: Row) -> Rsvp:
    begins = datetime.fromisoformat(row["begins"]) if row["begins"] else None
    delegate = UserId(row["delegate"]) if row["delegate"] else None
    return Rsvp(UserId(row["person"]), Coming(row["answer"]), begins, datetime.fromisoformat(row["at"]), delegate)
