"""People's own settings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.person import LanguageCode, Person, UserId, Zone
from bot.store.database import Database, Row


class PersonStore:
    """The person table: a row for each person who has set something."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def find(self, user_id: UserId) -> Person:
        """Return what is known of a person; one who never set anything has all defaults."""
        row = await self._db.row("SELECT * FROM person WHERE user_id = ?", user_id)
        return _person(row) if row else Person(user_id)

    async def find_all(self, user_ids: Iterable[UserId]) -> dict[UserId, Person]:
        """Return what is known of each of these people."""
        found = {user_id: Person(user_id) for user_id in user_ids}
        sql = "SELECT * FROM person WHERE user_id IN (SELECT value FROM json_each(?))"
        for row in await self._db.rows(sql, json.dumps(list(found))):
            found[UserId(row["user_id"])] = _person(row)
        return found

    async def save(self, person: Person, now: datetime) -> None:
        """Record *person* as it is."""
        self._db.write(
            "INSERT OR REPLACE INTO person (user_id, language, zone, also_reads, updated_at) VALUES (?, ?, ?, ?, ?)",
            person.user_id,
            person.language,
            person.zone,
            json.dumps(person.also_reads),
            now.isoformat(),
        )


def _person(row: Row) -> Person:
    return Person(
        UserId(row["user_id"]),
        LanguageCode(row["language"]) if row["language"] else None,
        Zone(row["zone"]) if row["zone"] else None,
        tuple(LanguageCode(code) for code in json.loads(row["also_reads"])),
    )
