"""Twenty leads who declare and note at once for a minute: nothing lost, nothing twice, no gap in the log.

Through the intake, over the real services and an encrypted database, without Matrix.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.row import Row, milliseconds, percentile
from bot.model.incident import EntryKind
from bot.model.person import UserId
from bot.model.reference import Reference, read
from bot.model.verification import verify
from bot.store.auditlog import open_log
from tests.fakes import KEY, configuration
from tests.world import World

LEADS = 20
ROOMS = 5
SECONDS = 60.0
NOTES = 4
"""Of each incident that somebody has declared."""
_POLL = 0.01
_PATIENCE = 60.0


@dataclass(slots=True)
class _Lead:
    """What one lead has said, by the titles of the incidents, and how long each command took."""

    user_id: UserId
    room: str
    notes: dict[str, list[str]] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)


async def measure() -> list[Row]:
    """Return the row; AssertionError if anything is lost, doubled or out of order."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        users = [f"@lead{number}:example.org" for number in range(LEADS)]
        raised = {"commands_per_person": 100_000, "commands_per_room": 100_000}
        world = World(Path(name) / "liaison.db", configuration(roles={"lead": users}, limits=raised))
        await world.start()
        try:
            await world.services.audit.begin(world.clock.now())
            rooms = [f"!room{number % ROOMS}:example.org" for number in range(LEADS)]
            leads = [_Lead(world.person(f"lead{n}", room=room).user_id, room) for n, room in enumerate(rooms)]
            until = time.perf_counter() + SECONDS
            await asyncio.gather(*(_work(world, lead, until) for lead in leads))
            entries, logged = await _checked(world, leads)
        finally:
            await world.stop()
    taken = [seconds for lead in leads for seconds in lead.taken]
    incidents = sum(len(lead.notes) for lead in leads)
    return [
        Row(
            what=f"{LEADS} leads in {ROOMS} rooms declare and note at once for {SECONDS:.0f} s, each as fast as the bot"
            " takes it, without Matrix; what is on the timelines and in the audit log afterwards",
            ours=f"{incidents:,} incidents with {entries:,} entries, 0 lost, 0 twice, references unique; {logged:,}"
            f" entries of the log without a gap (a command p50 {milliseconds(percentile(taken, 0.5))},"
            f" p95 {milliseconds(percentile(taken, 0.95))})",
            must="none lost, references unique, no gap",
            reached=True,
            threads="1 and SQLite's 3",
        )
    ]


async def _work(world: World, lead: _Lead, until: float) -> None:
    """Declare, then note, again and again."""
    while time.perf_counter() < until:
        title = f"boat {len(lead.notes)} of {lead.user_id[1:].partition(':')[0]}"
        lead.notes[title] = []
        await _say(world, lead, f'!incident declare "{title}" type:other severity:low')
        row = await world.database.row("SELECT ref FROM incident WHERE title = ?", title)
        assert row, f"{title} was not declared"
        for number in range(NOTES):
            if time.perf_counter() < until:
                lead.notes[title].append(f"note {number}")
                await _say(world, lead, f"!incident note {row['ref']} note {number}")


async def _say(world: World, lead: _Lead, line: str) -> None:
    """Return once the command is done."""
    began = time.perf_counter()
    [event_id] = await world.receives(lead.user_id, line, room=lead.room)
    async with asyncio.timeout(_PATIENCE):
        while not await world.store.inbox.list_done([event_id]):
            await asyncio.sleep(_POLL)
    lead.taken.append(time.perf_counter() - began)


async def _checked(world: World, leads: list[_Lead]) -> tuple[int, int]:
    """Return how many entries the timelines and the audit log have, which hold all that was said, once and in order."""
    said = {title: notes for lead in leads for title, notes in lead.notes.items()}
    rows = await world.database.rows("SELECT ref, title FROM incident")
    assert sorted(row["title"] for row in rows) == sorted(said), "an incident is lost, or there twice"
    assert all(isinstance(read(row["ref"], "BRAVO"), Reference) for row in rows)
    entries = 0
    for row in rows:
        timeline = await world.store.incident.entries(Reference(row["ref"]))
        assert [entry.number for entry in timeline] == list(range(1, len(timeline) + 1)), row["ref"]
        noted = [entry.text for entry in timeline if entry.kind is EntryKind.NOTE]
        assert noted == said[row["title"]], f"{row['ref']}: a note is lost, doubled or out of order"
        entries += len(timeline)
    cut = await world.services.audit.cut(world.clock.now())
    with open_log(world.path, KEY) as log:
        own = log.key()
        assert own
        found = verify(log, own, [])
    assert found.fault is None and cut and found.size == cut.size, found
    kinds = await world.database.rows("SELECT CAST(envelope AS TEXT) AS said FROM audit_entry")
    assert sum('"kind":"incident.' in row["said"] for row in kinds) == entries, "entries and the log differ"
    return entries, found.size
