"""Incidents and their timelines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.model.handling import Handling
from bot.model.incident import (
    Assigned,
    Entry,
    EntryKind,
    Incident,
    Part,
    Reason,
    Severity,
    Status,
    Type,
    Validation,
    packed,
)
from bot.model.incident.timeline import UNCOUNTED
from bot.model.person import LanguageCode, UserId
from bot.model.places import Place
from bot.model.reference import Reference
from bot.store.database import Database, Row
from bot.store.search import band

_COLUMNS = (
    "ref", "title", "language", "room_id", "declared_by", "agency", "declared_at", "happened_at", "type", "severity",
    "status", "reason", "place", "lead", "validation", "of", "handling", "revision",
    "roles", "exercise", "latitude", "longitude", "band",
)  # fmt: skip


NOBODYS: Row = {
    "ref": "-", "title": "-", "language": "en", "room_id": "-", "declared_by": "-", "agency": None,
    "declared_at": "2026-01-01T00:00:00+00:00", "happened_at": None, "type": "other", "severity": "low",
    "status": "open", "reason": None, "place": None, "lead": None, "validation": None, "of": None,
    "handling": "TLP:RED", "revision": 1, "roles": "[]", "exercise": 0,
}  # fmt: skip


class IncidentStore:
    """The incident and entry tables. An entry is never changed, and never deleted but with its incident."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, incident: Incident) -> None:
        """Record the incident as it stands now; raise ValueError if something of it is left out."""
        if incident.partial:
            raise ValueError(f"{incident.ref} is not whole")
        values = _values(incident)
        marks = ", ".join("?" * len(_COLUMNS))
        names = ", ".join(f'"{name}"' for name in _COLUMNS)
        self._db.write(f"INSERT OR REPLACE INTO incident ({names}) VALUES ({marks})", *values)

    async def find(self, ref: Reference) -> Incident | None:
        """Return the incident, or None."""
        row = await self._db.row("SELECT * FROM incident WHERE ref = ?", str(ref))
        return _incident(row) if row else None

    async def list_of(self, refs: Sequence[Reference]) -> dict[Reference, Incident]:
        """Return the incidents by their references."""
        rows = await self._db.rows(
            "SELECT * FROM incident WHERE ref IN (SELECT value FROM json_each(?))", json.dumps([*map(str, refs)])
        )
        return {Reference(row["ref"]): _incident(row) for row in rows}

    async def list_duplicates(self, ref: Reference) -> list[Reference]:
        """Return what is closed as a duplicate of the incident, in the order in which it was declared."""
        rows = await self._db.rows('SELECT ref FROM incident WHERE "of" = ? ORDER BY declared_at, ref', str(ref))
        return [Reference(row["ref"]) for row in rows]

    async def list_linked(self, ref: Reference) -> list[Reference]:
        """Return what is linked with the incident."""
        rows = await self._db.rows("SELECT other FROM link WHERE ref = ? ORDER BY other", str(ref))
        return [Reference(row["other"]) for row in rows]

    async def link(self, ref: Reference, other: Reference) -> bool:
        """Link two incidents, each with the other; return whether they were not."""
        sql = "INSERT OR IGNORE INTO link (ref, other) VALUES (?1, ?2), (?2, ?1)"
        return bool(await self._db.execute(sql, str(ref), str(other)))

    async def look(self, ref: Reference) -> Incident:
        """Return the incident, or one that nobody may see: what is not there takes the same steps, and as long."""
        row = await self._db.row("SELECT * FROM incident WHERE ref = ?", str(ref))
        return _incident(row or NOBODYS)

    async def taken(self, ref: Reference) -> bool:
        """Return whether something has that reference."""
        row = await self._db.row(
            "SELECT 1 FROM incident WHERE ref = ?1 UNION ALL SELECT 1 FROM task WHERE ref = ?1 UNION ALL SELECT 1 FROM"
            " report WHERE ref = ?1 UNION ALL SELECT 1 FROM report_draft WHERE ref = ?1 UNION ALL"
            " SELECT 1 FROM sealed WHERE ref = ?1 UNION ALL SELECT 1 FROM handover WHERE ref = ?1 UNION ALL"
            " SELECT 1 FROM swap WHERE ref = ?1 UNION ALL SELECT 1 FROM briefing WHERE ref = ?1 UNION ALL"
            " SELECT 1 FROM reminder WHERE ref = ?1 UNION ALL SELECT 1 FROM patrol WHERE ref = ?1 UNION ALL"
            " SELECT 1 FROM poll WHERE ref = ?1 UNION ALL SELECT 1 FROM purged WHERE ref = ?1",
            str(ref),
        )
        return row is not None

    async def list_declared(self, room_id: str, declared_by: UserId, since: datetime) -> list[Incident]:
        """Return what a person has declared in the room since then, the newest first."""
        rows = await self._db.rows(
            "SELECT * FROM incident WHERE declared_by = ? AND declared_at >= ? AND room_id = ?"
            " ORDER BY +declared_at DESC",
            declared_by,
            since.isoformat(),
            room_id,
        )
        return [_incident(row) for row in rows]

    async def list_in(
        self, rooms: Sequence[str], statuses: Iterable[Status], agencies: Sequence[str] = ()
    ) -> list[Incident]:
        """Return the incidents of *rooms*, and those let to *agencies*, with these statuses, the newest first."""
        rows = await self._db.rows(
            "SELECT * FROM incident WHERE ref IN (SELECT ref FROM incident"
            " WHERE room_id IN (SELECT value FROM json_each(?1)) AND status IN (SELECT value FROM json_each(?2))"
            " UNION SELECT ref FROM granted WHERE agency IN (SELECT value FROM json_each(?3)))"
            " AND status IN (SELECT value FROM json_each(?2)) ORDER BY +declared_at DESC",
            json.dumps([*rooms]),
            json.dumps([*statuses]),
            json.dumps([*agencies]),
        )
        return [_incident(row) for row in rows]

    async def list_lively(self, rooms: Sequence[str], since: datetime, agencies: Sequence[str] = ()) -> list[Incident]:
        """Return what of *rooms*, or let to *agencies*, is not closed or has an entry since then, the newest first."""
        # By the indexes: left to itself, SQLite reads the whole archive in the order of the references.
        rows = await self._db.rows(
            "SELECT * FROM incident WHERE ref IN (SELECT ref FROM incident"
            " WHERE room_id IN (SELECT value FROM json_each(?3)) AND status IN (?5, ?6)"
            " UNION ALL SELECT i.ref FROM granted g JOIN incident i ON i.ref = g.ref"
            " WHERE g.agency IN (SELECT value FROM json_each(?4)) AND i.status != ?1"
            " UNION ALL SELECT ref FROM entry INDEXED BY entry_entered WHERE entered_at >= ?2)"
            " AND (room_id IN (SELECT value FROM json_each(?3))"
            " OR ref IN (SELECT ref FROM granted WHERE agency IN (SELECT value FROM json_each(?4))))"
            " ORDER BY +declared_at DESC",
            Status.CLOSED,
            since.isoformat(),
            json.dumps([*rooms]),
            json.dumps([*agencies]),
            Status.OPEN,
            Status.CONTAINED,
        )
        return [_incident(row) for row in rows]

    async def add(self, entry: Entry, logged: int) -> None:
        """Record an entry of a timeline, whose number must be the next; *logged* is its index in the audit log."""
        self._db.write(
            "INSERT INTO entry (ref, number, kind, author, agency, entered_at, received_at, sent_at, event_id,"
            " happened_at, text, language, data, corrects, logged)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(entry.ref),
            entry.number,
            entry.kind,
            entry.author,
            entry.agency,
            entry.entered_at.isoformat(),
            entry.received_at.isoformat(),
            entry.sent_at.isoformat(),
            entry.event_id,
            entry.happened_at.isoformat() if entry.happened_at else None,
            entry.text,
            entry.language,
            json.dumps(dict(entry.values), ensure_ascii=False),
            entry.corrects,
            logged,
        )

    async def last_number(self, ref: Reference) -> int:
        """Return the number of the last entry, 0 if there is none."""
        row = await self._db.row("SELECT max(number) AS last FROM entry WHERE ref = ?", str(ref))
        return (row["last"] or 0) if row else 0

    async def next_number(self, ref: Reference, kind: EntryKind, corrects: int | None = None) -> int:
        """Return the number of the next entry, if it is of that kind: below 0 if it is not counted.

        What *corrects* an entry that is not counted is not either.
        """
        if kind not in UNCOUNTED and (corrects or 0) >= 0:
            return await self.last_number(ref) + 1
        row = await self._db.row("SELECT min(number) AS first FROM entry WHERE ref = ?", str(ref))
        return min((row["first"] or 0) if row else 0, 0) - 1

    async def entries(self, ref: Reference) -> list[Entry]:
        """Return the timeline in the order in which it was entered."""
        rows = await self._db.rows("SELECT * FROM entry WHERE ref = ? ORDER BY logged, number", str(ref))
        return [entry_of(row) for row in rows]

    async def latest_worded(self, refs: Iterable[Reference], most: int) -> list[tuple[Reference, int]]:
        """Return the record and number of the last *most* entries in which somebody wrote something, by event time."""
        rows = await self._db.rows(
            "SELECT ref, number FROM entry WHERE ref IN (SELECT value FROM json_each(?)) AND text != ''"
            " ORDER BY coalesce(happened_at, sent_at) DESC, entered_at DESC, number DESC LIMIT ?",
            json.dumps([*map(str, refs)]),
            most,
        )
        return [(Reference(row["ref"]), row["number"]) for row in rows]

    async def list_numbered(self, ref: Reference, numbers: Iterable[int]) -> list[Entry]:
        """Return the entries with these numbers."""
        rows = await self._db.rows(
            "SELECT * FROM entry WHERE ref = ? AND number IN (SELECT value FROM json_each(?)) ORDER BY number",
            str(ref),
            json.dumps([*numbers]),
        )
        return [entry_of(row) for row in rows]

    async def list_entered(
        self, refs: Iterable[Reference], authors: Iterable[UserId], since: datetime, until: datetime
    ) -> list[Entry]:
        """Return what these *authors* entered into those incidents in [*since*, *until*), in that order."""
        rows = await self._db.rows(
            "SELECT e.* FROM json_each(?) w JOIN entry e ON e.ref = w.value"
            " WHERE e.author IN (SELECT value FROM json_each(?)) AND e.entered_at >= ? AND e.entered_at < ?"
            " ORDER BY e.entered_at, e.ref, e.number",
            json.dumps([str(ref) for ref in refs]),
            json.dumps([*authors]),
            since.isoformat(),
            until.isoformat(),
        )
        return [entry_of(row) for row in rows]

    async def texts(self, wanted: Iterable[tuple[Reference, int]]) -> dict[tuple[Reference, int], str]:
        """Return what people wrote in entries, by the incident and number of each."""
        rows = await self._db.rows(
            "SELECT e.ref, e.number, e.text FROM json_each(?) w"
            " JOIN entry e ON e.ref = w.value ->> 0 AND e.number = w.value ->> 1",
            json.dumps([[str(ref), number] for ref, number in wanted]),
        )
        return {(Reference(row["ref"]), row["number"]): row["text"] for row in rows}

    async def list_kind(self, ref: Reference, kind: EntryKind) -> list[Entry]:
        """Return the entries of that kind, in the order in which they were entered."""
        rows = await self._db.rows("SELECT * FROM entry WHERE ref = ? AND kind = ? ORDER BY number", str(ref), kind)
        return [entry_of(row) for row in rows]

    async def find_about(self, room_id: str, event_id: str) -> Reference | None:
        """Return what our post *event_id* in the room is about: an incident, or what belongs to one; None: nothing."""
        row = await self._db.row(
            "SELECT coalesce(o.payload ->> '$.ref', c.ref) AS ref FROM outbox o LEFT JOIN card c ON c.post = o.id"
            " WHERE o.event_id = ? AND o.room_id = ?",
            event_id,
            room_id,
        )
        return Reference(row["ref"]) if row and row["ref"] else None

    async def list_marked_in(self, room_id: str) -> list[Reference]:
        """Return what has a card in the room and is marked."""
        rows = await self._db.rows(
            "SELECT c.ref FROM card c JOIN incident i ON i.ref = c.ref WHERE c.room_id = ?"
            " AND (i.handling != '' OR EXISTS (SELECT 1 FROM mark m WHERE m.ref = c.ref)) ORDER BY c.ref",
            room_id,
        )
        return [Reference(row["ref"]) for row in rows]

    async def rooms_granted(self, agencies: Sequence[str]) -> list[str]:
        """Return the rooms of what was let to any of *agencies*."""
        rows = await self._db.rows(
            "SELECT DISTINCT i.room_id FROM granted g JOIN incident i ON i.ref = g.ref"
            " WHERE g.agency IN (SELECT value FROM json_each(?)) ORDER BY i.room_id",
            json.dumps([*agencies]),
        )
        return [row["room_id"] for row in rows]

    async def find_whose(self, ref: Reference) -> Reference | None:
        """Return the incident that has that reference, or whose task or report has it; None if there is none."""
        row = await self._db.row(
            "SELECT ref FROM incident WHERE ref = ?1 UNION ALL SELECT incident FROM task WHERE ref = ?1 UNION ALL"
            " SELECT incident FROM report WHERE ref = ?1 AND incident IS NOT NULL UNION ALL"
            " SELECT incident FROM report_draft WHERE ref = ?1 AND incident IS NOT NULL LIMIT 1",
            str(ref),
        )
        return Reference(row["ref"]) if row else None

    async def find_posted(self, room_id: str, event_id: str) -> Reference | None:
        """Return the incident whose card, or a post about which, *event_id* is; None if it is none."""
        ref = await self.find_about(room_id, event_id)
        row = await self._db.row(
            "SELECT coalesce((SELECT incident FROM task WHERE ref = ?1), (SELECT incident FROM report WHERE ref = ?1"
            " LIMIT 1), (SELECT ref FROM incident WHERE ref = ?1)) AS incident",
            str(ref or ""),
        )
        return Reference(row["incident"]) if row and row["incident"] else None


