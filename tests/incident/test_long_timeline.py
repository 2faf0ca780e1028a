"""An incident with thousands of entries: what is read of it is what is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.person import LanguageCode
from bot.store import database

from ..world import Person, World
from .scene import TITLE, entries, ref_of


@pytest.fixture
async def kate(world: World) -> Person:
    ana, kate = world.person("ana", "PRT-GNR"), world.person("kate")
    await ana.says(f"!incident declare {TITLE} type:vessel severity:low")
    [first, *_rest] = await entries(world)
    async with world.store.transaction():
        for number in range(2, 400):
            entry = replace(first, number=number, text=f"Nota {number}", language=LanguageCode("pt"))
            await world.store.incident.add(replace(entry, kind="note"), 1_000 + number)  # type: ignore[arg-type]
    return kate


class Counting:
    """Counts the rows of timelines and of their translations that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows = 0
        read = database.Database.rows

        async def counted(itself: database.Database, sql: str, *values: object) -> list[database.Row]:
            found = await read(itself, sql, *values)
            self.rows += len(found) * any(table in sql for table in ("entry", "wording"))
            return found

        monkeypatch.setattr(database.Database, "rows", counted)


async def test_show_reads_no_more_than_it_shows(world: World, kate: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(monkeypatch)
    await kate.says(f"!incident show {ref_of(world)}")
    assert kate.hears(f"{TITLE} (pt to en)", ok=True) and counting.rows < 20


async def test_only_what_is_shown_of_a_timeline_is_translated(world: World, kate: Person) -> None:
    await kate.says(f"!incident timeline {ref_of(world)}")
    assert kate.hears("Nota 399 (pt to en)", ok=True)
    made = await world.database.rows("SELECT number FROM wording WHERE number > 1")
    assert {row["number"] for row in made} == {*range(370, 400)}
