"""Which incidents say what, happened where, and are what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import cos, radians
from typing import Any

from bot.model.incident.search import Wanted
from bot.model.places import Place, around
from bot.model.reference import Reference
from bot.store.database import Database, Row

MOST_ROOMS = 100
"""How many rooms are looked into by one statement."""
_KEY = 6
_BY_WORDS = "found CROSS JOIN searched s INDEXED BY searched_room ON s.id = found.rowid"


@dataclass(frozen=True, slots=True)
class Found:
    """The incident, and the entry by which it was found if that was by words."""

    ref: Reference
    number: int | None


class SearchStore:
    """The searched table with its full-text index. Words are stems, as `bot.model.spelling` makes them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, ref: Reference, number: int, words: Iterable[str]) -> None:
        """Let an entry be found by these words as well."""
        row = await self._db.row(
            "SELECT i.room_id, s.words FROM incident i LEFT JOIN searched s ON s.ref = i.ref AND s.number = ?"
            " WHERE i.ref = ?",
            number,
            str(ref),
        )
        if row is None:
            return
        known = (row["words"] or "").split()
        whole = list(dict.fromkeys([*known, *words]))
        if len(whole) > len(known):
            self._db.write(
                "INSERT INTO searched (ref, number, room, words) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (ref, number) DO UPDATE SET words = excluded.words",
                str(ref),
                number,
                key_of(row["room_id"]),
                " ".join(whole),
            )

    async def page(
        self, rooms: Sequence[str], wanted: Wanted, count: int, offset: int, *, begun: bool = False
    ) -> list[Found]:
        """Return *count* of what is wanted of these rooms, from *offset* on.

        The newest first, without words the nearest to the place that is said; an incident comes once for each of its
        entries. With *begun*, the words that are wanted may be beginnings of words: that takes longer.
        """
        most, found = offset + count, list[Row]()
        for at in range(0, len(rooms), MOST_ROOMS):
            # Of each room by itself, in the order of its index: what lies behind the page is not looked at.
            each = [_of_room(room, wanted, begun=begun) for room in rooms[at : at + MOST_ROOMS]]
            found += await self._db.rows(
                f"{' UNION ALL '.join(sql for sql, _values in each)} ORDER BY turn DESC LIMIT ?",
                *(value for _sql, values in each for value in values),
                most,
            )
        if len(rooms) > MOST_ROOMS:
            found.sort(key=lambda row: row["turn"], reverse=True)
        return [Found(Reference(row["ref"]), row["number"]) for row in found[offset:most]]

    async def around(
        self, rooms: Sequence[str], since: datetime, until: datetime, but: Reference, count: int, offset: int
    ) -> list[Reference]:
        """Return *count* of what happened in between, from *offset* on, the last first, *but* one.

        Nothing that was cancelled or a duplicate.
        """
        rows = await self._db.rows(
            "SELECT ref FROM incident WHERE room_id IN (SELECT value FROM json_each(?)) AND moment BETWEEN ? AND ?"
            " AND ref != ? AND coalesce(reason, '') NOT IN ('cancelled', 'duplicate') ORDER BY moment DESC, ref"
            " LIMIT ? OFFSET ?",
            json.dumps([*rooms]),
            since.isoformat(),
            until.isoformat(),
            str(but),
            count,
            offset,
        )
        return [Reference(row["ref"]) for row in rows]


def key_of(room_id: str) -> str:
    """Return what the words of a room begin with in the index: a search looks at no other room's."""
    return sha256(room_id.encode("utf-8", "replace")).hexdigest()[:_KEY]


def band(latitude: float) -> int:
    """Return in which tenth of a degree a place lies, counted from the south pole."""
    return int((latitude + 90) * 10)


def _of_room(room_id: str, wanted: Wanted, *, begun: bool) -> tuple[str, list[Any]]:
    """Return the statement that selects what is wanted of a room, each with its turn: the greatest comes first."""
    conditions, asked = _conditions(wanted)
    if wanted.words:
        # The full-text index first, and in its own order: so it ends where the page does.
        ref, number, source, turn, values = "s.ref", "s.number", _BY_WORDS, "found.rowid", list[Any]()
        if conditions:
            source = f"{_BY_WORDS} CROSS JOIN incident i INDEXED BY incident_asked ON i.ref = s.ref"
            conditions, asked = ["i.room_id = ?", *conditions], [room_id, *asked]
        conditions = ["found MATCH ?", "s.room = ?", *conditions]
        asked = [_match(room_id, wanted.words, begun=begun), key_of(room_id), *asked]
    else:
        ref, number, source = "i.ref", "NULL", "incident i"
        turn, values = _nearness(wanted.near) if wanted.near else ("i.declared_at", [])
        conditions, asked = ["i.room_id = ?", *conditions], [room_id, *asked]
    sql = f"SELECT {ref} AS ref, {number} AS number, {turn} AS turn FROM {source} WHERE {' AND '.join(conditions)}"
    return sql, [*values, *asked]


def _nearness(place: Place) -> tuple[str, list[Any]]:
    """Return a number that is the greater the nearer an incident is, as far as boxes around places go."""
    sql = "-((i.latitude - ?) * (i.latitude - ?) + (i.longitude - ?) * (i.longitude - ?) * ?)"
    return sql, [*[place.latitude] * 2, *[place.longitude] * 2, cos(radians(place.latitude)) ** 2]


def _conditions(wanted: Wanted) -> tuple[list[str], list[Any]]:
    """Return what an incident must be, beside being of its room and known by words."""
    conditions, values = list[str](), list[Any]()
    for name in ("type", "status", "severity", "agency"):
        if (value := getattr(wanted, name)) is not None:
            conditions.append(f"i.{name} = ?")
            values.append(value)
    if wanted.since:
        conditions.append("i.declared_at >= ?")
        values.append(wanted.since.isoformat())
    if wanted.before:
        conditions.append("i.declared_at < ?")
        values.append(wanted.before.isoformat())
    if wanted.near:
        where, numbers = _near(wanted)
        conditions.append(where)
        values += numbers
    return conditions, values


def _near(wanted: Wanted) -> tuple[str, list[Any]]:
    """Return the condition of lying in the box around the place, by the bands that cross it."""
    assert wanted.near
    box = around(wanted.near, wanted.metres)
    bands = range(band(box.south), band(box.north) + 1)
    spans = " OR ".join(["i.longitude BETWEEN ? AND ?"] * len(box.spans))
    where = f"i.band IN (SELECT value FROM json_each(?)) AND i.latitude BETWEEN ? AND ? AND ({spans})"
    return where, [json.dumps([*bands]), box.south, box.north, *(edge for span in box.spans for edge in span)]


def _match(room_id: str, words: Sequence[str], *, begun: bool) -> str:
    """Return the words as FTS5 asks for them: in quotes, so that none is an operator."""
    key, star = key_of(room_id), " *" if begun else ""
    return " AND ".join(f'"{key}{word}"{star}' for word in words)
