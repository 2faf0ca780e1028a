"""A handover that is late or missed: who must act is asked in turn, and the outgoing person answers meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.model.person import UserId, Zone
from bot.model.shift import Override, Rotation, Span
from bot.model.shift import Reason as Change

from ..duties import chooses, replied, rings
from ..fakes import NOON, ROOM
from ..world import Person
from .scene import GATE, Scene, plain


@pytest.fixture
async def rota(scene: Scene) -> Scene:
    """Return the scene with shifts of eight hours from 8:00 in Lisbon: Ana, Rui, Eva."""
    people = (scene.ana.user_id, scene.rui.user_id, scene.eva.user_id)
    rotations = [
        Rotation(f"r{i}", GATE, None, (person,), datetime(2026, 11, 22, hour), Zone("Europe/Lisbon"),
                 timedelta(hours=8), "FREQ=DAILY")
        for i, (person, hour) in enumerate(zip(people, (8, 16, 0), strict=True))
    ]  # fmt: skip
    async with scene.world.store.transaction():
        for one in rotations:
            await scene.world.store.shift.add_rotation(one, scene.lead.user_id, NOON)
        await scene.world.services.shift.relief.plan(GATE, scene.world.clock.now())
    return scene


async def at(scene: Scene, hour: int, minute: int = 0) -> list[tuple[str, ...]]:
    """Move the clock on to that time of day (UTC, which is Lisbon's); return who is rung then."""
    scene.world.clock.at = NOON.replace(hour=hour, minute=minute)
    since = len(scene.world.heard)
    await scene.world.wakes()
    return [ring.mentions for ring in rings(scene.world, since)]


async def test_a_missed_handover_climbs_from_the_outgoing_person_to_the_leads(rota: Scene) -> None:
    ana, rui, lead = rota.ana, rota.rui, rota.lead
    assert await at(rota, 16) == [] and await at(rota, 16, 14) == []
    assert await at(rota, 16, 15) == [(ana.user_id,)]
    assert any("no handover was begun. Ana answers for it still" in plain(h.post) for h in rota.world.heard if h.post)
    assert await at(rota, 16, 20) == [(ana.user_id,)], "asked twice"
    assert await at(rota, 16, 25) == [(rui.user_id,)]
    assert await at(rota, 16, 30) == [(lead.user_id,)]
    last = await at(rota, 16, 35)
    assert last == [(ana.user_id, rui.user_id, lead.user_id)], "nobody has answered"
    assert await rota.answering() == ana.user_id, "until somebody has accepted"
    assert await at(rota, 17, 34) == [] and await at(rota, 17, 35) == [(ana.user_id,)], "then it begins anew"
    late = await rota.logged("handover.late")
    assert [entry["rung"] for entry in late] == ["outgoing", "outgoing", "incoming", "leads", "outgoing"]


async def test_what_rings_names_nobody_and_no_post(rota: Scene) -> None:
    since = len(rota.world.heard)
    await at(rota, 16, 15)
    [ring] = rings(rota.world, since)
    assert "gate" not in ring.body and "Ana" not in ring.body and "Rui" not in ring.body


async def test_who_sees_to_it_is_asked_again_only_after_half_an_hour(rota: Scene) -> None:
    await at(rota, 16, 15)
    question = rings(rota.world)[-1]
    await chooses(rota.ana, question, "seen")
    assert rota.ana.hears("I ask again in half an hour", ok=True)
    assert await at(rota, 16, 44) == [] and await at(rota, 16, 45) == [(rota.ana.user_id,)]
    digit = next(iter(question.record["choices"]))
    await rota.ana.says(digit, **replied(digit, rota.world.event_of(question)))
    assert rota.ana.hears(ok=False, error="conflict"), "the first question is answered"


async def test_a_handover_in_time_or_early_is_never_late(rota: Scene) -> None:
    await at(rota, 15, 40)
    await rota.ana.says("!handover start")
    assert rota.ana.hears("draft for Rui", ok=True), "whose shift is next"
    await rota.ana.says("!handover ready")
    await rota.rui.says("!handover accept")
    assert await rota.answering() == rota.rui.user_id
    for hour, minute in ((16, 15), (17, 0), (23, 59)):
        assert await at(rota, hour, minute) == []
    rota.world.clock.at = NOON.replace(hour=0, minute=15) + timedelta(days=1)
    since = len(rota.world.heard)
    await rota.world.wakes()
    assert [ring.mentions for ring in rings(rota.world, since)] == [(rota.rui.user_id,)], "the next one is his"


async def test_accepting_late_ends_what_was_asked(rota: Scene) -> None:
    await at(rota, 16, 15)
    await rota.ana.says("!handover start")
    await rota.ana.says("!handover ready")
    assert await at(rota, 16, 20) == [(rota.ana.user_id,)]
    assert any("waits for their word" in plain(h.post) for h in rota.world.heard if h.post)
    question = rings(rota.world)[-1]
    await rota.rui.says("!handover accept")
    digit = next(iter(question.record["choices"]))
    await rota.ana.says(digit, **replied(digit, rota.world.event_of(question)))
    assert rota.ana.hears("settled already", ok=False, error="conflict")
    assert await at(rota, 16, 25) == [] and await at(rota, 20) == []


async def test_who_takes_over_in_the_midst_of_anothers_shift_is_not_late(rota: Scene) -> None:
    await at(rota, 14)
    await rota.ana.says(f"!handover start {rota.eva.user_id}")
    await rota.lead.says(f"!handover pass {rota.eva.user_id} Ana está doente")
    assert await rota.answering() == rota.eva.user_id
    assert await at(rota, 14, 30) == [] and await at(rota, 15, 59) == []
    assert await at(rota, 16, 15) == [(rota.eva.user_id,)], "Rui's shift is the next"


async def test_the_bot_down_over_the_change_of_watch_changes_nothing_and_says_so_late(rota: Scene) -> None:
    await rota.world.stop()
    rota.world.clock.at = NOON.replace(hour=18)
    await rota.world.start()
    assert await rota.answering() == rota.ana.user_id
    since = len(rota.world.heard)
    await rota.world.wakes()
    assert [ring.mentions for ring in rings(rota.world, since)] == [(rota.ana.user_id,)]
    assert any("I say that late" in plain(h.post) for h in rota.world.heard[since:] if h.post)


async def test_an_acceptance_that_came_while_the_bot_was_down_is_asked_about(rota: Scene) -> None:
    await at(rota, 15, 50)
    await rota.ana.says("!handover start")
    await rota.ana.says("!handover ready")
    await rota.rui.says("!handover accept", age=600)
    assert rota.rui.hears("reached me too late", ok=False, error="stale")
    assert await rota.answering() == rota.ana.user_id
    question = rota.rui.last
    digit = next(digit for digit, name in question.record["choices"].items() if name == "run")
    await rota.rui.says(digit, **replied(digit, rota.world.event_of(question)))
    assert await rota.answering() == rota.rui.user_id


async def test_a_roster_that_has_changed_moves_the_clock(rota: Scene) -> None:
    span = Span(NOON.replace(hour=14), NOON.replace(hour=18))
    override = Override("o1", GATE, UserId(rota.eva.user_id), span, Change.OVERRIDE, rota.lead.user_id, NOON)
    async with rota.world.store.transaction():
        await rota.world.store.shift.add_override(override)
        await rota.world.services.shift.relief.plan(GATE, rota.world.clock.now())
    assert await at(rota, 14, 14) == [] and await at(rota, 14, 15) == [(rota.ana.user_id,)]
    assert any("the shift of Eva began" in plain(h.post) for h in rota.world.heard if h.post)


async def test_a_change_of_later_shifts_asks_nobody_again(rota: Scene) -> None:
    await at(rota, 16, 15)
    await chooses(rota.ana, rings(rota.world)[-1], "seen")
    for hour in (9, 10):
        since = len(rota.world.heard)
        await rota.ana.says(f"!shift absent from:2026-12-08 {hour}:00 until:2026-12-08 14:00")
        assert rota.ana.hears(ok=True), rota.ana.last.body
        await rota.world.wakes()
        assert not [ring for ring in rings(rota.world, since) if rota.ana.user_id in ring.mentions]
    assert await at(rota, 16, 44) == [] and await at(rota, 16, 45) == [(rota.ana.user_id,)]


async def test_another_person_for_a_shift_that_has_begun_is_asked_from_the_first_rung_on(rota: Scene) -> None:
    for minute in (15, 20, 25):
        await at(rota, 16, minute)
    span = Span(NOON.replace(hour=16), NOON.replace(hour=23))
    override = Override("o1", GATE, rota.eva.user_id, span, Change.OVERRIDE, rota.lead.user_id, NOON)
    async with rota.world.store.transaction():
        await rota.world.store.shift.add_override(override)
        await rota.world.services.shift.relief.follow(GATE, rota.world.clock.now())
    assert [await at(rota, 16, minute) for minute in (26, 31, 36)] == [
        [(rota.ana.user_id,)], [(rota.ana.user_id,)], [(rota.eva.user_id,)]
    ]  # fmt: skip


async def test_a_roster_that_was_taken_back_without_a_word_rings_nobody(rota: Scene) -> None:
    span = Span(NOON.replace(hour=16), NOON.replace(hour=23))
    override = Override("o1", GATE, UserId(rota.ana.user_id), span, Change.OVERRIDE, rota.lead.user_id, NOON)
    async with rota.world.store.transaction():
        await rota.world.store.shift.add_override(override)
    assert await at(rota, 16, 15) == [] and await at(rota, 17) == []
    assert await at(rota, 23, 14) == [] and await at(rota, 23, 15) == [(rota.ana.user_id,)]


async def test_a_gap_in_the_roster_leaves_the_post_with_who_has_it(rota: Scene) -> None:
    span = Span(NOON.replace(hour=16), NOON.replace(hour=20))
    override = Override("o1", GATE, None, span, Change.OVERRIDE, rota.lead.user_id, NOON)
    async with rota.world.store.transaction():
        await rota.world.store.shift.add_override(override)
        await rota.world.services.shift.relief.plan(GATE, rota.world.clock.now())
    assert await at(rota, 16, 15) == [] and await at(rota, 20, 15) == [(rota.ana.user_id,)]
    assert await rota.answering() == rota.ana.user_id


async def test_who_is_not_in_the_room_is_passed_over(rota: Scene) -> None:
    rota.world.rooms.joined[ROOM].remove(rota.ana.user_id)
    assert await at(rota, 16, 15) == [(rota.rui.user_id,)]


async def test_leads_of_the_posts_agency_are_asked_before_the_others(scene: Scene) -> None:
    world = scene.world
    chief: Person = world.person("chief", "PRT-GNR")
    roles = world.config.roles.model_copy(update={"lead": (*world.config.roles.lead, chief.user_id)})
    world.current.now = world.config.model_copy(update={"roles": roles})
    await scene.lead.says("!shift post pier agency:PRT-GNR")
    pier = await world.services.shift.post(ROOM, "pier")
    span = Span(NOON.replace(hour=13), NOON.replace(hour=20))
    override = Override("o1", pier.name, scene.rui.user_id, span, Change.OVERRIDE, scene.lead.user_id, NOON)
    async with world.store.transaction():
        await world.store.shift.add_override(override)
        await world.services.shift.relief.plan(pier.name, NOON)
    rung = [await at(scene, 13, minute) for minute in (15, 20, 25, 30, 35)]
    assert rung == [[(who.user_id,)] for who in (scene.lead, scene.lead, scene.rui, chief)] + [
        [(scene.lead.user_id, scene.rui.user_id, chief.user_id)]
    ], "who was asked on an earlier rung is not asked again"


async def test_of_several_who_are_asked_the_first_word_counts(rota: Scene) -> None:
    world = rota.world
    chief = world.person("chief")
    roles = world.config.roles.model_copy(update={"lead": (*world.config.roles.lead, chief.user_id)})
    world.current.now = world.config.model_copy(update={"roles": roles})
    for minute in (15, 20, 25):
        await at(rota, 16, minute)
    since = len(world.heard)
    await at(rota, 16, 30)
    second, first = rings(world, since)
    assert (second.mentions, first.mentions) == ((chief.user_id,), (rota.lead.user_id,)), "by their ids"
    await chooses(rota.lead, first, "seen")
    assert any("Somebody sees to it" in plain(h.post) for h in world.heard[since:] if h.post and h.kind == "settled")
    await chooses(chief, second, "seen")
    assert chief.hears("settled already", ok=False, error="conflict")
    assert await at(rota, 16, 59) == [] and len(await at(rota, 17)) == 1


async def test_where_nobody_is_known_yet_it_waits_until_somebody_can_be_asked(rota: Scene) -> None:
    there, rota.world.rooms.joined[ROOM] = rota.world.rooms.joined[ROOM], []
    assert await at(rota, 16, 15) == [] and await rota.logged("handover.unanswered") == []
    rota.world.rooms.joined[ROOM] = there
    assert await at(rota, 16, 20) == [(rota.ana.user_id,)]
