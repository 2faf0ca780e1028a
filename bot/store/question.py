"""What was asked of whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.model.person import UserId
from bot.model.question import Question
from bot.store.database import Database, Row

LAST = 3
"""How many of the questions that nobody answered keep their digits for a while."""


class QuestionStore:
    """The question table."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(
        self,
        room_id: str,
        asked: UserId,
        subject: str,
        post: str,
        choices: Mapping[str, str],
        data: Mapping[str, Any],
        now: datetime,
        *,
        free: bool = False,
    ) -> None:
        """Record a question that the outbox row *post* asks; a *free* one is answered by words as well."""
        self._db.write(
            "INSERT OR IGNORE INTO question (room_id, asked, subject, post, choices, data, asked_at,"
            " free) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            room_id,
            asked,
            subject,
            post,
            json.dumps(choices),
            json.dumps(data, ensure_ascii=False),
            now.isoformat(),
            int(free),
        )

    async def move(self, lane: str, room_id: str) -> None:
        """Let what was asked in *lane*, that of a person without a room, be answered in their room."""
        self._db.write("UPDATE question SET room_id = ? WHERE room_id = ?", room_id, lane)

    async def find(self, id: int) -> Question | None:
        """Return the question, or None."""
        row = await self._db.row("SELECT * FROM question WHERE id = ?", id)
        return _question(row) if row else None

    async def find_post(self, room_id: str, event_id: str) -> Question | None:
        """Return the question that was sent into the room as *event_id*, or None."""
        row = await self._db.row(
            "SELECT q.* FROM question q JOIN outbox o ON o.id = q.post WHERE o.event_id = ? AND q.room_id = ?",
            event_id,
            room_id,
        )
        return _question(row) if row else None

    async def cause(self, question: Question) -> str:
        """Return the event because of which that was asked first of all that ask the same and wait for an answer."""
        row = await self._db.row(
            "SELECT o.cause FROM question f JOIN question q ON (q.subject, q.room_id, q.asked, q.data) ="
            " (f.subject, f.room_id, f.asked, f.data) JOIN outbox o ON o.id = q.post"
            " WHERE f.id = ? AND f.outcome IS NULL AND q.outcome IS NULL ORDER BY q.id LIMIT 1",
            question.id,
        )
        return row["cause"] if row else ""

    async def asks(self, post: str) -> bool:
        """Return whether the outbox row *post* asks something itself."""
        return await self._db.row("SELECT 1 FROM question WHERE post = ?", post) is not None

    async def list_open(self, asked: UserId) -> list[Question]:
        """Return what that person has not answered, oldest first."""
        rows = await self._db.rows("SELECT * FROM question WHERE asked = ? AND outcome IS NULL ORDER BY id", asked)
        return [_question(row) for row in rows]

    async def last(self, room_id: str, asked: UserId) -> Question | None:
        """Return the last question to that person in the room, whatever has come of it; None if there is none."""
        row = await self._db.row(
            "SELECT * FROM question WHERE room_id = ? AND asked = ? ORDER BY id DESC LIMIT 1", room_id, asked
        )
        return _question(row) if row else None

    async def list_passed(self, asked: UserId) -> list[Question]:
        """Return the last questions to that person, LAST at most, that were settled without their answer."""
        rows = await self._db.rows(
            "SELECT * FROM question WHERE asked = ? AND outcome = 'settled' ORDER BY id DESC LIMIT ?",
            asked,
            LAST,
        )
        return [_question(row) for row in rows]

    async def close(self, id: int, outcome: str) -> None:
        """Record what came of the question; what its answer needed is forgotten."""
        self._db.write("UPDATE question SET outcome = ?, data = '{}' WHERE id = ?", outcome, id)

    async def supersede_free(self, asked: UserId) -> None:
        """Close what that person was to answer by words: what such an answer replies to is the homeserver's word."""
        self._db.write(
            "UPDATE question SET outcome = 'superseded', data = '{}' WHERE outcome IS NULL AND asked = ? AND free",
            asked,
        )

    async def settle(self, subject: str, data: Mapping[str, Any]) -> dict[str, Question]:
        """Close every question about *subject* with that *data*, whoever was asked; return them by outbox row."""
        rows = await self._db.rows(
            "SELECT * FROM question WHERE outcome IS NULL AND subject = ? AND data = ? ORDER BY id",
            subject,
            json.dumps(data, ensure_ascii=False),
        )
        for row in rows:
            await self.close(row["id"], "settled")
        return {row["post"]: _question(row) for row in rows}

    async def settle_all(self, asked: UserId) -> dict[str, Question]:
        """Close everything that was asked of that person; return it by outbox row."""
        rows = await self._db.rows("SELECT * FROM question WHERE outcome IS NULL AND asked = ? ORDER BY id", asked)
        for row in rows:
            await self.close(row["id"], "settled")
        return {row["post"]: _question(row) for row in rows}

    async def list_about(self, subject: str, ref: str) -> list[dict[str, Any]]:
        """Return the data, each once, of all open questions about *subject* whose data begins with the record *ref*.

        The index of these finds them by that, however many are open about others.
        """
        begin = json.dumps({"ref": ref}, ensure_ascii=False)[:-1]
        rows = await self._db.rows(
            "SELECT DISTINCT data FROM question WHERE outcome IS NULL AND subject = ? AND data >= ? AND data < ?",
            subject,
            begin,
            begin + "\x7f",
        )
        return [json.loads(row["data"]) for row in rows]

    async def withdraw(self, subject: str, cause: str) -> None:
        """Close what was asked about *subject* because of the event *cause*, and where the same was asked again.

        Also what says that it holds what *cause* has said, where that came late and was confirmed. What its answer
        needed is forgotten.
        """
        self._db.write(
            "UPDATE question SET outcome = 'redacted', data = '{}' WHERE outcome IS NULL AND subject = ?1"
            " AND (?2 IN (json_extract(data, '$.said'), json_extract(data, '$.source'))"
            " OR EXISTS (SELECT 1 FROM question q JOIN outbox o ON o.id = q.post WHERE o.cause = ?2"
            " AND q.subject = question.subject AND q.room_id = question.room_id AND q.asked = question.asked"
            " AND q.data = question.data))",
            subject,
            cause,
        )

    async def expire(self, subject: str, before: datetime) -> None:
        """Close what was asked about *subject* before *before* and never answered."""
        await self._db.execute(
            "UPDATE question SET outcome = 'expired', data = '{}'"
            " WHERE outcome IS NULL AND subject = ? AND asked_at < ?",
            subject,
            before.isoformat(),
        )

    async def purge(self, before: datetime) -> int:
        """Delete questions asked before *before*; return how many."""
        return await self._db.execute("DELETE FROM question WHERE asked_at < ?", before.isoformat())


def _question(row: Row) -> Question:
    return Question(
        row["id"],
        row["room_id"],
        UserId(row["asked"]),
        row["subject"],
        json.loads(row["choices"]),
        json.loads(row["data"]),
        datetime.fromisoformat(row["asked_at"]),
        row["outcome"],
        bool(row["free"]),
    )
