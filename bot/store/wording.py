"""What people wrote in records, in other languages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace

from bot.model.reference import Reference
from bot.model.translation import Flag, Translation
from bot.store.database import Database, Row
from bot.store.translation import provenance_of


class WordingStore:
    """The wording table: one a text and language, kept as long as its record."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, ref: Reference, number: int, made: Iterable[Translation]) -> None:
        """Record translations of the text of an entry."""
        await self._db.execute_each(
            "INSERT OR REPLACE INTO wording (ref, number, target, text, route, engine, flags, provenance)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    str(ref),
                    number,
                    one.target,
                    one.text,
                    json.dumps(one.route),
                    one.engine,
                    json.dumps(one.flags),
                    json.dumps(asdict(one.provenance), ensure_ascii=False),
                )
                for one in made
            ],
        )

    async def forget(self, ref: Reference, numbers: Iterable[int]) -> None:
        """Delete the translations of entries with these numbers."""
        keys = [(str(ref), number) for number in numbers]
        await self._db.execute_each("DELETE FROM wording WHERE ref = ? AND number = ?", keys)

    async def list_of(self, ref: Reference, target: str) -> dict[int, Translation]:
        """Return the translations into *target* of a record's texts, by the numbers of their entries."""
        rows = await self._db.rows(
            "SELECT w.*, e.language AS source FROM wording w JOIN entry e ON e.ref = w.ref AND e.number = w.number"
            " WHERE w.ref = ? AND w.target = ?",
            str(ref),
            target,
        )
        return {row["number"]: _translation(row) for row in rows}

    async def list_all(self, ref: Reference) -> dict[int, list[Translation]]:
        """Return the translations of a record's texts with how they came about, by the numbers of their entries."""
        rows = await self._db.rows(
            "SELECT w.*, coalesce(w.route ->> 0, e.language, '') AS source FROM wording w"
            " JOIN entry e ON e.ref = w.ref AND e.number = w.number WHERE w.ref = ? AND e.text != ''"
            " ORDER BY w.number, w.target",
            str(ref),
        )
        found: dict[int, list[Translation]] = {}
        for row in rows:
            made = replace(_translation(row), provenance=provenance_of(json.loads(row["provenance"])))
            found.setdefault(row["number"], []).append(made)
        return found

    async def titles(self, refs: Iterable[Reference]) -> dict[Reference, dict[str, str]]:
        """Return the translations of the first texts of records, by their languages."""
        rows = await self._db.rows(
            "SELECT ref, target, text FROM wording WHERE number = 1 AND ref IN (SELECT value FROM json_each(?))",
            json.dumps([*map(str, refs)]),
        )
        found: dict[Reference, dict[str, str]] = {}
        for row in rows:
            found.setdefault(Reference(row["ref"]), {})[row["target"]] = row["text"]
        return found

    async def list_each(
        self, wanted: Iterable[tuple[Reference, int]], target: str
    ) -> dict[tuple[Reference, int], Translation]:
        """Return the translations into *target* of entries' texts, by the record and number of each."""
        rows = await self._db.rows(
            "SELECT w.*, coalesce(w.route ->> 0, '') AS source FROM json_each(?) one"
            " JOIN wording w ON w.ref = one.value ->> 0 AND w.number = one.value ->> 1 AND w.target = ?",
            json.dumps([[str(ref), number] for ref, number in wanted]),
            target,
        )
        return {(Reference(row["ref"]), row["number"]): _translation(row) for row in rows}


def _translation(row: Row) -> Translation:
    return Translation(
        row["text"],
        row["source"],
        row["target"],
        tuple(json.loads(row["route"])),
        row["engine"],
        tuple(Flag(flag) for flag in json.loads(row["flags"])),
    )
