"""What a briefing is about: anybody proposes, whoever has, or a lead, removes; what is open stands there by itself."""

from __future__ import annotations

import pytest

from ..duties import logged
from ..incident.scene import redacted
from ..rosters import answer
from .scene import Scene

ONCE = "Brief 2026-11-24 09:00"
WEEKLY = "Weekly brief 2026-11-24 09:00 every:week"


async def shown(scene: Scene) -> str:
    await scene.lead.says("!briefing agenda")
    assert scene.lead.hears(ok=True), answer(scene.lead).body
    return answer(scene.lead).body


async def adds(scene: Scene, text: str) -> None:
    await scene.eva.says(f"!briefing agenda add:{text}")
    assert scene.eva.hears("is on the agenda", ok=True), answer(scene.eva).body


async def test_anybody_proposes_under_a_head_with_a_time_box(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await adds(scene, "Drone patrols under:method for:10m")
    await adds(scene, "Weather")
    said = await shown(scene)
    heads = ("Information", "Intention: nothing yet", "Method", "Administration", "Risk assessment", "Communications",
             "Humanitarian, human rights and legal: nothing yet")  # fmt: skip
    places = [said.index(head) for head in heads]
    assert places == sorted(places), said
    assert said.index("2. Weather") < said.index("Method") < said.index("1. Drone patrols"), said
    assert "(Eva, 10 min)" in said and "The items take 10 of 30 minutes." in said, said
    assert (await logged(scene.world))[-1] == "briefing.proposed"


async def test_what_does_not_fit_is_said(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await adds(scene, "One for:20m")
    await adds(scene, "Two for:11m")
    assert "The items take 31 minutes, but the briefing lasts 30." in await shown(scene)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("add:TLP:AMBER Names of the suspects", "An agenda holds no marked text"),
        ("add:TLP:RED Names", ""),
        ("add:One for:31m", "30 minutes at most"),
        (f"add:{'x' * 301}", "1 to 200 characters"),
        ("add:One under:lunch", ""),
        ("add:One remove:1", "not both"),
        ("remove:7", "There is no item 7"),
    ],
)
async def test_what_cannot_stand_there_is_said(scene: Scene, typed: str, words: str) -> None:
    await scene.scheduled(ONCE)
    await scene.eva.says(f"!briefing agenda {typed}")
    assert scene.eva.hears(words, ok=False), answer(scene.eva).body
    assert await scene.world.database.rows("SELECT * FROM agenda") == []


async def test_who_has_proposed_it_or_a_lead_removes_it(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await adds(scene, "One")
    await adds(scene, "Two")
    await scene.ana.says("!briefing agenda remove:1")
    assert scene.ana.hears("or a lead", ok=False, error="not_allowed"), answer(scene.ana).body
    await scene.eva.says("!briefing agenda remove:1")
    assert scene.eva.hears("Item 1 is removed.", ok=True)
    await scene.lead.says("!briefing agenda remove:2")
    assert scene.lead.hears("Item 2 is removed.", ok=True)
    assert await scene.world.database.rows("SELECT * FROM wording WHERE number > 1000") == []


async def test_an_item_is_for_the_next_that_takes_place_unless_it_is_for_all(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await adds(scene, "Just once")
    await adds(scene, "Standing item which:all")
    await scene.confirms(scene.ana, "!briefing skip")
    said = await shown(scene)
    assert "Just once" in said and "Standing item" in said, "it waits for the first that takes place"
    await scene.wakes_at("2026-12-01T09:31:00")
    said = await shown(scene)
    assert "Just once" not in said and "Standing item" in said, said


async def test_what_moves_with_all_that_follow_keeps_its_agenda(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await scene.wakes_at("2026-11-24T09:31:00")
    await adds(scene, "Just once")
    await adds(scene, "Standing item which:all")
    await scene.confirms(scene.ana, "!briefing move 2026-12-02 10:00 which:following")
    said = await shown(scene)
    assert "Just once" in said and "Standing item" in said, said


async def test_open_incidents_stand_there_the_worst_first(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.ana.says("!incident declare Boat adrift severity:low")
    await scene.ana.says("!incident declare Fire on board severity:high")
    said = await shown(scene)
    assert "2 incidents are open:" in said
    assert said.index("Fire on board") < said.index("Boat adrift"), said


async def test_what_is_taken_back_is_gone_from_every_post(scene: Scene) -> None:
    world = scene.world
    await scene.scheduled(ONCE)
    event = await scene.eva.says("!briefing agenda add:Names of the suspects")
    await shown(scene)
    before = len(world.heard)
    await scene.eva.says("", **redacted(event))
    taken = [heard for heard in world.heard[before:] if heard.kind == "redact"]
    assert len(taken) >= 2, "the answer to who has said it, and the agenda that was shown"
    assert await world.database.rows("SELECT * FROM agenda") == []
    assert "suspects" not in await shown(scene)
    assert not [row for row in await world.database.rows("SELECT content FROM audit_content") if
                row["content"] and b"suspects" in row["content"]]  # fmt: skip


async def test_what_was_removed_before_is_taken_out_of_the_log_too(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    event = await scene.eva.says("!briefing agenda add:Names of the suspects")
    await scene.eva.says("!briefing agenda remove:1")
    assert scene.eva.hears(ok=True)
    await scene.eva.says("", **redacted(event))
    rows = await scene.world.database.rows("SELECT content FROM audit_content")
    assert not [row for row in rows if row["content"] and b"suspects" in row["content"]]


async def test_the_agenda_goes_with_the_briefing(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await adds(scene, "One")
    await scene.confirms(scene.ana, "!briefing cancel")
    async with scene.world.store.transaction():
        assert await scene.world.store.agenda.purge(scene.world.clock.now().replace(year=2028)) == 1
