"""Handovers, minutes and reports of no incident are purged like incidents: nothing of their words is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from ..briefing.held import LEADS, Held
from ..briefing.test_minutes import minuted
from ..duties import chooses
from ..handover.scene import begun
from ..incident.marked import asks, stand
from ..incident.scene import reacted, replied
from ..purges import MARKER, force, left, passes, purges, verified
from ..world import Person, World


def shown(world: World) -> list[str]:
    """Return what of the bot's own posts stands in the room and says the word."""
    return [post.body for post in stand(world) if MARKER in post.body and post.record["kind"] != "translation"]


async def test_an_accepted_handover(world: World, tmp_path: Path) -> None:
    vera, luc = world.person("vera", "PRT-GNR"), world.person("luc", "FRA-PN")
    scene = await begun(world)
    ref = await scene.started()
    await scene.ana.says(f"!handover note O {MARKER} dorme no porto")
    await scene.ana.says("!handover ready")
    await scene.rui.says(f"!handover readback O {MARKER} dorme no porto")
    await scene.rui.says("!handover item 1 ok")
    await scene.rui.says("!handover accept")
    handover = await scene.handover(ref)
    assert handover.state == "accepted", scene.rui.last.body
    assert shown(world)
    assert await left(world)
    await purges(vera, luc, ref)
    assert shown(world) == []
    assert await left(world) == [] and await world.store.purge.find(handover.ref) is None
    assert verified(world).fault is None and verified(world).purged[0].ref == ref


async def test_a_report_of_no_incident(world: World, ana: Person, vera: Person, luc: Person) -> None:
    await ana.says(f"!report can conditions: {MARKER} sem luzes actions: Equipa needs: Nada")
    ref = str(next(h.post.record["ref"] for h in world.heard if h.post and h.post.record["kind"] == "report"))
    assert await left(world)
    await purges(vera, luc, ref)
    assert shown(world) == []
    assert await left(world) == [] and verified(world).fault is None
    assert (await asks(luc, f"!report show {ref}")).record["error"] == "not_found"


@pytest_asyncio.fixture
async def held(tmp_path: Path) -> AsyncIterator[Held]:
    """Return a room in which a briefing is held."""
    world = World(tmp_path / "briefing.db", force(*LEADS))
    await world.start()
    await world.services.audit.begin(world.clock.now())
    people = [world.person("ana", "PRT-GNR"), *(Person(world, f"@{name}:example.org") for name in ("a", "b", "c"))]
    yield Held(world, *people)
    await world.stop()


async def test_closed_minutes(held: Held) -> None:
    world = held.world
    vera, luc = world.person("vera", "PRT-GNR"), world.person("luc", "FRA-PN")
    await held.begun()
    await minuted(held, f"Procurar {MARKER} esta noite")
    await held.confirms(held.ana, "!briefing minutes close")
    [row] = await world.database.rows("SELECT ref FROM sitting")
    assert await left(world)
    await purges(vera, luc, row["ref"])
    assert shown(world) == []
    assert await left(world) == [] and verified(world).fault is None


async def test_an_old_incident_and_what_was_translated_of_its_messages(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    said = await ana.says(f"O {MARKER} fugiu para norte")
    await luc.says("", **reacted("📌", said))
    await chooses(luc, luc.last, ref)
    card = next(h.post for h in world.heard if h.kind == "card" and h.post)
    await ana.says("", **replied(f"O {MARKER} voltou para sul", world.event_of(card)))
    await ana.says(f"!incident close {ref} resolved")
    await passes(world, days=400)
    translated = [post.body for post in stand(world) if post.record["kind"] == "translation"]
    assert any("norte" in body for body in translated) and any("sul" in body for body in translated), translated
    await purges(vera, luc, ref)
    assert not [post.body for post in stand(world) if MARKER in post.body]
