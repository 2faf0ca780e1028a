"""People's own settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model.person import LanguageCode, Person, UserId, Zone
from bot.store.database import Database, Row
from bot.store.kept import Kept


class PersonStore:
    """The person table: a row for each person who has set something, or whose language was heard."""

    def __init__(self, database: Database) -> None:
        self._db = database
        # Every message of a room asks for all of its people.
        self._kept = Kept[UserId, Person](database)

    async def find(self, user_id: UserId) -> Person:
        """Return what is known of a person; one who never set anything has all defaults."""
        return (await self.find_all([user_id]))[user_id]

    async def find_all(self, user_ids: Iterable[UserId]) -> dict[UserId, Person]:
        """Return what is known of each of these people."""
        return await self._kept.of_all(user_ids, self._read)

    async def _read(self, user_ids: Sequence[UserId]) -> dict[UserId, Person]:
        found = {user_id: Person(user_id) for user_id in user_ids}
        sql = "SELECT * FROM person WHERE user_id IN (SELECT value FROM json_each(?))"
        for row in await self._db.rows(sql, json.dumps(user_ids)):
            found[UserId(row["user_id"])] = _person(row)
        return found

    async def save(self, person: Person, now: datetime) -> None:
        """Record *person* as it is."""
        self._kept.change()
        self._db.write(
            "INSERT OR REPLACE INTO person (user_id, language, zone, also_reads, translated, updated_at, learned,"
            " heard) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            person.user_id,
            person.language,
            person.zone,
            json.dumps(person.also_reads),
            int(person.translated),
            now.isoformat(),
            person.learned,
            json.dumps(person.heard),
        )


def _person(row: Row) -> Person:
    return Person(
        UserId(row["user_id"]),
        LanguageCode(row["language"]) if row["language"] else None,
        Zone(row["zone"]) if row["zone"] else None,
        tuple(LanguageCode(code) for code in json.loads(row["also_reads"])),
        bool(row["translated"]),
        LanguageCode(row["learned"]) if row["learned"] else None,
        tuple(json.loads(row["heard"])),
    )
