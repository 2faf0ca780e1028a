"""Terms, every version of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.model.person import LanguageCode, UserId
from bot.model.term import Entry, Status, Term, Version
from bot.store.database import Database, Row

_NOW = "SELECT * FROM term WHERE until IS NULL"


class TermStore:
    """The term and glossary tables. An approved term is never deleted: old versions can be told again.

    There may be thousands of terms, so lists of all of them are made in a thread.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self._version: Version | None = None
        """The latest version as it is on the disk: every message asks for it."""
        self._known_at = -1
        """After how many commits that was read; -1 for not at all."""
        self._changed_at = -1
        """After how many commits a version was added last: what is known counts from the next commit on."""

    async def add(self, term: Term, author: UserId, agency: str | None, now: datetime) -> Entry:
        """Record a proposed term; return it with its number."""
        await self._add([term], author, agency, now)
        row = await self._db.row("SELECT * FROM term WHERE id = last_insert_rowid()")
        assert row is not None
        return _entry(row)

    async def add_approved(
        self, terms: Iterable[Term], author: UserId, agency: str | None, version: int, now: datetime
    ) -> None:
        """Record terms that are of the glossary from *version* on."""
        await self._add(terms, author, agency, now, author, version)

    async def _add(
        self,
        terms: Iterable[Term],
        author: UserId,
        agency: str | None,
        now: datetime,
        approved_by: UserId | None = None,
        since: int | None = None,
    ) -> None:
        def rows() -> list[tuple[Any, ...]]:
            return [
                (
                    *term.key,
                    term.source,
                    term.target,
                    json.dumps(term.forbidden, ensure_ascii=False),
                    author,
                    agency,
                    now.isoformat(),
                    approved_by,
                    since,
                )
                for term in terms
            ]

        await self._db.execute_each(
            "INSERT INTO term (source_language, target_language, key, source, target, forbidden, author, agency,"
            " proposed_at, approved_by, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            await asyncio.to_thread(rows),
        )

    async def approve(self, id: int, by: UserId, version: int) -> None:
        """Record that the proposed term is of the glossary from *version* on."""
        self._db.write("UPDATE term SET approved_by = ?, since = ? WHERE id = ? AND since IS NULL", by, version, id)

    async def retire(self, ids: Iterable[int], version: int) -> None:
        """Record that these approved terms are not of the glossary any more from *version* on."""
        await self._db.execute_each("UPDATE term SET until = ? WHERE id = ?", [(version, id) for id in ids])

    async def forget(self, ids: Iterable[int]) -> None:
        """Delete terms that were only proposed."""
        await self._db.execute_each("DELETE FROM term WHERE id = ? AND since IS NULL", [(id,) for id in ids])

    async def find(self, id: int) -> Entry | None:
        """Return the term of that number as it is now, or None."""
        row = await self._db.row(f"{_NOW} AND id = ?", id)
        return _entry(row) if row else None

    async def list_alike(self, term: Term) -> list[Entry]:
        """Return what is approved or proposed for the same source and languages."""
        rows = await self._db.rows(
            f"{_NOW} AND source_language = ? AND target_language = ? AND key = ? ORDER BY id", *term.key
        )
        return [_entry(row) for row in rows]

    async def list_now(self) -> list[Entry]:
        """Return all that is approved or proposed, proposals first, then by languages and source."""
        rows = await self._db.rows(f"{_NOW} ORDER BY since IS NOT NULL, source_language, target_language, key, id")
        return await asyncio.to_thread(lambda: [_entry(row) for row in rows])

    async def list_of(self, version: int) -> list[Term]:
        """Return the approved terms of one version of the glossary."""
        rows = await self._db.rows(
            "SELECT * FROM term WHERE since <= ?1 AND (until IS NULL OR until > ?1) ORDER BY id", version
        )
        return await asyncio.to_thread(lambda: [_term(row) for row in rows])

    async def version(self) -> Version | None:
        """Return the latest version of the glossary; None while no term was ever approved."""
        settled, changed_at = self._db.commits > self._changed_at, self._changed_at
        if settled and self._known_at >= 0:
            return self._version
        row = await self._db.row("SELECT * FROM glossary ORDER BY version DESC LIMIT 1")
        found = _version(row) if row else None
        if settled and changed_at == self._changed_at:
            self._version, self._known_at = found, self._db.commits
        return found

    async def add_version(self, version: Version, by: UserId) -> None:
        """Record a new version of the glossary."""
        self._known_at, self._changed_at = -1, self._db.commits
        self._db.write(
            "INSERT INTO glossary VALUES (?, ?, ?, ?, ?)",
            version.number,
            version.hash,
            version.terms,
            by,
            version.at.isoformat(),
        )


def _term(row: Row) -> Term:
    return Term(
        LanguageCode(row["source_language"]),
        LanguageCode(row["target_language"]),
        row["source"],
        row["target"],
        tuple(json.loads(row["forbidden"])),
    )


def _entry(row: Row) -> Entry:
    return Entry(
        row["id"],
        _term(row),
        Status.PROPOSED if row["since"] is None else Status.APPROVED,
        UserId(row["author"]),
        row["agency"],
        datetime.fromisoformat(row["proposed_at"]),
        UserId(row["approved_by"]) if row["approved_by"] else None,
        row["since"],
    )


def _version(row: Row) -> Version:
    return Version(row["version"], row["hash"], row["terms"], datetime.fromisoformat(row["changed_at"]))
