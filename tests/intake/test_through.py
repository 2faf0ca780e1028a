"""A translation by way of a language in which the words were corrected: what it says, and when that ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ..commands.test_translate_fix import OTHER, decides, fixes, question, reads_english, reply
from ..fakes import NOON
from ..world import Person, World
from .test_redactions import redacts

SAID, BETTER = "A ponte está fechada", "The bridge is shut"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


@pytest.mark.parametrize("ends", ["restore", "redact"])
async def test_it_says_whose_words_it_goes_through_until_they_are_taken_back(
    world: World, ana: Person, kate: Person, ends: str
) -> None:
    await reads_english(ana)
    eva, rosa = world.person("rui", "PRT-GNR", OTHER), world.person("eva", "FRA-PN", OTHER)
    world.translator.spoken |= {SAID: "pt", BETTER: "en"}
    world.translator.pivots[("pt", "fr")] = "en"
    said = await ana.says(SAID)
    command = await fixes(world, kate, BETTER, said)
    await decides(world, ana, "1", question(world, ana))

    await world.receives(eva.user_id, SAID, room=OTHER)
    await world.settles()
    post = world.heard[-1].post
    assert post and post.record["texts"]["fr"] == f"{BETTER} (en to fr)"
    assert post.record["route"]["fr"] == ["pt", "en", "fr"] and post.record["from"] == "pt"
    assert post.record["through"] == {"fr": {"en": kate.user_id}} and "fr" not in post.record.get("corrected", {})
    assert "Kate" in post.body and "pt → en → fr" in post.body

    # English words that others have approved since are no words in French.
    [first] = await world.store.correction.list_of(said)
    async with world.store.transaction():
        number = await world.store.correction.add(replace(first, event_id="$else", command="$else"), NOON)
        await world.store.correction.approve(number, ana.user_id)
    if ends == "redact":
        await redacts(world, command, kate.user_id)
    else:
        await kate.says("", **reply("!translate restore", said))
    assert rosa
    changed = [h.post for h in world.heard if h.post and h.room == OTHER and h.kind == "translation"][-1]
    assert changed.replaces and changed.record["texts"]["fr"] == f"{SAID} (pt to fr)"
    assert "through" not in changed.record and "Kate" not in changed.body
