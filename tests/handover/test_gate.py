"""The gate: what waits until a post is taken over, what never does, and what breaks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import ValidationError

from bot.model.handling import Release
from bot.model.reference import Reference
from bot.services.handover.texts import LONGEST

from ..duties import replied, rings
from ..fakes import configuration
from .scene import Scene, World, begun, plain


@pytest_asyncio.fixture
async def gated(tmp_path: Path) -> AsyncIterator[Scene]:
    """Return the scene where nothing is declared while a handover waits."""
    world = World(tmp_path / "liaison.db", configuration(shift={"gate": ["incident declare", "incident severity"]}))
    await world.start()
    yield await begun(world)
    await world.stop()


async def test_what_is_gated_waits_until_the_post_is_taken_over(gated: Scene) -> None:
    inc = await gated.declared()
    ref = await gated.started()
    await gated.lead.says(f"!incident severity {inc} low Nada")
    assert gated.lead.hears(ok=True), "a draft stops nobody"
    await gated.ana.says("!handover ready")
    await gated.lead.says(f"!incident severity {inc} very_high Fogo")
    said = plain(gated.lead.last)
    assert gated.lead.hears(ok=False, error="conflict") and "Ana answers for it still" in said and "break" in said
    await gated.rui.says("!handover item 1 ok")
    await gated.rui.says(f"!handover accept {ref}")
    await gated.lead.says(f"!incident severity {inc} very_high Fogo")
    assert gated.lead.hears(ok=True)


async def test_closing_and_notes_never_wait(gated: Scene) -> None:
    inc = await gated.declared()
    await gated.handed()
    await gated.rui.says(f"!incident note {inc} Duas pessoas")
    assert gated.rui.hears(ok=True)
    await gated.lead.says(f"!incident close {inc} resolved")
    assert gated.lead.hears(ok=True)


async def test_releasing_never_waits(gated: Scene) -> None:
    config = gated.world.config
    leads = [gated.ana.user_id, gated.rui.user_id, gated.lead.user_id]
    roles = config.roles.model_copy(update={"lead": tuple(leads)})
    gated.world.config = gated.world.current.now = config.model_copy(update={"roles": roles})
    async with gated.world.store.transaction():
        await gated.world.store.mark.release(Reference("BRAVO-7K3Q0"), Release("FRA-PN", gated.world.clock.now()))
    inc = await gated.declared()
    await gated.handed()
    await gated.eva.says("!incident declare Boat severity:high type:vessel")
    assert gated.eva.hears(ok=False, error="conflict"), "the gate is shut"
    since = len(gated.world.heard)
    await gated.ana.says(f"!release {inc} to FRA-PN")
    [question] = [one for one in rings(gated.world, since) if "release" in one.record.get("choices", {}).values()]
    digit = next(digit for digit, name in question.record["choices"].items() if name == "release")
    said = f"{digit} {inc[-2:]}"
    await gated.rui.says(said, **replied(said, gated.world.event_of(question)))
    assert gated.rui.hears("is released to FRA-PN", ok=True), plain(gated.rui.last)
    await gated.eva.says("!incident declare Boat severity:high type:vessel")
    assert gated.eva.hears(ok=False, error="conflict"), "and it is shut still"


async def test_it_is_broken_with_a_reason_that_everyone_is_told_until_the_next_watch(gated: Scene) -> None:
    await gated.lead.says("!handover break Nada espera")
    assert gated.lead.hears("Nothing waits", ok=False, error="conflict")
    ref = await gated.handed()
    await gated.eva.says("!handover break")
    assert gated.eva.hears(ok=False, error="bad_argument")
    await gated.eva.says("!incident declare Boat severity:high type:vessel")
    assert gated.eva.hears(ok=False, error="conflict")
    await gated.eva.says("!handover break Bateau en feu")
    assert gated.eva.hears("Everyone here was told why", ok=True)
    assert any("Eva does not wait for the handover. Why: Bateau en feu" in plain(h.post)
               for h in gated.world.heard if h.post)  # fmt: skip
    [entry] = await gated.logged("handover.broken")
    assert entry["reason"] == "Bateau en feu"
    await gated.eva.says("!incident declare Boat severity:high type:vessel")
    assert gated.eva.hears(ok=True)
    await gated.rui.says(f"!handover accept {ref}")
    await gated.rui.says(f"!handover item {ref} 1 ok")
    await gated.rui.says(f"!handover accept {ref}")
    assert await gated.answering() == gated.rui.user_id
    await gated.rui.says(f"!handover start {gated.ana.user_id}")
    await gated.rui.says("!handover ready")
    await gated.eva.says("!incident declare Car severity:high type:vehicle")
    assert gated.eva.hears(ok=False, error="conflict"), "the gate is there again"


@pytest.mark.parametrize("reason", ["\u200b", "x" * (LONGEST + 1)], ids=["invisible", "too long"])
async def test_it_is_not_broken_without_a_reason_that_can_be_read(gated: Scene, reason: str) -> None:
    await gated.handed()
    await gated.eva.says(f"!handover break {reason}")
    assert gated.eva.hears(ok=False, error="bad_argument"), plain(gated.eva.last)
    await gated.eva.says("!incident declare Boat severity:high type:vessel")
    assert gated.eva.hears(ok=False, error="conflict"), "it is shut still"


async def test_without_a_gate_nothing_waits(scene: Scene) -> None:
    await scene.handed()
    await scene.eva.says("!incident declare Boat severity:high type:vessel")
    assert scene.eva.hears(ok=True)


@pytest.mark.parametrize(
    "name", ["incident close", "Release", "handover accept", "sir", "shift end", "incident  CLOSE"]
)
def test_what_never_waits_cannot_be_gated(name: str) -> None:
    with pytest.raises(ValidationError, match="never waits"):
        configuration(shift={"gate": [name]})
