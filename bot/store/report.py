"""Reports, revision by revision, and those that are being given."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.model.handling import Handling
from bot.model.original import Decided
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.report import Draft, Report, Template, Value
from bot.model.translation import Flag, Translation
from bot.store.database import Database, Row


class ReportStore:
    """The report, report_mark, report_draft and report_wording tables. A revision is never changed."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, report: Report, logged: int) -> None:
        """Record a revision, whose number must be the next; *logged* is its index in the audit log."""
        self._db.write(
            "INSERT INTO report (ref, revision, template, incident, room_id, author, agency, made_at, event_id, data,"
            " logged) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(report.ref),
            report.revision,
            report.template,
            str(report.incident) if report.incident else None,
            report.room_id,
            report.author,
            report.agency,
            report.made_at.isoformat(),
            report.event_id,
            _json(report.values),
            logged,
        )

    async def find(self, ref: Reference, revision: int | None = None) -> Report | None:
        """Return that revision of the report, the last one by default; None if there is none."""
        row = await self._db.row(
            "SELECT * FROM report WHERE ref = ?1 AND revision = coalesce(?2, (SELECT max(revision) FROM report"
            " WHERE ref = ?1))",
            str(ref),
            revision,
        )
        return _report(row) if row else None

    async def find_of(
        self, incident: Reference, template: Template, beside: Collection[Reference] = ()
    ) -> Report | None:
        """Return the last revision of the incident's report by that template, of others than *beside*, or None."""
        row = await self._db.row(
            "SELECT * FROM report WHERE incident = ? AND template = ? AND ref NOT IN (SELECT value FROM json_each(?))"
            " ORDER BY made_at DESC, revision DESC LIMIT 1",
            str(incident),
            template,
            json.dumps([*map(str, beside)]),
        )
        return _report(row) if row else None

    async def add_sources(self, report: Report, events: Iterable[str]) -> None:
        """Record that this revision is the first of the report that holds what the messages *events* have said."""
        keys = [(event, str(report.ref), report.revision) for event in events]
        await self._db.execute_each(
            "INSERT OR IGNORE INTO report_source (event_id, ref, revision) VALUES (?, ?, ?)", keys
        )

    async def list_from(self, room_id: str, event_id: str) -> list[Report]:
        """Return the first revisions that hold what the message *event_id* of the room has said in a field."""
        rows = await self._db.rows(
            "SELECT r.* FROM report_source s JOIN report r ON r.ref = s.ref AND r.revision = s.revision"
            " WHERE s.event_id = ? AND r.room_id = ?",
            event_id,
            room_id,
        )
        return [_report(row) for row in rows]

    async def list_begun(self, room_id: str, event_id: str) -> list[Draft]:
        """Return the drafts of the room that hold what the message *event_id* has said in a field."""
        rows = await self._db.rows(
            "SELECT * FROM report_draft d WHERE room_id = ? AND EXISTS (SELECT 1 FROM json_each(d.data) v"
            " WHERE v.value ->> '$.event' = ?)",
            room_id,
            event_id,
        )
        return [_draft(row) for row in rows]

    async def list_made(self, room_id: str, event_id: str) -> list[Report]:
        """Return the revisions that the message *event_id* of the room has given."""
        rows = await self._db.rows("SELECT * FROM report WHERE event_id = ? AND room_id = ?", event_id, room_id)
        return [_report(row) for row in rows]

    async def list_since(self, report: Report) -> list[Report]:
        """Return that revision of a report, and all later ones."""
        rows = await self._db.rows(
            "SELECT * FROM report WHERE ref = ? AND revision >= ? ORDER BY revision", str(report.ref), report.revision
        )
        return [_report(row) for row in rows]

    async def mark(self, report: Report, handling: Handling | None, decided: Decided) -> None:
        """Record how that revision is handled, by whose word."""
        self._db.write(
            "INSERT OR REPLACE INTO report_mark (ref, revision, handling, decided) VALUES (?, ?, ?, ?)",
            str(report.ref),
            report.revision,
            str(handling or ""),
            decided,
        )

    async def marks(self, ref: Reference) -> dict[int, tuple[Handling | None, Decided]]:
        """Return how revisions of the report were marked afterwards, by their numbers."""
        rows = await self._db.rows("SELECT * FROM report_mark WHERE ref = ?", str(ref))
        return {row["revision"]: (Handling.of(row["handling"]), Decided(row["decided"])) for row in rows}

    async def logged(self, report: Report) -> int | None:
        """Return the index of the entry of the audit log that records that revision."""
        row = await self._db.row(
            "SELECT logged FROM report WHERE ref = ? AND revision = ?", str(report.ref), report.revision
        )
        return row["logged"] if row else None

    async def empty(self, report: Report) -> None:
        """Record a revision of which texts are gone; anything else is refused."""
        self._db.write(
            "UPDATE report SET data = ? WHERE ref = ? AND revision = ?",
            _json(report.values),
            str(report.ref),
            report.revision,
        )

    async def unword(self, ref: Reference, digests: Iterable[str]) -> None:
        """Delete the translations of texts of the report."""
        keys = [(str(ref), digest) for digest in digests]
        await self._db.execute_each("DELETE FROM report_wording WHERE ref = ? AND digest = ?", keys)

    async def list_asked(self, room_id: str, cause: str) -> list[Draft]:
        """Return the drafts of which the next field was asked because of the event *cause*, and is not answered."""
        rows = await self._db.rows(
            "SELECT d.* FROM question q JOIN outbox o ON o.id = q.post JOIN report_draft d"
            " ON d.id = q.data ->> '$.draft' WHERE o.cause = ? AND q.room_id = ? AND q.outcome IS NULL",
            cause,
            room_id,
        )
        return [_draft(row) for row in rows]

    async def list_of(self, incident: Reference) -> list[Report]:
        """Return the last revision of each of the incident's reports, the newest first."""
        rows = await self._db.rows(
            "SELECT r.* FROM report r WHERE incident = ? AND revision = (SELECT max(revision) FROM report o WHERE"
            " o.ref = r.ref) ORDER BY made_at DESC",
            str(incident),
        )
        return [_report(row) for row in rows]

    async def save_draft(self, draft: Draft) -> None:
        """Record what was given so far."""
        self._db.write(
            "UPDATE report_draft SET touched_at = ?, data = ?, passed = ?, asking = ? WHERE id = ?",
            draft.touched_at.isoformat(),
            _json(draft.values),
            json.dumps(draft.passed),
            int(draft.asking),
            draft.id,
        )

    async def begin(self, draft: Draft) -> int:
        """Record a new draft, whatever its id; return the one that it has now."""
        row = await self._db.row(
            "INSERT INTO report_draft (ref, template, incident, room_id, author, touched_at, data, passed, whole,"
            " asking) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            str(draft.ref),
            draft.template,
            str(draft.incident) if draft.incident else None,
            draft.room_id,
            draft.author,
            draft.touched_at.isoformat(),
            _json(draft.values),
            json.dumps(draft.passed),
            int(draft.whole),
            int(draft.asking),
        )
        assert row
        return int(row["id"])

    async def find_draft(self, id: int) -> Draft | None:
        """Return the draft, or None."""
        row = await self._db.row("SELECT * FROM report_draft WHERE id = ?", id)
        return _draft(row) if row else None

    async def list_drafts(self, author: UserId) -> list[Draft]:
        """Return what that person has begun and not given, the last first."""
        rows = await self._db.rows(
            "SELECT * FROM report_draft WHERE author = ? ORDER BY touched_at DESC, id DESC", author
        )
        return [_draft(row) for row in rows]

    async def move(self, draft: Draft, ref: Reference) -> None:
        """Record that what is given is of the report *ref*, with its texts in other languages."""
        self._db.write("UPDATE report_draft SET ref = ? WHERE id = ?", str(ref), draft.id)
        self._db.write("UPDATE OR IGNORE report_wording SET ref = ? WHERE ref = ?", str(ref), str(draft.ref))

    async def drop_draft(self, id: int) -> None:
        """Forget a draft."""
        self._db.write("DELETE FROM report_draft WHERE id = ?", id)

    async def word(self, ref: Reference, digest: str, made: Iterable[Translation]) -> None:
        """Record translations of a text of the report."""
        await self._db.execute_each(
            "INSERT OR REPLACE INTO report_wording (ref, digest, target, text, source, route, engine, flags)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    str(ref),
                    digest,
                    one.target,
                    one.text,
                    one.source,
                    json.dumps(one.route),
                    one.engine,
                    json.dumps(one.flags),
                )
                for one in made
            ],
        )

    async def worded(self, ref: Reference, target: str) -> dict[str, Translation]:
        """Return the translations into *target* of the report's texts, by their digests."""
        rows = await self._db.rows("SELECT * FROM report_wording WHERE ref = ? AND target = ?", str(ref), target)
        return {row["digest"]: _worded(row) for row in rows}

    async def list_given(self, incident: Reference) -> list[tuple[Report, int]]:
        """Return all revisions of the incident's reports, in their order, with their indexes in the audit log."""
        rows = await self._db.rows(
            "SELECT * FROM report WHERE incident = ? AND logged IS NOT NULL ORDER BY ref, revision", str(incident)
        )
        return [(_report(row), int(row["logged"])) for row in rows]

    async def list_worded(self, ref: Reference) -> dict[str, list[Translation]]:
        """Return all translations of the report's texts, by their digests."""
        rows = await self._db.rows("SELECT * FROM report_wording WHERE ref = ? ORDER BY digest, target", str(ref))
        found: dict[str, list[Translation]] = {}
        for row in rows:
            found.setdefault(row["digest"], []).append(_worded(row))
        return found

    async def purge_drafts(self, before: datetime) -> int:
        """Delete drafts that were not touched since *before*; return how many."""
        purged = await self._db.execute("DELETE FROM report_draft WHERE touched_at < ?", before.isoformat())
        await self._db.execute(
            "DELETE FROM report_wording WHERE ref NOT IN (SELECT ref FROM report UNION SELECT ref FROM report_draft)"
        )
        return purged


