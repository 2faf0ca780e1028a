"""Purges: which records there are, when they were over, and the deletion of one everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.model.audit import FORGOTTEN, HELD
from bot.model.purge import Purged, Record, RecordClass
from bot.model.reference import Reference
from bot.store.database import Database, Row

_RECORDS = """
SELECT 'incident' AS class, i.ref, i.agency, i.room_id, EXISTS (SELECT 1 FROM hold h WHERE h.ref = i.ref) AS held,
    CASE i.status WHEN 'closed' THEN (SELECT max(entered_at) FROM entry e WHERE e.ref = i.ref) END AS ended_at
    FROM incident i
UNION ALL SELECT 'report', r.ref, r.agency, r.room_id, 0, r.made_at FROM report r WHERE r.incident IS NULL
    AND r.revision = (SELECT max(o.revision) FROM report o WHERE o.ref = r.ref)
UNION ALL SELECT 'handover', h.ref, p.agency, h.room_id, EXISTS (SELECT 1 FROM handover_item t JOIN hold o
    ON instr(t.key, o.ref) WHERE t.ref = h.ref), CASE WHEN h.state IN ('accepted', 'refused') THEN h.ended_at END
    FROM handover h LEFT JOIN duty_post p ON p.name = h.post
UNION ALL SELECT 'minutes', s.ref, b.agency, s.room_id, EXISTS (SELECT 1 FROM minute m JOIN hold o ON o.ref = m.about
    WHERE m.sitting = s.ref), s.closed_at FROM sitting s LEFT JOIN briefing b ON b.ref = s.briefing
