"""Who has said whether they come to a briefing, in which polls that was asked, and how many of which agency must."""

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
            "INSERT OR REPLACE INTO rsvp (ref, person, begins, answer, delegate, at, said_at, vote)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            str(ref),
            rsvp.person,
            rsvp.begins.isoformat() if rsvp.begins else "",
            rsvp.answer,
            rsvp.delegate,
            rsvp.at.isoformat(),
            rsvp.said_at.isoformat(),
            rsvp.vote or None,
        )

    async def take_back(self, ref: Reference, person: UserId, begins: datetime) -> bool:
        """Delete what somebody has said of the one that *begins* then; return whether they had."""
        sql = "DELETE FROM rsvp WHERE ref = ? AND person = ? AND begins = ?"
        return await self._db.execute(sql, str(ref), person, begins.isoformat()) > 0

    async def find_voted(self, event_id: str) -> tuple[Reference, UserId, datetime] | None:
        """Return what the vote *event_id* has said and what counts still: of which briefing, who, and when it begins.

        None if it was none, or its sender has said something else since.
        """
        row = await self._db.row("SELECT * FROM rsvp WHERE vote = ?", event_id)
        return (Reference(row["ref"]), UserId(row["person"]), datetime.fromisoformat(row["begins"])) if row else None

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

    # Polls that clients show

    async def add_poll(self, ref: Reference, begins: datetime, post: str) -> None:
        """Record that the outbox row *post* asks in a poll who comes to the one that *begins* then."""
        self._db.write("INSERT INTO rsvp_poll (post, ref, begins) VALUES (?, ?, ?)", post, str(ref), begins.isoformat())

    async def polls(self, ref: Reference) -> dict[datetime, str]:
        """Return the outbox rows of the polls about a briefing that have not ended, by when the one asked of begins."""
        rows = await self._db.rows("SELECT * FROM rsvp_poll WHERE ref = ? AND ended_at IS NULL", str(ref))
        return {datetime.fromisoformat(row["begins"]): row["post"] for row in rows}

    async def poll_of(self, room_id: str, event_id: str) -> tuple[Reference, datetime] | None:
        """Return what the poll asks about, ended or not, that was sent into the room as *event_id*; None if it is none.

        That is the briefing, and when the one of it begins.
        """
        row = await self._db.row(
            "SELECT p.* FROM rsvp_poll p JOIN outbox o ON o.id = p.post WHERE o.event_id = ? AND o.room_id = ?",
            event_id,
            room_id,
        )
        return (Reference(row["ref"]), datetime.fromisoformat(row["begins"])) if row else None

    async def end_poll(self, post: str, now: datetime) -> None:
        """Record that the poll *post* has ended."""
        self._db.write("UPDATE rsvp_poll SET ended_at = ? WHERE post = ?", now.isoformat(), post)

    async def purge(self, before: datetime) -> int:
        """Delete what was said of briefings that were over, or cancelled, before *before*; return how much."""
        old = "ref IN (SELECT ref FROM briefing WHERE ended_at < ?)"
        return sum(
            [
                await self._db.execute(f"DELETE FROM {table} WHERE {old}", before.isoformat())
                for table in ("rsvp", "quorum", "rsvp_poll")
            ]
        )


def _rsvp(row: Row) -> Rsvp:
    begins = datetime.fromisoformat(row["begins"]) if row["begins"] else None
    delegate = UserId(row["delegate"]) if row["delegate"] else None
    return Rsvp(
        UserId(row["person"]),
        Coming(row["answer"]),
        begins,
        datetime.fromisoformat(row["at"]),
        datetime.fromisoformat(row["said_at"] or row["at"]),
        delegate,
        row["vote"] or "",
    )
