"""Twenty leads at once, in rooms side by side: nothing lost, nothing twice, and no gap in the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.model.incident import EntryKind
from bot.model.reference import Reference, read
from bot.model.verification import verify
from bot.store.auditlog import open_log

from ..fakes import KEY, configuration
from ..world import World

LEADS = 20
ROOMS = [f"!room{number}:example.org" for number in range(5)]
INCIDENTS = 3
NOTES = 4
TITLES = ("grey boat", "white van", "two swimmers")


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force of many leads, who may give commands as fast as they can."""
    raised = {"commands_per_person": 10_000, "commands_per_room": 10_000}
    leads = [f"@lead{number}:example.org" for number in range(LEADS)]
    world = World(tmp_path / "liaison.db", configuration(roles={"lead": leads}, limits=raised))
    await world.start()
    await world.services.audit.begin(world.clock.now())
    yield world
    await world.stop()


async def idle(world: World) -> None:
    async with asyncio.timeout(60):
        while (await world.store.inbox.depth())[0]:
            await asyncio.sleep(0.01)


async def test_none_is_lost_references_are_unique_and_the_log_has_no_gap(world: World) -> None:
    people = [(world.person(f"lead{n}", room=ROOMS[n % 5]).user_id, ROOMS[n % 5]) for n in range(LEADS)]
    for user, room in people:
        lines = [f"!incident declare {title} of {user[1:7]} type:other severity:low" for title in TITLES]
        await world.receives(user, *lines, room=room)
    await idle(world)
    rows = await world.database.rows("SELECT ref, room_id, declared_by FROM incident ORDER BY ref")
    assert len({row["ref"] for row in rows}) == len(rows) == LEADS * INCIDENTS
    assert all(isinstance(read(row["ref"], "BRAVO"), Reference) for row in rows)

    await asyncio.gather(
        *(
            world.receives(
                row["declared_by"],
                *(f"!incident note {row['ref']} note {number}" for number in range(NOTES)),
                f"!incident severity {row['ref']} high So it is",
                room=row["room_id"],
            )
            for row in rows
        )
    )
    await idle(world)
    for row in rows:
        entries = await world.store.incident.entries(Reference(row["ref"]))
        assert [entry.number for entry in entries] == list(range(1, NOTES + 3))
        assert [entry.text for entry in entries if entry.kind is EntryKind.NOTE] == [f"note {n}" for n in range(NOTES)]
    await world.delivers()
    cards = [heard.post.record for heard in world.heard if heard.kind == "card" and heard.post]
    assert {card["ref"] for card in cards if card["revision"] == NOTES + 2} == {row["ref"] for row in rows}

    cut = await world.services.audit.cut(world.clock.now())
    assert cut and cut.size >= LEADS * INCIDENTS * (NOTES + 2)
    with open_log(world.path, KEY) as log:
        own = log.key()
        assert own
        found = verify(log, own, [])
    assert found.fault is None and found.size == cut.size
    kinds = await world.database.rows("SELECT CAST(envelope AS TEXT) AS said FROM audit_entry")
    told = sum('"kind":"incident.' in row["said"] for row in kinds)
    assert told == LEADS * INCIDENTS * (NOTES + 2), "each entry of a timeline is one of the log"
