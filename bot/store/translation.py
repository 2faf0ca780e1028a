"""Machine translations of events, with how each came about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model.translation import Corrected, Failure, Flag, Provenance, Step, Translation
from bot.store.database import Database, Row


class TranslationStore:
    """The translation table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, event_id: str, translations: Iterable[Translation], now: datetime) -> None:
        """Record the translations of one event, one a target language."""
        await self._db.execute_each(
            "INSERT OR REPLACE INTO translation (event_id, target, source, text, route, engine, flags, protected,"
            " made_at, differs, html, provenance, correction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                    t.html,
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

    async def list_repeating(self, correction: int, most: int) -> list[tuple[str, str, Translation]]:
        """Return the room, event and translation of what repeats that correction, the newest *most* of them."""
        rows = await self._db.rows(
            "SELECT o.room_id, t.* FROM translation t CROSS JOIN original o ON o.revision = t.event_id"
            " AND (o.event_id = t.event_id OR (o.revision = t.event_id AND o.edit IS NOT NULL))"
            " WHERE t.correction IS NOT NULL AND json_extract(t.correction, '$.repeats') = ? AND t.digest = ''"
            " ORDER BY t.made_at DESC, t.event_id LIMIT ?",
            correction,
            most,
        )
        return [(row["room_id"], row["event_id"], _translation(row)) for row in rows]

    async def list_corrected(self, event_ids: Iterable[str]) -> list[tuple[str, Translation]]:
        """Return what people have put in place of translations of these events, with the event of each."""
        rows = await self._db.rows(
            "SELECT * FROM translation WHERE event_id IN (SELECT value FROM json_each(?)) AND correction IS NOT NULL"
            " AND text != '' ORDER BY event_id, target",
            json.dumps([*event_ids]),
        )
        return [(row["event_id"], _translation(row)) for row in rows]

    async def let_pass(self, event_id: str) -> None:
        """Record that the texts of an event's translations are kept no longer than sending them takes."""
        for t in await self.list_of(event_id):
            if t.text and not t.digest:
                self._db.write(
                    "UPDATE translation SET digest = ? WHERE event_id = ? AND target = ?",
                    digest(event_id, t),
                    event_id,
                    t.target,
                )
        self._db.write(EMPTIED)
        self._db.scrub_due = True

    async def passing(self) -> bool:
        """Return whether a text that is kept no longer than sending takes waits to be sent."""
        return bool(await self._db.rows("SELECT 1 FROM translation WHERE digest != '' AND text != '' LIMIT 1"))

    async def forget(self, event_id: str) -> None:
        """Delete the translations of one event."""
        self._db.write("DELETE FROM translation WHERE event_id = ?", event_id)

    async def forget_one(self, event_id: str, target: str) -> None:
        """Delete the translation of one event into one language."""
        self._db.write("DELETE FROM translation WHERE event_id = ? AND target = ?", event_id, target)

    async def purge(self, before: datetime) -> int:
        """Delete translations made before *before*, but of what is under hold; return how many."""
        return await self._db.execute(
            "DELETE FROM translation WHERE made_at < ? AND event_id NOT IN (SELECT event FROM held_message"
            " UNION SELECT revision FROM original WHERE event_id IN (SELECT event FROM held_message))",
            before.isoformat(),
        )


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
        html=row["html"],
        digest=row["digest"],
        provenance=provenance_of(json.loads(row["provenance"])),
        corrected=_corrected(json.loads(row["correction"])) if row["correction"] else None,
    )


EMPTIED = """UPDATE translation SET text = '', html = '', protected = '[]', differs = '[]', correction = NULL
WHERE digest != '' AND text != '' AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting'
AND (cause = translation.event_id OR json_extract(payload, '$.revision') = translation.event_id))"""
"""Empties the texts that are to pass, once nothing of them waits to be sent."""


def digest(event_id: str, translation: Translation) -> str:
    """Return what tells whether a translation of that event was the same, in hexadecimal; not what it was."""
    return hashlib.sha256("\0".join([event_id, translation.target, translation.text]).encode()).hexdigest()


def _corrected(kept: dict[str, Any]) -> Corrected:
    return Corrected(**{**kept, "flags": tuple(map(Flag, kept["flags"])), "differs": tuple(kept["differs"])})


def provenance_of(kept: dict[str, Any]) -> Provenance:
    """Return what is kept of how a translation came about; rows of older versions keep nothing of it."""
    steps = tuple(Step(**step) for step in kept.get("steps", ()))
    failed = Failure(kept["failed"]) if kept.get("failed") else None
    return Provenance(steps, kept.get("pipeline", ""), kept.get("glossary", ""), tuple(kept.get("names", ())), failed)
