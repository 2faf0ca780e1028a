"""Minutes of briefings, what leads of other agencies say to decisions, and who has read them afterwards."""

from __future__ import annotations

from datetime import datetime

from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.sitting import Minute, MinuteKind, Reading, ReadingState, Verdict
from bot.store.database import Database, Row


class MinuteStore:
    """The tables minute, minute_verdict and minute_reading. Triggers let lines be emptied, and not changed."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, sitting: Reference, one: Minute, said: str, logged: int) -> None:
        """Record a line, which the message *said* has said and the entry *logged* of the audit log holds."""
        self._db.write(
            "INSERT INTO minute (sitting, number, kind, text, language, by, agency, at, corrects, task, salt, said,"
            " logged) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(sitting),
            one.number,
            one.kind,
            one.text,
            one.language,
            one.by,
            one.agency,
            one.at.isoformat(),
            one.corrects,
            str(one.task) if one.task else None,
            one.salt,
            said,
            logged,
        )

    async def list_of(self, sitting: Reference) -> list[Minute]:
        """Return the lines in their order."""
        rows = await self._db.rows("SELECT * FROM minute WHERE sitting = ? ORDER BY number", str(sitting))
        return [_minute(row) for row in rows]

    async def said_by(self, event_id: str) -> list[tuple[Reference, Minute, int]]:
        """Return the lines that the message has said and that were not emptied, each with its entry of the log."""
        rows = await self._db.rows("SELECT * FROM minute WHERE said = ? AND text != ''", event_id)
        return [(Reference(row["sitting"]), _minute(row), row["logged"]) for row in rows]

    async def empty(self, sitting: Reference, number: int) -> None:
        """Delete the words of a line; that there was one stays."""
        self._db.write("UPDATE minute SET text = '', salt = '' WHERE sitting = ? AND number = ?", str(sitting), number)

    # What leads of other agencies say to a decision

    async def judge(self, sitting: Reference, one: Verdict) -> None:
        """Record what a lead says to a decision, or that they were asked."""
        self._db.write(
            "INSERT OR REPLACE INTO minute_verdict (sitting, number, person, agency, agreed, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            str(sitting),
            one.number,
            one.person,
            one.agency,
            None if one.agreed is None else int(one.agreed),
            one.at.isoformat() if one.at else None,
        )

    async def verdicts(self, sitting: Reference) -> list[Verdict]:
        """Return what was asked and said about decisions, by their numbers."""
        rows = await self._db.rows(
            "SELECT * FROM minute_verdict WHERE sitting = ? ORDER BY number, person", str(sitting)
        )
        return [
            Verdict(
                row["number"],
                UserId(row["person"]),
                row["agency"],
                None if row["agreed"] is None else bool(row["agreed"]),
                datetime.fromisoformat(row["at"]) if row["at"] else None,
            )
            for row in rows
        ]

    # Who has read them afterwards

    async def save_reading(self, sitting: Reference, one: Reading) -> None:
        """Record how far somebody has come who was not there."""
        self._db.write(
            "INSERT OR REPLACE INTO minute_reading (sitting, person, state, at) VALUES (?, ?, ?, ?)",
            str(sitting),
            one.person,
            one.state,
            one.at.isoformat(),
        )

    async def readings(self, sitting: Reference) -> list[Reading]:
        """Return who is to read them afterwards, by their ids."""
        rows = await self._db.rows("SELECT * FROM minute_reading WHERE sitting = ? ORDER BY person", str(sitting))
        return [
            Reading(UserId(row["person"]), ReadingState(row["state"]), datetime.fromisoformat(row["at"]))
            for row in rows
        ]

    async def reading(self, sitting: Reference, person: UserId) -> Reading | None:
        """Return how far that person has come; None: they are not to read them afterwards."""
        return next((one for one in await self.readings(sitting) if one.person == person), None)


def _minute(row: Row) -> Minute:
    return Minute(
        row["number"],
        MinuteKind(row["kind"]),
        row["text"],
        LanguageCode(row["language"]),
        UserId(row["by"]),
        row["agency"],
        datetime.fromisoformat(row["at"]),
        row["corrects"],
        Reference(row["task"]) if row["task"] else None,
        row["salt"],
    )
