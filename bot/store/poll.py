"""Polls that find the time for a briefing, and what people have said in them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.model.person import LanguageCode, UserId, Zone
from bot.model.poll import Cast, Poll, PollState
from bot.model.reference import Reference
from bot.model.slot import Answer
from bot.store.database import Database, Row

_MINUTE = timedelta(minutes=1)


class PollStore:
    """The tables of polls; all moments are UTC."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, poll: Poll, said: str) -> None:
        """Record a new poll, and the message *said* that has named it."""
        self._db.write(
            "INSERT INTO poll (ref, title, language, room_id, by, agency, zone, minutes, slots, need, asked_at,"
            " closes_at, state, handling, said) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(poll.ref),
            poll.title,
            poll.language,
            poll.room_id,
            poll.by,
            poll.agency,
            poll.zone,
            poll.length // _MINUTE,
            json.dumps([one.isoformat() for one in poll.slots]),
            None if poll.need is None else json.dumps(poll.need),
            poll.asked_at.isoformat(),
            poll.closes_at.isoformat(),
            poll.state,
            poll.handling,
            said,
        )

    async def find(self, ref: Reference) -> Poll | None:
        """Return the poll, or None."""
        row = await self._db.row("SELECT * FROM poll WHERE ref = ?", str(ref))
        return _poll(row) if row else None

    async def list_open(self, room_id: str) -> list[Poll]:
        """Return the polls of the room that have not ended, the first to end first."""
        rows = await self._db.rows(
            "SELECT * FROM poll WHERE room_id = ? AND state = ? ORDER BY closes_at, ref", room_id, PollState.OPEN
        )
        return [_poll(row) for row in rows]

    async def end(self, ref: Reference, state: PollState, now: datetime) -> None:
        """Record what has become of a poll."""
        self._db.write("UPDATE poll SET state = ?, ended_at = ? WHERE ref = ?", state, now.isoformat(), str(ref))

    async def said_by(self, event_id: str) -> list[Poll]:
        """Return the polls that the message *event_id* has named."""
        return [_poll(row) for row in await self._db.rows("SELECT * FROM poll WHERE said = ?", event_id)]

    async def origin(self, ref: Reference) -> str:
        """Return the message that has named a poll; an empty text if there is none."""
        row = await self._db.row("SELECT said FROM poll WHERE ref = ?", str(ref))
        return row["said"] if row else ""

    async def unname(self, ref: Reference) -> None:
        """Delete what a poll is called: it was taken back."""
        self._db.write("UPDATE poll SET title = '', handling = '' WHERE ref = ?", str(ref))

    # What people say

    async def save_cast(self, ref: Reference, cast: Cast, now: datetime) -> None:
        """Record what somebody says to a slot; it takes the place of what they had said to it."""
        self._db.write(
            "INSERT OR REPLACE INTO vote (ref, slot, person, answer, at) VALUES (?, ?, ?, ?, ?)",
            str(ref),
            cast.slot,
            cast.person,
            int(cast.answer),
            now.isoformat(),
        )

    async def cast(self, ref: Reference) -> list[Cast]:
        """Return all that was said in a poll, by slot and person."""
        rows = await self._db.rows("SELECT * FROM vote WHERE ref = ? ORDER BY slot, person", str(ref))
        return [Cast(UserId(row["person"]), row["slot"], Answer(row["answer"])) for row in rows]

    async def purge(self, before: datetime) -> int:
        """Delete the polls that ended before *before*, with what was said in them; return how much."""
        old = "SELECT ref FROM poll WHERE ended_at < ?"
        return sum(
            [
                await self._db.execute(sql, before.isoformat())
                for sql in (
                    f"DELETE FROM vote WHERE ref IN ({old})",
                    f"DELETE FROM wording WHERE ref IN ({old}) AND ref NOT IN (SELECT ref FROM briefing)",
                    "DELETE FROM poll WHERE ended_at < ?",
                )
            ]
        )


def _poll(row: Row) -> Poll:
    return Poll(
        Reference(row["ref"]),
        row["title"],
        LanguageCode(row["language"]),
        row["room_id"],
        UserId(row["by"]),
        row["agency"],
        Zone(row["zone"]),
        row["minutes"] * _MINUTE,
        tuple(datetime.fromisoformat(one) for one in json.loads(row["slots"])),
        None if row["need"] is None else tuple(json.loads(row["need"])),
        datetime.fromisoformat(row["asked_at"]),
        datetime.fromisoformat(row["closes_at"]),
        PollState(row["state"]),
        row["handling"],
        datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
    )
