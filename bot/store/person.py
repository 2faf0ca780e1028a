"""People's own settings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model.person import LanguageCode, Person, UserId, Zone
from bot.store.database import Database, Row

MOST_KNOWN = 10_000


class PersonStore:
    """The person table: a row for each person who has set something, or whose language was heard."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: dict[UserId, Person] = {}
        """People as they are on the disk: every message of a room asks for all of them."""
        self._saved_at = -1
        """After how many commits somebody was saved last: what is known counts from the next commit on."""

    async def find(self, user_id: UserId) -> Person:
        """Return what is known of a person; one who never set anything has all defaults."""
        return (await self.find_all([user_id]))[user_id]

    async def find_all(self, user_ids: Iterable[UserId]) -> dict[UserId, Person]:
        """Return what is known of each of these people."""
        wanted = dict.fromkeys(user_ids)
        settled, saved_at = self._db.commits > self._saved_at, self._saved_at
        if settled and self._known.keys() >= wanted.keys():
            return {user_id: self._known[user_id] for user_id in wanted}
        found = {user_id: Person(user_id) for user_id in wanted}
        sql = "SELECT * FROM person WHERE user_id IN (SELECT value FROM json_each(?))"
        for row in await self._db.rows(sql, json.dumps(list(found))):
            found[UserId(row["user_id"])] = _person(row)
        if settled and saved_at == self._saved_at:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known.update(found)
        return found

    async def save(self, person: Person, now: datetime) -> None:
        """Record *person* as it is."""
        self._known.clear()
        self._saved_at = self._db.commits
        self._db.write(
            "INSERT OR REPLACE INTO person (user_id, language, zone, also_reads, updated_at, learned, heard)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            person.user_id,
            person.language,
            person.zone,
            json.dumps(person.also_reads),
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
        LanguageCode(row["learned"]) if row["learned"] else None,
        tuple(json.loads(row["heard"])),
    )
