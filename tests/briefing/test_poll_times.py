"""The times of a poll: how they are typed, why they rank where they do, and which are proposed."""

from __future__ import annotations

import time

import pytest

from bot.model.reference import Reference

from ..duties import logged
from ..fakes import BOT
from ..rosters import answer, sets_up
from .polls import THREE, agencies, polled
from .scene import Scene, utc

__all__ = ["agencies"]


async def test_times_are_shown_by_all_clocks_with_why_they_rank_there(scene: Scene) -> None:
    await scene.ana.says(f"!briefing poll {THREE}")
    shown = answer(scene.ana).body
    first, second, third = (shown.index(f"Time {n}:") for n in (1, 2, 3))
    assert "24 Nov 2026, 15:00" in shown[first:second] and "26 Nov 2026, 12:00" in shown[second:third], shown
    assert "24 Nov 2026, 10:00 UTC-5" in shown[first:second], shown
    assert "By day and on a working day for everybody." in shown[first:second], shown
    assert "Night for 1 person: FR-PN." in shown[third:] and "24 Nov 2026, 09:00" in shown[third:], shown
    assert await scene.world.database.rows("SELECT * FROM poll") == []


async def test_for_five_hundred_times_are_proposed_in_a_moment(scene: Scene) -> None:
    for n in range(500):
        scene.world.person(f"p{n}", "PRT-GNR")
    began = time.perf_counter()
    await scene.ana.says("!briefing poll Coordination")
    assert "Time 5:" in answer(scene.ana).body and time.perf_counter() - began < 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Brief 2026-11-20 09:00, 2026-11-24 09:00", "past"),
        ("Brief 2026-11-24 09:00, 2026-11-21 09:00", "past"),
        ("Brief 2026-11-24 09:00", "from 2 to 9 different times"),
        ("Brief 2026-11-24 09:00, 09:00, 2026-11-24 09:00", "from 2 to 9 different times"),
        ("Brief 2026-11-24 07:00, " + ", ".join(f"{h}:00" for h in range(8, 17)), "from 2 to 9 different times"),
        ("Brief 2026-11-24 09:00, 15:00 by:2026-11-24 10:00", "before the first of its times"),
        ("Brief 2026-11-24 09:00, 15:00 by:2026-11-21 10:00", "past"),
        ("Brief 2026-11-24 09:00, 25:00", "25:00"),
        ("Brief 2026-11-24 09:00, 15:00 need:XXX", "I know no agency"),
        ("Brief 2026-11-24 09:00, 15:00 need:IT-CC", "Nobody of IT-CC is in this room"),
        ('"" 2026-11-24 09:00, 15:00', "1 to 200 characters"),
        ("Brief 2026-11-24 09:00, 15:00 for:3d", "24 hours"),
    ],
)
async def test_what_cannot_be_is_refused(scene: Scene, text: str, said: str) -> None:
    await scene.ana.says(f"!briefing poll {text}")
    assert scene.ana.hears(said, ok=False, error="bad_argument") or scene.ana.hears(said, ok=False), answer(scene.ana)
    assert await scene.world.database.rows("SELECT * FROM poll") == []


async def test_a_time_that_is_named_twice_counts_once(scene: Scene) -> None:
    await scene.ana.says("!briefing poll Brief 2026-11-24 09:00, 9:00, 15:00")
    assert "Time 2:" in answer(scene.ana).body and "Time 3:" not in answer(scene.ana).body, answer(scene.ana).body


@pytest.mark.parametrize(
    "text",
    [
        "Fuel, water and food 2026-11-24 09:00, 15:00 for 45m",
        '"Fuel, water and food" 2026-11-24 09:00; 15:00 for:45m',
        "Fuel, water and food, 2026-11-24 09:00, 15:00 for:45m",
    ],
)
async def test_a_title_may_have_commas(scene: Scene, text: str) -> None:
    ref, _found = await polled(scene, text)
    poll = await scene.world.store.poll.find(Reference(ref))
    assert poll and poll.title == "Fuel, water and food" and len(poll.slots) == 2
    assert poll.length.total_seconds() == 45 * 60


