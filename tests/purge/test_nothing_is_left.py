"""After a purge no page of the database, in use or free, nor its log, index, memory or a new backup holds the words."""

from __future__ import annotations

from pathlib import Path

from bot.model.reference import Reference
from bot.store.snapshot import snapshot

from ..duties import chooses
from ..fakes import KEY
from ..incident.marked import asks, stand
from ..incident.scene import reacted, replied
from ..pages import plain
from ..purges import DATABASE_KEY, MARKER, left, purges, terms, verified
from ..world import Person, World


async def told(world: World, ana: Person, luc: Person, ref: str) -> None:
    """Let the incident have a note, a task, a decision, a report, a pinned message and its corrected translation."""
    await ana.says(f"!incident note {ref} Vimos {MARKER} no cais")
    await ana.says(f"!incident task {ref} Procurar {MARKER}")
    await ana.says(f"!incident decide {ref} Fechar {MARKER} rationale: Porque {MARKER}")
    await ana.says(f"!report can {ref} conditions: {MARKER} sem luzes actions: Equipa needs: Nada")
    said = await ana.says(f"O {MARKER} fugiu para norte")
    await luc.says("", **reacted("📌", said))
    await chooses(luc, luc.last, ref)
    await luc.says("", **replied(f"!translate fix The {MARKER} has fled", said))
    for person in (ana, luc):
        for line in (f"incident timeline {ref}", f"incident find {MARKER.split('-')[0]}", f"incident show {ref}"):
            await person.says(f"!{line}")


async def test_of_an_incident_and_all_that_was_said_in_it(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await told(world, ana, luc, ref)
    assert await left(world), "it is there before"
    assert any("ornitorrinco" in term or "ornitorrinc" in term for term in terms(world))
    entries = len(await world.store.incident.entries(Reference(ref)))
    assert entries >= 6, entries
    await ana.says(f"!incident close {ref} resolved {MARKER} apanhado")
    assert any(MARKER in post.body for post in stand(world))
    await purges(vera, luc, ref)
    assert await left(world) == []
    assert not any("ornitorr" in term for term in terms(world))
    assert not [post.body for post in stand(world) if MARKER in post.body], "its posts go too"


async def test_nor_does_a_backup_that_is_taken_afterwards(
    world: World, ana: Person, vera: Person, luc: Person, ref: str, tmp_path: Path
) -> None:
    await told(world, ana, luc, ref)
    await ana.says(f"!incident close {ref} resolved")
    snapshot(world.path, KEY, tmp_path / "before.db")
    assert MARKER.encode() in plain(tmp_path / "before.db", DATABASE_KEY)
    await purges(vera, luc, ref)
    await left(world)
    snapshot(world.path, KEY, tmp_path / "after.db")
    assert MARKER.encode() not in plain(tmp_path / "after.db", DATABASE_KEY)


async def test_the_log_names_it_and_still_verifies(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await told(world, ana, luc, ref)
    await ana.says(f"!incident close {ref} resolved")
    await world.services.audit.cut(world.clock.now())
    before = verified(world)
    await purges(vera, luc, ref)
    found = verified(world)
    assert before.fault is None and found.fault is None, found.fault
    [purged] = found.purged
    assert purged.ref == ref and len(purged.leaves) == found.emptied - before.emptied > 6
    [post] = [h.post for h in world.heard if h.post and h.post.record.get("of") == "purge" and "purge" in h.post.record]
    assert post.record["purge"]["ref"] == ref and len(post.record["purge"]["digest"]) == 64, post.record
    answer = await asks(luc, f"!incident show {ref}")
    assert answer.record["error"] == "not_found"