def _values(incident: Incident) -> Sequence[Any]:
    place, valid = incident.place, incident.validation
    return (
        str(incident.ref),
        incident.title,
        incident.language,
        incident.room_id,
        incident.declared_by,
        incident.agency,
        incident.declared_at.isoformat(),
        incident.happened_at.isoformat() if incident.happened_at else None,
        incident.type,
        incident.severity,
        incident.status,
        incident.reason,
        json.dumps([place.latitude, place.longitude, place.precision_m, place.text, place.name]) if place else None,
        incident.lead,
        json.dumps([valid.by, valid.agency, valid.at.isoformat()]) if valid else None,
        str(incident.of) if incident.of else None,
        str(incident.handling or ""),
        incident.revision,
        json.dumps(packed(incident.roles)),
        int(incident.exercise),
        *(where_of(place) if place else (None, None, None)),
    )


def where_of(place: Place) -> tuple[float, float, int]:
    """Return the latitude and longitude by which an incident is found, and the band that it is in."""
    return place.latitude, place.longitude, band(place.latitude)


def _incident(row: Row) -> Incident:
    return Incident(
        Reference(row["ref"]),
        row["title"],
        LanguageCode(row["language"]),
        row["room_id"],
        UserId(row["declared_by"]),
        row["agency"],
        datetime.fromisoformat(row["declared_at"]),
        datetime.fromisoformat(row["happened_at"]) if row["happened_at"] else None,
        Type(row["type"]) if row["type"] else None,
        Severity(row["severity"]) if row["severity"] else None,
        Status(row["status"]),
        Reason(row["reason"]) if row["reason"] else None,
        Place(*json.loads(row["place"])) if row["place"] else None,
        UserId(row["lead"]) if row["lead"] else None,
        _validation(json.loads(row["validation"])) if row["validation"] else None,
        Reference(row["of"]) if row["of"] else None,
        Handling.of(row["handling"]),
        row["revision"],
        _roles(row["roles"]),
        bool(row["exercise"]),
    )


def _roles(kept: str) -> tuple[Assigned, ...]:
    if kept == "[]":  # most have none, and many are read at once
        return ()
    return tuple(Assigned(Part(part), UserId(user), agency) for part, user, agency in json.loads(kept))


def _validation(kept: Sequence[str]) -> Validation:
    by, agency, at = kept
    return Validation(UserId(by), agency, datetime.fromisoformat(at))


def entry_of(row: Row) -> Entry:
    """Return the entry in *row*."""
    return Entry(
        row["number"],
        Reference(row["ref"]),
        EntryKind(row["kind"]),
        UserId(row["author"]),
        row["agency"],
        datetime.fromisoformat(row["entered_at"]),
        datetime.fromisoformat(row["received_at"]),
        datetime.fromisoformat(row["sent_at"]),
        row["event_id"],
        datetime.fromisoformat(row["happened_at"]) if row["happened_at"] else None,
        row["text"],
        LanguageCode(row["language"]) if row["language"] else None,
        json.loads(row["data"]),
        row["corrects"],
    )