def _worded(row: Row) -> Translation:
    return Translation(
        row["text"],
        row["source"],
        row["target"],
        tuple(json.loads(row["route"])),
        row["engine"],
        tuple(Flag(flag) for flag in json.loads(row["flags"])),
    )


def _json(values: Mapping[str, Value]) -> str:
    return json.dumps({code: value.content for code, value in values.items()}, ensure_ascii=False)


def _values(text: str) -> dict[str, Value]:
    found: dict[str, Any] = json.loads(text)
    return {
        code: Value(
            one["typed"],
            one["meant"],
            LanguageCode(one["language"]) if one["language"] else None,
            one.get("event", ""),
            one.get("marked", {}),
        )
        for code, one in found.items()
    }


def _ref(text: str | None) -> Reference | None:
    return Reference(text) if text else None


def _report(row: Row) -> Report:
    return Report(
        Reference(row["ref"]),
        row["revision"],
        Template(row["template"]),
        _ref(row["incident"]),
        row["room_id"],
        UserId(row["author"]),
        row["agency"],
        datetime.fromisoformat(row["made_at"]),
        row["event_id"],
        _values(row["data"]),
    )


def _draft(row: Row) -> Draft:
    return Draft(
        row["id"],
        Reference(row["ref"]),
        Template(row["template"]),
        _ref(row["incident"]),
        row["room_id"],
        UserId(row["author"]),
        datetime.fromisoformat(row["touched_at"]),
        _values(row["data"]),
        tuple(json.loads(row["passed"])),
        bool(row["whole"]),
        bool(row["asking"]),
    )
