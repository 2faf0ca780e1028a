"""What an earlier version knew of titles in the log is known where all words are that messages brought into it."""

from __future__ import annotations

import json
from pathlib import Path

from bot.store.schema import MIGRATIONS

from ..fakes import opened
from .test_database import bare


async def test_titles_of_briefings_that_are_in_the_log_already_can_be_taken_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    version = next(number for number, sql in enumerate(MIGRATIONS) if "json_remove" in sql)
    connection = bare(path)
    for statement in MIGRATIONS[:version]:
        connection.execute(statement)
    content = json.dumps({"begins": "2026-11-24T09:00:00", "room": "!room", "title": "Operation Duna"}).encode()
    connection.execute("INSERT INTO audit_entry VALUES (0, x'00', x'00')")
    connection.execute("INSERT INTO audit_content (position, salt, content) VALUES (0, x'00', ?)", (content,))
    for ref, said in (("BRAVO-7K3Q0", "$event"), ("BRAVO-9MD2X", None)):
        connection.execute(
            "INSERT INTO briefing (ref, title, language, room_id, by, begins, zone, minutes, declared_at, sequence,"
            " state, handling, said, logged) VALUES (?, 'Operation Duna', 'en', '!room', '@ana', '', 'UTC', 30, '', 0,"
            " 'planned', '', ?, ?)",
            (ref, said, 0 if said else None),
        )
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    async with opened(path) as (_, store):
        [(position, left)] = await store.audit.said_by("!room", "$event")
    assert position == 0 and json.loads(left) == {"begins": "2026-11-24T09:00:00", "room": "!room"}
