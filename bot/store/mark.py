"""How records are marked, and which agencies have them by their originator's word."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from bot.model.handling import Mark, Marking, Release
from bot.model.reference import Reference
from bot.store.database import Database, Row

BY_MARK, BY_RELEASE = "mark", "release"


UNMARKED: Row = {
    "owner": json.dumps(Mark().to_json()),
    "others": json.dumps(Mark().to_json()),
    "decided": 0,
}


class MarkStore:
    """The mark and granted tables. What is not marked has no row in the first."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def save(self, ref: Reference, marking: Marking) -> None:
        """Record how it is marked, in place of how it was."""
        self._db.write(
            "INSERT OR REPLACE INTO mark (ref, owner, others, decided) VALUES (?, ?, ?, ?)",
            str(ref),
            json.dumps(marking.owner.to_json()),
            json.dumps(marking.others.to_json()),
            int(marking.decided),
        )
        self._db.write("DELETE FROM granted WHERE ref = ? AND source = ?", str(ref), BY_MARK)
        for agency in marking.owner.releasable or ():
            self._grant(ref, Release(agency), BY_MARK)

    async def release(self, ref: Reference, release: Release) -> None:
        """Record that an agency has it, in place of an earlier release to that agency."""
        self._grant(ref, release, BY_RELEASE)

    async def end_release(self, ref: Reference, agency: str, at: datetime) -> None:
        """Record that the release to that agency has ended, if it was to end by *at*, wherever the clock is set."""
        self._db.write(
            "UPDATE granted SET ended = 1 WHERE ref = ? AND agency = ? AND source = ? AND until <= ?",
            str(ref),
            agency,
            BY_RELEASE,
            at.isoformat(),
        )

    def _grant(self, ref: Reference, release: Release, source: str) -> None:
        self._db.write(
            "INSERT OR REPLACE INTO granted (ref, agency, source, until, ended) VALUES (?, ?, ?, ?, ?)",
            str(ref),
            release.agency,
            source,
            release.until.isoformat() if release.until else None,
            int(release.ended),
        )

    async def list_of(self, refs: Collection[Reference]) -> dict[Reference, Marking]:
        """Return how those of *refs* are marked that are."""
        rows = await self._db.rows(
            "SELECT * FROM mark WHERE ref IN (SELECT value FROM json_each(?))", json.dumps([*map(str, refs)])
        )
        found = {Reference(row["ref"]): _marking(row) for row in rows}
        if len(refs) == 1 and not found:
            _marking(UNMARKED)  # as long as for what has a row: time is not to tell of one that is asked about
        return found

    async def releases(self, refs: Iterable[Reference]) -> dict[Reference, Sequence[Release]]:
        """Return to whom those of *refs* are released that are, ended releases included."""
        rows = await self._db.rows(
            "SELECT * FROM granted WHERE source = ? AND ref IN (SELECT value FROM json_each(?)) ORDER BY agency",
            BY_RELEASE,
            json.dumps([*map(str, refs)]),
        )
        found: dict[Reference, list[Release]] = {}
        for row in rows:
            until = datetime.fromisoformat(row["until"]) if row["until"] else None
            found.setdefault(Reference(row["ref"]), []).append(Release(row["agency"], until, bool(row["ended"])))
        return dict(found)

    async def released_before(self, agency: str) -> bool:
        """Return whether anything was ever released to the agency."""
        return bool(
            await self._db.rows("SELECT 1 FROM granted WHERE agency = ? AND source = ? LIMIT 1", agency, BY_RELEASE)
        )


def _marking(row: Row) -> Marking:
    owner, others = (Mark.of_json(json.loads(row[name])) for name in ("owner", "others"))
    return Marking(owner, others, bool(row["decided"]))