"""

_PARTS = """
SELECT ?1 AS ref UNION SELECT ref FROM report WHERE incident = ?1 UNION SELECT ref FROM task WHERE incident = ?1
UNION SELECT ref FROM report_draft WHERE incident = ?1
"""

_EVENTS = """
WITH said (event) AS (
    SELECT event_id FROM entry WHERE ref = ?1
    UNION SELECT coalesce(data ->> '$.event', data ->> '$.from') FROM entry
        WHERE ref = ?1 AND kind IN ('pin', 'declared')
    UNION SELECT event_id FROM report WHERE ref = ?1 OR incident = ?1
    UNION SELECT s.event_id FROM report_source s JOIN report r ON r.ref = s.ref WHERE r.ref = ?1 OR r.incident = ?1
    UNION SELECT event FROM handover_said WHERE ref = ?1
    UNION SELECT said FROM minute WHERE sitting = ?1
)
SELECT event FROM said WHERE event IS NOT NULL AND event != ''
    AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.event_id = event AND e.ref != ?1)
    AND NOT EXISTS (SELECT 1 FROM entry e WHERE coalesce(e.data ->> '$.event', e.data ->> '$.from') = event
        AND e.kind IN ('pin', 'declared') AND e.ref != ?1)
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.event_id = event AND r.ref != ?1 AND r.incident IS NOT ?1)
"""

_OF_THE_RECORD = (
    "DELETE FROM entry WHERE ref IN refs",
    "DELETE FROM incident WHERE ref IN refs",
    "DELETE FROM report WHERE ref IN refs",
    "DELETE FROM report_mark WHERE ref IN refs",
    "DELETE FROM report_draft WHERE ref IN refs",
    "DELETE FROM report_wording WHERE ref IN refs",
    "DELETE FROM report_source WHERE ref IN refs",
    "DELETE FROM task WHERE ref IN refs",
    "DELETE FROM wording WHERE ref IN refs",
    "DELETE FROM card WHERE ref IN refs",
    "DELETE FROM copy WHERE ref IN refs",
    "DELETE FROM pin WHERE ref IN refs",
    "DELETE FROM link WHERE ref IN refs OR other IN refs",
    "DELETE FROM parent WHERE ref IN refs OR parent IN refs",
    "DELETE FROM mark WHERE ref IN refs",
    "DELETE FROM granted WHERE ref IN refs",
    "DELETE FROM release WHERE ref IN refs",
    "DELETE FROM searched WHERE ref IN refs",
    "DELETE FROM received WHERE ref IN refs",
    "DELETE FROM recall WHERE ref IN refs",
    "DELETE FROM purpose WHERE ref IN refs",
    "DELETE FROM review WHERE ref IN refs",
    "DELETE FROM export WHERE ref IN refs",
    "DELETE FROM handover WHERE ref IN refs",
    "DELETE FROM handover_item WHERE ref IN refs",
    "DELETE FROM handover_said WHERE ref IN refs",
    "DELETE FROM handover_read_back WHERE ref IN refs",
    "DELETE FROM handover_kept WHERE ref IN refs",
    "DELETE FROM minute WHERE sitting IN refs",
    "DELETE FROM minute_verdict WHERE sitting IN refs",
    "DELETE FROM minute_reading WHERE sitting IN refs",
    "DELETE FROM attendance WHERE sitting IN refs",
    "DELETE FROM sitting WHERE ref IN refs",
    "DELETE FROM due WHERE kind != 'purge' AND (ref IN refs OR substr(ref, 1, instr(ref, ' ') - 1) IN refs)",
    "UPDATE due SET payload = '{}' WHERE kind = 'purge' AND ref IN refs",
    "DELETE FROM question WHERE data ->> '$.ref' IN refs OR data ->> '$.incident' IN refs"
    " OR post IN (SELECT post FROM holding WHERE source IN refs)",
)
"""Everything that is a record's own, by the references of the record and its parts. Triggers see to copies and the
search index as well."""

_OF_ITS_MESSAGES = (
    "DELETE FROM translation WHERE event_id IN events",
    "DELETE FROM memory WHERE key IN (SELECT key FROM memory_source WHERE event_id IN events)"
    " AND NOT EXISTS (SELECT 1 FROM memory_source s WHERE s.key = memory.key AND s.event_id NOT IN events)",
    "DELETE FROM memory_source WHERE event_id IN events",
    "DELETE FROM correction WHERE event_id IN events",
    "DELETE FROM wish WHERE source IN events",
    "DELETE FROM voice WHERE event_id IN events",
    "DELETE FROM question WHERE data ->> '$.said' IN events OR data ->> '$.source' IN events",
    "DELETE FROM original WHERE event_id IN events",
    "DELETE FROM line_mark WHERE said IN events",
)
"""What is kept of the messages that a record was made of, and that no other record holds."""


class PurgeStore:
    """The purged table, and every other one where a record that goes leaves anything."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Which records there are

    async def find(self, ref: Reference) -> Record | None:
        """Return the record that can be purged, or None."""
        row = await self._db.row(f"SELECT * FROM ({_RECORDS}) WHERE ref = ?", str(ref))
        return _record(row) if row else None

    async def list_over(self, kind: RecordClass, before: datetime) -> list[Record]:
        """Return the records of a class that were over before *before*, the first to end first."""
        rows = await self._db.rows(
            f"SELECT * FROM ({_RECORDS}) WHERE class = ? AND ended_at < ? ORDER BY ended_at, ref",
            kind,
            before.isoformat(),
        )
        return [_record(row) for row in rows]

    async def count(self, kind: RecordClass) -> int:
        """Return how many records of a class there are, over or not."""
        row = await self._db.row(f"SELECT count(*) AS n FROM ({_RECORDS}) WHERE class = ?", kind)
        return int(row["n"]) if row else 0

    async def list_of(self, agency: str) -> list[Record]:
        """Return all records of an agency, over or not."""
        rows = await self._db.rows(f"SELECT * FROM ({_RECORDS}) WHERE agency = ? ORDER BY ref", agency)
        return [_record(row) for row in rows]

    # When an agency leaves

    async def rostered(self) -> list[str]:
        """Return who stands in a rotation that goes on."""
        rows = await self._db.rows(
            "SELECT DISTINCT p.value AS person FROM rotation r, json_each(r.people) p WHERE r.ended IS NULL"
            " ORDER BY person"
        )
        return [row["person"] for row in rows]

    async def questioned(self) -> list[str]:
        """Return who is asked something that they have not answered."""
        rows = await self._db.rows("SELECT DISTINCT asked FROM question WHERE outcome IS NULL ORDER BY asked")
        return [row["asked"] for row in rows]

    async def settle_all(self, asked: str) -> None:
        """Close all that somebody is asked."""
        self._db.write(
            "UPDATE question SET outcome = 'settled', data = '{}' WHERE outcome IS NULL AND asked = ?", asked
        )

    async def owned(self) -> list[tuple[str, str]]:
        """Return which tasks that are not done are for whom."""
        rows = await self._db.rows(
            "SELECT ref, owner FROM task WHERE done_at IS NULL AND owner IS NOT NULL ORDER BY ref"
        )
        return [(row["ref"], row["owner"]) for row in rows]

    async def handed(self, kind: str, agency: str, since: datetime) -> bool:
        """Return whether a lead of the agency has the file of what it originated, since *since*, and none waits.

        That one was made is not enough: it may have been withdrawn, or the homeserver did not take it.
        """
        row = await self._db.row(
            "SELECT 1 FROM due d JOIN outbox o ON o.kind = 'file' AND o.state = 'sent'"
            " AND instr(o.cause, 'due ' || d.kind || ' ' || d.ref || ' ' || d.number || ' ') = 1"
            " WHERE d.kind = ?1 AND d.state = 'done' AND d.payload ->> '$.agency' = ?2 AND d.at >= ?3",
            kind,
            agency,
            since.isoformat(timespec="microseconds"),
        )
        return row is not None and not await self.posting(agency)

    async def posting(self, agency: str, to: str | None = None) -> bool:
        """Return whether a file of what the agency originated waits to be posted, *to* somebody or to anybody."""
        row = await self._db.row(
            "SELECT 1 FROM outbox o JOIN file f ON f.id = o.id WHERE o.state = 'waiting'"
            " AND o.payload ->> '$.agency' = ?1 AND o.payload ->> '$.to' = coalesce(?2, o.payload ->> '$.to')",
            agency,
            to,
        )
        return row is not None

    async def drop_files(self, kind: str, agency: str) -> None:
        """Let no other lead of the agency wait for the file: what it is of is being purged."""
        self._db.write(
            "UPDATE due SET state = 'dropped' WHERE kind = ? AND state = 'waiting' AND payload ->> '$.agency' = ?",
            kind,
            agency,
        )

    async def purged(self, ref: Reference) -> bool:
        """Return whether the record was purged."""
        return await self._db.row("SELECT 1 FROM purged WHERE ref = ?", str(ref)) is not None

    async def last(self) -> datetime | None:
        """Return when anything was purged last, or None."""
        row = await self._db.row("SELECT max(at) AS at FROM purged")
        return datetime.fromisoformat(row["at"]) if row and row["at"] else None

    # What one consists of

    async def parts(self, ref: Reference) -> list[str]:
        """Return the references of the record and of what belongs to it."""
        return [row["ref"] for row in await self._db.rows(_PARTS, str(ref))]

    async def messages(self, ref: Reference) -> list[str]:
        """Return the messages that the record was made of and no other record holds, with their present texts."""
        rows = await self._db.rows(_EVENTS, str(ref))
        events = [row["event"] for row in rows]
        more = await self._db.rows(
            "SELECT revision, edit FROM original WHERE event_id IN (SELECT value FROM json_each(?))", json.dumps(events)
        )
        return list(dict.fromkeys([*events, *(one for row in more for one in (row["revision"], row["edit"]) if one)]))

    async def logged(self, refs: Sequence[str], events: Sequence[str], since: int = 0) -> list[tuple[int, str | None]]:
        """Return the entries of the log from *since* on whose contents tell of it, or that tell of an emptied one.

        Each with the index that it tells of, if it does; in their order. It reads the whole log.
        """
        rows = await self._db.rows(
            "SELECT position, CASE WHEN kind IN (?4, ?5) THEN ref END AS of FROM (SELECT position,"
            " CAST(envelope AS TEXT) ->> '$.ref' AS ref, CAST(envelope AS TEXT) ->> '$.kind' AS kind, content"
            " FROM audit_entry JOIN audit_content USING (position) WHERE position >= ?3)"
            " WHERE kind IN (?4, ?5) OR ref IN (SELECT value FROM json_each(?1))"
            " OR position IN (SELECT position FROM audit_said WHERE event IN (SELECT value FROM json_each(?2)))"
            " OR (kind GLOB 'briefing.*'"
            " AND CAST(content AS TEXT) ->> '$.sitting' IN (SELECT value FROM json_each(?1)))"
            " ORDER BY position",
            json.dumps([*refs]),
            json.dumps([*events]),
            since,
            FORGOTTEN,
            HELD,
        )
        return [(row["position"], row["of"]) for row in rows]

    async def emptied(self, refs: Sequence[str]) -> list[int]:
        """Return the entries of the log about these records that have no content any more."""
        rows = await self._db.rows(
            "SELECT position FROM audit_entry WHERE CAST(envelope AS TEXT) ->> '$.ref'"
            " IN (SELECT value FROM json_each(?)) AND position NOT IN (SELECT position FROM audit_content)",
            json.dumps([*refs]),
        )
        return [row["position"] for row in rows]

    async def leaves(self, positions: Iterable[int]) -> list[bytes]:
        """Return the leaves of these entries of the log, in the order of the log."""
        rows = await self._db.rows(
            "SELECT leaf FROM audit_entry WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position",
            json.dumps([*positions]),
        )
        return [row["leaf"] for row in rows]

    # Deleting

    async def delete(self, purged: Purged, refs: Sequence[str], events: Sequence[str]) -> None:
        """Delete the record and all that is its own, and what is kept of its messages; what is left says *purged*.

        Nothing of it stands in the database's log either, once that is emptied (`Store.scrub`).
        """
        self._db.write(
            "INSERT OR REPLACE INTO purged (ref, class, at, digest) VALUES (?, ?, ?, ?)",
            str(purged.ref),
            purged.kind,
            purged.at.isoformat(),
            purged.digest,
        )
        listed = {"refs": json.dumps([*refs]), "events": json.dumps([*events])}
        for name, statements in (("refs", _OF_THE_RECORD), ("events", _OF_ITS_MESSAGES)):
            for statement in statements:
                sql = f"WITH {name} AS (SELECT value FROM json_each(?)) {statement}"
                await self._db.execute(sql, listed[name])
        self._db.scrub_due = True


def _record(row: Row) -> Record:
    ended = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None
    kind = RecordClass(row["class"])
    return Record(kind, Reference(row["ref"]), row["agency"], row["room_id"], ended, bool(row["held"]))
