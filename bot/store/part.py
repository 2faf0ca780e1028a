"""Parts of incidents that are marked apart: by the entries that say so."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from bot.model.incident import Entry
from bot.model.incident.partial import PartMark, whole
from bot.model.reference import Reference
from bot.store.database import Database
from bot.store.incident import entry_of

_SOURCE = "coalesce(data ->> '$.event', data ->> '$.from')"


class PartStore:
    """The entry table, by the messages that entries come from and by what marks them. Nothing is written here."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def list_of(self, refs: Collection[Reference]) -> dict[Reference, dict[int, PartMark]]:
        """Return how parts of these incidents are marked, by the numbers of their entries."""
        return {
            ref: {number: whole([*marks.values()]) for number, marks in numbers.items()}
            for ref, numbers in (await self._each(refs)).items()
        }

    async def find(self, ref: Reference, number: int, source: str) -> PartMark | None:
        """Return how an entry is marked because of its message, of one of several because of that *source*."""
        return (await self._each([ref])).get(ref, {}).get(number, {}).get(source)

    async def _each(self, refs: Collection[Reference]) -> dict[Reference, dict[int, dict[str, PartMark]]]:
        """Return how parts are marked by each of the messages that they are made of."""
        rows = await self._db.rows(
            "SELECT * FROM entry INDEXED BY entry_marked WHERE kind = 'marked' AND corrects IS NOT NULL"
            " AND ref IN (SELECT value FROM json_each(?)) ORDER BY ref, logged",
            json.dumps([*map(str, refs)]),
        )
        found: dict[Reference, dict[int, dict[str, PartMark]]] = {}
        for mark in (PartMark.of(entry_of(row)) for row in rows):
            found.setdefault(mark.ref, {}).setdefault(mark.number, {})[mark.source] = mark
        return found

    async def spread(self, ref: Reference, marks: Mapping[int, PartMark]) -> dict[int, PartMark]:
        """Return *marks* with those of the later versions of the same messages, which follow them."""
        rows = await self._db.rows(
            "SELECT number, corrects FROM entry WHERE ref = ? AND kind IN ('note', 'edited')"
            " AND corrects IN (SELECT value FROM json_each(?))",
            str(ref),
            json.dumps([*marks]),
        )
        return {**marks, **{row["number"]: marks[row["corrects"]] for row in rows}}

    async def made_of(self, event_id: str) -> list[Entry]:
        """Return the entries that the message *event_id* has brought about, or that hold it; no later versions."""
        rows = await self._db.rows(
            "SELECT * FROM entry WHERE event_id = ?1 AND kind NOT IN ('marked', 'withdrawn', 'redacted', 'edited',"
            " 'unpinned', 'undone', 'pin') AND NOT (kind = 'note' AND corrects IS NOT NULL)"
            f" UNION SELECT * FROM entry WHERE kind IN ('pin', 'declared') AND {_SOURCE} = ?1"
            " UNION SELECT e.* FROM report_source s JOIN report r ON r.ref = s.ref AND r.revision = s.revision"
            " JOIN entry e ON e.event_id = r.event_id AND e.ref = r.incident AND e.kind = 'report'"
            " WHERE s.event_id = ?1 ORDER BY ref, number",
            event_id,
        )
        return [entry_of(row) for row in rows]

    async def worded_by(self, event_id: str) -> list[Entry]:
        """Return the entries that hold words of the message *event_id*, but what was pinned of it.

        Also what was declared from it: the title, and the notes that hold all of it.
        """
        rows = await self._db.rows(
            "WITH made AS (SELECT * FROM entry WHERE event_id = ?1 AND kind NOT IN ('pin', 'edited')"
            f" UNION SELECT * FROM entry WHERE kind IN ('pin', 'declared') AND {_SOURCE} = ?1 AND kind = 'declared')"
            " SELECT * FROM made WHERE text != '' UNION SELECT n.* FROM made d JOIN entry n ON n.event_id = d.event_id"
            " AND n.ref = d.ref WHERE d.kind = 'declared' AND n.kind = 'note' AND n.data ->> '$.whole' AND n.text != ''"
            " ORDER BY ref, number",
            event_id,
        )
        return [entry_of(row) for row in rows]

    async def list_in(self, room_id: str) -> list[Reference]:
        """Return what has a card in the room, and parts that are marked."""
        rows = await self._db.rows(
            "SELECT ref FROM card WHERE room_id = ? AND EXISTS (SELECT 1 FROM entry e INDEXED BY entry_marked"
            " WHERE e.kind = 'marked' AND e.corrects IS NOT NULL AND e.ref = card.ref) ORDER BY ref",
            room_id,
        )
        return [Reference(row["ref"]) for row in rows]
