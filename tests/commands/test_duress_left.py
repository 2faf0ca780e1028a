"""Who leaves the room while checked in: asked about at once, and not for ever."""

from __future__ import annotations

from ..duties import replied, rings
from ..fakes import ROOM
from ..world import Person
from .test_duress import Scene, usual

__all__ = ["usual"]


async def _leaves(scene: Scene, person: Person) -> None:
    scene.world.rooms.joined[ROOM].remove(person.user_id)
    await scene.world.receives(
        person.user_id, "", type="m.room.member", state_key=person.user_id, content={"membership": "leave"}
    )
    await scene.world.settles()


async def test_somebody_who_has_left_is_not_asked_about_for_ever(usual: Scene) -> None:
    """Whoever knows that they are well cannot say that they are off duty, so it rings every hour, for years."""
    await usual.ana.says("!checkin gate")
    await _leaves(usual, usual.ana)
    world, asked = usual.world, 0
    for _hour in range(24 * 7 * 2):
        world.clock.passes(minutes=30)
        since = len(world.heard)
        await world.wakes()
        ring = next((r for r in rings(world, since) if r.record.get("choices")), None)
        if ring:
            asked += 1
            digit = next(d for d, name in ring.record["choices"].items() if name == "safe")
            who = next(p for p in (usual.lead, usual.rui, usual.eva) if p.user_id in ring.mentions)
            await who.says("", **replied(digit, world.event_of(ring)))
    assert asked < 24, f"{asked} times in a week"


async def test_who_has_left_is_asked_about_at_once_and_checked_out_by_a_lead(usual: Scene) -> None:
    await usual.ana.says("!checkin gate")
    since = len(usual.world.heard)
    await _leaves(usual, usual.ana)
    await usual.world.wakes()
    assert rings(usual.world, since), "an hour is too long"
    await usual.eva.says(f"!checkin end {usual.ana.user_id}")
    assert usual.eva.hears("Only a lead", ok=False, error="not_allowed")
    await usual.lead.says(f"!checkin end {usual.ana.user_id}")
    assert usual.lead.last.record["ok"], usual.lead.last.body
    assert await usual.world.store.checkin.find(usual.ana.user_id) is None


async def test_a_label_stays_with_where_somebody_said_to_be(usual: Scene) -> None:
    await usual.ana.says("!checkin gate")
    await usual.ana.says("!checkin status out TLP:AMBER+STRICT Casa do informador")
    luc = usual.world.person("luc")
    await luc.says("!shift log gate")
    pages = [file.data.decode() for file in usual.world.files]
    assert pages and "Casa do informador" not in pages[-1]
