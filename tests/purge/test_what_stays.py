"""What a purge leaves alone: other records and their messages, and a log that verifies whatever was emptied before."""

from __future__ import annotations

import random

from bot.model.purge import Purged, RecordClass
from bot.model.reference import Reference

from ..duties import chooses
from ..fakes import NOON
from ..incident.marked import asks
from ..incident.scene import reacted, redacted
from ..incident.test_holding import holds, lifts
from ..purges import MARKER, left, purges, verified
from ..world import Person, World


async def test_a_message_that_another_record_holds(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await luc.says("!incident declare Autre chose type:vessel")
    other = str(luc.last.record["ref"])
    said = await ana.says("A carrinha parou na ponte")
    for one in (ref, other):
        await luc.says("", **reacted("📌", said))
        await chooses(luc, luc.last, one)
    await ana.says(f"!incident close {ref} resolved")
    await purges(vera, luc, ref)
    assert await world.store.translation.list_of(said)
    assert "A carrinha parou na ponte" in (await asks(ana, f"!incident timeline {other}")).body
    assert await left(world) == [] and verified(world).fault is None


async def test_what_was_taken_back_before_and_under_a_hold(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    before = await ana.says(f"!incident note {ref} Primeiro {MARKER}")
    await ana.says("", **redacted(before))
    held = await ana.says(f"!incident note {ref} Segundo {MARKER}")
    await ana.says(f"!incident close {ref} resolved")
    await holds(vera, ref)
    await ana.says("", **redacted(held))
    await lifts(vera, ref)
    await purges(vera, luc, ref)
    found = verified(world)
    assert found.fault is None and await left(world) == [], found.fault
    kinds = await world.database.rows(
        "SELECT CAST(envelope AS TEXT) ->> '$.kind' AS kind, CAST(content AS TEXT) AS content FROM audit_entry JOIN"
        " audit_content USING (position)"
    )
    told = [row["content"] for row in kinds if row["kind"] == "log.forgotten" and "record.purged" not in row["content"]]
    assert told == [], "what was left of an entry goes as well"


async def test_pages_that_were_split_hold_no_copies(world: World, vera: Person) -> None:
    draw = random.Random(7)
    refs = [f"BRAVO-{number:05d}" for number in range(80)]
    rows = [(ref, number) for ref in refs for number in range(8)]
    draw.shuffle(rows)
    for at in range(0, len(rows), 16):
        async with world.store.transaction():
            for ref, number in rows[at : at + 16]:
                text = f"{MARKER} {'x' * draw.randrange(400)}" if ref == refs[40] else "y" * draw.randrange(600)
                await world.database.execute(
                    "INSERT INTO entry (ref, number, kind, author, entered_at, received_at, sent_at, event_id, text,"
                    " data) VALUES (?, ?, 'note', '@a:b', '2026', '2026', '2026', ?, ?, '{}')",
                    ref, number, f"${ref}{number}", text,
                )  # fmt: skip
                await world.database.execute(
                    "INSERT INTO wording VALUES (?, ?, 'pt', ?, '[]', '', '[]', '{}')", ref, number, text
                )
    assert await left(world)
    async with world.store.transaction():
        gone = Purged(RecordClass.INCIDENT, Reference(refs[40]), NOON, "", ())
        await world.store.purge.delete(gone, [refs[40]], [])
    assert await left(world) == []
