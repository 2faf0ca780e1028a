"""Holds of an earlier version, of which an incident had one at most, hold as they did."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.reference import Reference
from bot.store.schema import MIGRATIONS

from ..fakes import NOON, opened
from .test_database import bare


async def test_holds_that_there_are_stay_with_all_that_they_keep(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    version = next(number for number, sql in enumerate(MIGRATIONS) if sql == "DROP VIEW held_message")
    connection = bare(path)
    for statement in MIGRATIONS[:version]:
        connection.execute(statement)
    for ref, agency in (("BRAVO-7K3Q0", "PRT-GNR"), ("BRAVO-9MD2X", None)):
        connection.execute(
            "INSERT INTO hold VALUES (?, '@vera', ?, ?, 'why', '!room', '$said')", (ref, agency, NOON.isoformat())
        )
    connection.execute("INSERT INTO copy VALUES ('BRAVO-7K3Q0', 1, 'a.jpg', 'image/jpeg', x'00')")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    async with opened(path) as (database, store):
        found = await store.hold.list_all()
        assert [(hold.ref, hold.agency, hold.by) for hold in found] == [
            (Reference("BRAVO-7K3Q0"), "PRT-GNR", "@vera"),
            (Reference("BRAVO-9MD2X"), None, "@vera"),
        ]
        with pytest.raises(Exception, match="under hold"):
            async with store.transaction():
                await database.execute("DELETE FROM copy")