async def test_without_times_some_are_proposed(scene: Scene) -> None:
    ref, found = await polled(scene, "Coordination")
    poll = await scene.world.store.poll.find(Reference(ref))
    assert poll and len(poll.slots) == 5 and set(found) == {"ana", "eva", "lead"}
    assert all(13 <= one.hour <= 20 and one.weekday() < 5 for one in poll.slots), "no night in New York or Madrid"
    assert min(poll.slots) >= poll.closes_at == utc("2026-11-23T12:00:00")


async def test_the_burden_goes_round(scene: Scene) -> None:
    night_in_new_york, night_in_europe = "2026-11-25 10:00", "2026-11-25 02:00"
    text = f"!briefing poll Brief {night_in_new_york}, {night_in_europe} by:2026-11-24 20:00 zone:Europe/Madrid"
    await scene.ana.says(text)
    assert "Night for 1 person: FR-PN." in answer(scene.ana).body.split("Time 2:")[0], answer(scene.ana).body
    for day in (23, 24):
        await scene.scheduled(f"Held 2026-11-{day} 09:00")
    await scene.wakes_at("2026-11-24T19:00:00")
    await scene.ana.says(text)
    first, second = answer(scene.ana).body.split("Time 2:")
    assert "Night for 2 people: ES-GC and PT-GNR." in first, answer(scene.ana).body
    assert "Inconvenient times have come more often for FR-PN so far." in second


async def test_holidays_of_each_country_rank_a_time(scene: Scene) -> None:
    # The first of December is a public holiday in Portugal alone.
    await scene.ana.says("!briefing poll Brief 2026-12-01 15:00, 2026-12-02 15:00")
    second = answer(scene.ana).body.split("Time 2:")[1]
    assert "Public holiday for 1 person: PT-GNR." in second, answer(scene.ana).body


async def test_too_little_rest_between_shifts_ranks_a_time(scene: Scene) -> None:
    await scene.lead.says("!shift post gate zone:Europe/Madrid")
    await sets_up(scene.lead, scene.lead, more="for:8h every:weekdays")
    await scene.ana.says("!briefing poll Brief 2026-11-25 12:00, 2026-11-25 17:00 zone:Europe/Madrid")
    assert "Too little rest" not in answer(scene.ana).body, "sixteen hours: eleven are left before"
    await scene.ana.says("!briefing poll Brief 2026-11-25 12:00, 2026-11-25 19:30 zone:Europe/Madrid")
    assert "Too little rest between shifts for 1 person: ES-GC." in answer(scene.ana).body, answer(scene.ana).body


async def test_hours_are_blocked_in_the_direct_room_and_nobody_is_named(scene: Scene) -> None:
    await scene.eva.says("!briefing busy 09:00-12:00 mon, tue")
    assert scene.eva.hears("in our direct room", ok=False, error="not_allowed"), answer(scene.eva).body
    assert "09:00" not in answer(scene.eva).body
    assert await scene.world.database.rows("SELECT * FROM busy") == []
    room = "!direct-eva:example.org"
    scene.world.rooms.joined[room] = [scene.eva.user_id, type(scene.eva.user_id)(BOT)]

    async def alone(text: str) -> str:
        await scene.eva.says(text, room=room)
        return answer(scene.eva).body

    assert "You have blocked no hours" in await alone("!briefing busy")
    assert "09:00-12:00: Mon and Tue" in await alone("!briefing busy 9-12 mon, tue")
    assert "22:00-07:00, every day" in await alone("!briefing busy 22:00–07:00")
    assert "such as" in await alone("!briefing busy always")
    await scene.ana.says("!briefing poll Brief 2026-11-24 16:00, 18:00, 2026-11-25 16:00")
    body = answer(scene.ana).body
    third = body.split("Time 3:")[1]
    assert "Hours that somebody has blocked." in third and "24 Nov 2026, 16:00" in third, body
    assert body.count("somebody has blocked") == 1 and "FR-PN" not in third.replace("FR-PN)", ""), body
    assert "You have blocked no hours" in await alone("!briefing busy off")
    assert not any("busy" in kind for kind in await logged(scene.world))
