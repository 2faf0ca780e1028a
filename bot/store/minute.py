"""The minutes of briefings, what is said to their decisions, and who has read them."""

from __future__ import annotations

from datetime import datetime

from bot.model.handling import Handling
from bot.model.minute import Minute, MinuteKind, Reading, Verdict
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.store.database import Database, Row


class MinuteStore:
    """The tables of minutes. A line is never changed; its words can be taken back."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, sitting: Reference, one: Minute, said: str) -> None:
        """Record a line, and which message has said it."""
        self._db.write(
            "INSERT INTO minute (sitting, number, kind, text, language, by, at, about, task, salt, said)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(sitting),
            one.number,
            one.kind,
            one.text,
            one.language,
            one.by,
            one.at.isoformat(),
            str(one.about) if one.about else None,
            str(one.task) if one.task else None,
            one.salt,
            said,
        )

    async def list_of(self, sitting: Reference) -> list[Minute]:
        """Return the lines of a sitting, by their numbers."""
        rows = await self._db.rows(
            "SELECT m.*, k.handling FROM minute m LEFT JOIN line_mark k USING (said) WHERE sitting = ? ORDER BY number",
            str(sitting),
        )
        return [_minute(row) for row in rows]

    async def said_by(self, event_id: str) -> list[tuple[Reference, int]]:
        """Return the lines that the message *event_id* has said and that still say it: sitting and number."""
        rows = await self._db.rows("SELECT sitting, number FROM minute WHERE said = ? AND text != ''", event_id)
        return [(Reference(row["sitting"]), row["number"]) for row in rows]

    async def take_back(self, sitting: Reference, number: int) -> None:
        """Delete the words of a line, and what could still show whether they were some that one guesses."""
        self._db.write("UPDATE minute SET text = '', salt = '' WHERE sitting = ? AND number = ?", str(sitting), number)

    # What is said to decisions

    async def judge(self, sitting: Reference, one: Verdict) -> None:
        """Record that somebody is asked about a decision, or what they have said."""
        self._db.write(
            "INSERT OR REPLACE INTO minute_verdict (sitting, number, person, agreed, at) VALUES (?, ?, ?, ?, ?)",
            str(sitting),
            one.number,
            one.person,
            None if one.right is None else int(one.right),
            one.at.isoformat() if one.at else None,
        )

    async def verdicts(self, sitting: Reference) -> list[Verdict]:
        """Return what was said to the decisions of a sitting, by their numbers."""
        rows = await self._db.rows(
            "SELECT * FROM minute_verdict WHERE sitting = ? ORDER BY number, person", str(sitting)
        )
        return [
            Verdict(
                row["number"],
                UserId(row["person"]),
                None if row["agreed"] is None else bool(row["agreed"]),
                datetime.fromisoformat(row["at"]) if row["at"] else None,
            )
            for row in rows
        ]

    # Who reads them

    async def ask(self, sitting: Reference, one: Reading) -> None:
        """Record that somebody is to read the minutes, or has."""
        self._db.write(
            "INSERT OR REPLACE INTO minute_reading (sitting, person, asked_at, read_at) VALUES (?, ?, ?, ?)",
            str(sitting),
            one.person,
            one.asked_at.isoformat(),
            one.read_at.isoformat() if one.read_at else None,
        )

    async def readings(self, sitting: Reference) -> list[Reading]:
        """Return who is to read the minutes of a sitting, by their ids."""
        rows = await self._db.rows("SELECT * FROM minute_reading WHERE sitting = ? ORDER BY person", str(sitting))
        return [
            Reading(
                UserId(row["person"]),
                datetime.fromisoformat(row["asked_at"]),
                datetime.fromisoformat(row["read_at"]) if row["read_at"] else None,
            )
            for row in rows
        ]


def _minute(row: Row) -> Minute:
    return Minute(
        row["number"],
        MinuteKind(row["kind"]),
        row["text"],
        LanguageCode(row["language"]),
        UserId(row["by"]),
        datetime.fromisoformat(row["at"]),
        Reference(row["about"]) if row["about"] else None,
        Reference(row["task"]) if row["task"] else None,
        row["salt"],
        Handling.of(row["handling"] or ""),
    )
