"""Machine translations of events, with how each came about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model.translation import Corrected, Flag, Provenance, Step, Translation
from bot.store.database import Database, Row


class TranslationStore:
    """The translation table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, event_id: str, translations: Iterable[Translation], now: datetime) -> None:
        """Record the translations of one event, one a target language."""
        await self._db.execute_each(
            "INSERT OR REPLACE INTO translation (event_id, target, source, text, route, engine, flags, protected,"
            " made_at, differs, provenance, correction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    event_id,
                    t.target,
                    t.source,
                    t.text,
                    json.dumps(t.route),
                    t.engine,
                    json.dumps(t.flags),
                    json.dumps(t.protected, ensure_ascii=False),
                    now.isoformat(),
                    json.dumps(t.differs, ensure_ascii=False),
                    json.dumps(asdict(t.provenance), ensure_ascii=False),
                    json.dumps(asdict(t.corrected), ensure_ascii=False) if t.corrected else None,
                )
                for t in translations
            ],
        )

    async def list_of(self, event_id: str) -> list[Translation]:
        """Return the translations of one event, by target language."""
        rows = await self._db.rows("SELECT * FROM translation WHERE event_id = ? ORDER BY target", event_id)
        return [_translation(row) for row in rows]

    async def forget(self, event_id: str) -> None:
        """Delete the translations of one event."""
        self._db.write("DELETE FROM translation WHERE event_id = ?", event_id)

    async def purge(self, before: datetime) -> int:
        """Delete translations made before *before*; return how many."""
        return await self._db.execute("DELETE FROM translation WHERE made_at < ?", before.isoformat())


def _translation(row: Row) -> Translation:
    return Translation(
        row["text"],
        row["source"],
        row["target"],
        tuple(json.loads(row["route"])),
        row["engine"],
        tuple(Flag(flag) for flag in json.loads(row["flags"])),
        tuple(json.loads(row["protected"])),
        tuple(json.loads(row["differs"])),
        _provenance(json.loads(row["provenance"])),
        _corrected(json.loads(row["correction"])) if row["correction"] else None,
    )


def _corrected(kept: dict[str, Any]) -> Corrected:
    return Corrected(**{**kept, "flags": tuple(map(Flag, kept["flags"])), "differs": tuple(kept["differs"])})


def _provenance(kept: dict[str, Any]) -> Provenance:
    """Return what is kept of how a translation came about; rows of older versions keep nothing of it."""
    steps = tuple(Step(**step) for step in kept.get("steps", ()))
    return Provenance(steps, kept.get("pipeline", ""), kept.get("glossary", ""), tuple(kept.get("names", ())))
