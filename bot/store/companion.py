"""Which rooms are linked, and which are proposed to be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.model.companion import Companion, Proposal
from bot.model.person import LanguageCode, UserId
from bot.store.database import Database, Row
from bot.store.kept import Kept

_All = tuple[Companion, ...]


class CompanionStore:
    """The companion and proposal tables."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept = Kept[None, _All](database)

    async def list_of(self, room_id: str) -> list[Companion]:
        """Return the circle of that room, itself included; nothing if it is linked with none."""
        everyone = await self._kept.of(None, self._read)
        own = next((one for one in everyone if one.room_id == room_id), None)
        return [one for one in everyone if own and one.circle == own.circle]

    async def _read(self) -> _All:
        rows = await self._db.rows("SELECT room_id, circle, language FROM companion ORDER BY language")
        return tuple(Companion(row["room_id"], row["circle"], LanguageCode(row["language"])) for row in rows)

    async def link(self, circle: str, languages: Mapping[str, LanguageCode], now: datetime) -> None:
        """Record that these rooms, with the language of each, are one circle and belong to no other."""
        self._kept.change()
        for room_id, language in languages.items():
            sql = "INSERT OR REPLACE INTO companion (room_id, circle, language, linked_at) VALUES (?, ?, ?, ?)"
            self._db.write(sql, room_id, circle, language, now.isoformat())

    async def leave(self, room_id: str) -> None:
        """Record that the room is linked with none."""
        self._kept.change()
        self._db.write("DELETE FROM companion WHERE room_id = ?", room_id)

    async def propose(self, proposal: Proposal) -> None:
        """Record a proposal; an open one for any of the same rooms gives way."""
        for room_id in proposal.languages:
            self._db.write(
                "UPDATE proposal SET outcome = 'superseded' WHERE outcome IS NULL AND id != ?"
                " AND EXISTS (SELECT 1 FROM json_each(proposal.languages) WHERE key = ?)",
                proposal.id,
                room_id,
            )
        self._db.write(
            "INSERT OR REPLACE INTO proposal (id, asked_in, languages, members, agreed, made_at, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?, NULL)",
            proposal.id,
            proposal.asked_in,
            json.dumps(proposal.languages),
            json.dumps(proposal.members),
            json.dumps(proposal.agreed),
            proposal.made_at.isoformat(),
        )

    async def find_proposal(self, id: str) -> Proposal | None:
        """Return the proposal, or None."""
        row = await self._db.row("SELECT * FROM proposal WHERE id = ?", id)
        return _proposal(row) if row else None

    async def agree(self, id: str, agreed: Mapping[str, UserId]) -> None:
        """Record who has agreed, by room."""
        self._db.write("UPDATE proposal SET agreed = ? WHERE id = ?", json.dumps(agreed), id)

    async def close(self, id: str, outcome: str) -> None:
        """Record what came of a proposal; who was in the rooms is forgotten."""
        self._db.write("UPDATE proposal SET outcome = ?, members = '{}' WHERE id = ?", outcome, id)

    async def purge(self, before: datetime) -> int:
        """Delete proposals made before *before*; return how many. What is linked stays linked."""
        return await self._db.execute("DELETE FROM proposal WHERE made_at < ?", before.isoformat())


def _proposal(row: Row) -> Proposal:
    languages, members, agreed = (json.loads(row[name]) for name in ("languages", "members", "agreed"))
    return Proposal(
        row["id"],
        row["asked_in"],
        {room: LanguageCode(language) for room, language in languages.items()},
        {room: tuple(map(UserId, users)) for room, users in members.items()},
        {room: UserId(user) for room, user in agreed.items()},
        datetime.fromisoformat(row["made_at"]),
        row["outcome"],
    )
