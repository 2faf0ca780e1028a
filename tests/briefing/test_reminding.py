"""Who is in the room is reminded, each so long before as they want, once, and late rather than never."""

from __future__ import annotations

from ..duties import posts
from ..rosters import answer
from .scene import Scene

DAILY = "Daily brief 2026-11-24 09:00 every:day"
ONCE = "Brief 2026-11-24 09:00"


def reminders(scene: Scene, since: int) -> dict[str, int]:
    return {name: len(bodies) for name, bodies in scene.rung(since).items()}


async def test_everyone_is_reminded_a_day_and_an_hour_before_once(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    assert reminders(scene, await scene.wakes_at("2026-11-23T08:59:00")) == {}
    before = await scene.wakes_at("2026-11-23T09:00:00")
    assert reminders(scene, before) == {"lead": 1, "ana": 1, "eva": 1}
    assert all("begins in 24 hours" in one for bodies in scene.rung(before).values() for one in bodies)
    assert any("24 Nov 2026, 04:00 UTC-5" in one for one in scene.said(before)), scene.said(before)
    assert not any("late" in one for one in scene.said(before))
    assert all(one.post.record["kind"] == "reminder" for one in posts(scene.world, "alert", before) if one.post)
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:05:00")) == {}
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {"lead": 1, "ana": 1, "eva": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:30:00")) == {}


async def test_each_is_reminded_so_long_before_as_they_want(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.eva.says("!briefing before 2h, 15m")
    assert scene.eva.hears("2 hours and 15 minutes before", ok=True), answer(scene.eva).body
    await scene.lead.says("!briefing before off:yes")
    assert scene.lead.hears("I do not remind you", ok=True)
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {"ana": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-24T07:00:00")) == {"eva": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {"ana": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:45:00")) == {"eva": 1}
    await scene.lead.says("!briefing before off:no")
    assert scene.lead.hears("1 day and 1 hour before", ok=True), answer(scene.lead).body
    for wrong in ("15d", "1m, 2m, 3m, 4m, 5m, 6m", "0m", "soon"):
        await scene.eva.says(f"!briefing before {wrong}")
        assert scene.eva.hears(ok=False), wrong


async def test_what_was_missed_comes_once_and_says_that_it_is_late(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    before = await scene.wakes_at("2026-11-24T08:20:00")
    assert reminders(scene, before) == {"lead": 1, "ana": 1, "eva": 1}, "once, not for each that was missed"
    assert all("I was away" in one for one in scene.said(before)), scene.said(before)
    assert all("begins in 40 minutes" in one for bodies in scene.rung(before).values() for one in bodies)
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:30:00")) == {}


async def test_of_one_that_is_on_it_is_said_that_it_has_begun(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    before = await scene.wakes_at("2026-11-24T09:10:00")
    assert reminders(scene, before) == {"lead": 1, "ana": 1, "eva": 1}
    assert all("has begun" in one for bodies in scene.rung(before).values() for one in bodies)


async def test_of_one_that_is_over_the_room_is_told_and_nobody_is_rung(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    before = await scene.wakes_at("2026-11-24T10:00:00")
    assert reminders(scene, before) == {}
    assert [one for one in scene.said(before) if "could not remind" in one]
    assert scene.cards(ref)[-1].record["status"] == "over" and scene.world.pinned == set()
    assert await scene.world.store.due.next() is None


async def test_days_of_downtime_end_with_one_message_and_the_next_reminder(scene: Scene) -> None:
    ref = await scene.scheduled(DAILY)
    before = await scene.wakes_at("2026-11-27T10:00:00")
    assert reminders(scene, before) == {"lead": 1, "ana": 1, "eva": 1}, "of tomorrow's, a day before, late by an hour"
    assert len([one for one in scene.said(before) if "could not remind" in one and "4 times" in one]) == 1
    assert scene.cards(ref)[-1].record["begins"].startswith("2026-11-28")
    assert reminders(scene, await scene.wakes_at("2026-11-28T08:00:00")) == {"lead": 1, "ana": 1, "eva": 1}


async def test_a_stop_in_between_reminds_nobody_twice(scene: Scene) -> None:
    world = scene.world
    await scene.scheduled(ONCE)
    await scene.wakes_at("2026-11-23T09:00:00")
    await world.stop()
    await world.start()
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {}
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {"lead": 1, "ana": 1, "eva": 1}


async def test_a_clock_that_was_ahead_reminds_nobody_twice(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) != {}
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {}, "the clock was set back"
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {}


ALL = {"lead": 1, "ana": 1, "eva": 1}


async def test_a_clock_that_jumps_ahead_and_back_neither_silences_a_briefing_nor_says_anything_twice(
    scene: Scene,
) -> None:
    await scene.scheduled(DAILY)
    ahead = await scene.wakes_at("2026-11-25T12:00:00")
    assert reminders(scene, ahead) == ALL, "of the 26th, late"
    assert len([one for one in scene.said(ahead) if "could not remind" in one and "2 times" in one]) == 1
    assert reminders(scene, await scene.wakes_at("2026-11-22T12:05:00")) == {}
    assert reminders(scene, await scene.wakes_at("2026-11-23T08:59:00")) == {}
    for moment in ("23T09:00", "24T08:00", "24T09:00", "25T08:00"):
        since = await scene.wakes_at(f"2026-11-{moment}:00")
        assert reminders(scene, since) == ALL, moment
        assert not any("late" in one or "could not" in one for one in scene.said(since)), moment
        assert reminders(scene, await scene.wakes_at(f"2026-11-{moment}:30")) == {}, moment
    assert reminders(scene, await scene.wakes_at("2026-11-25T09:00:00")) == {}, "that was said by the wrong clock"
    assert reminders(scene, await scene.wakes_at("2026-11-26T08:00:00")) == ALL
    assert reminders(scene, await scene.wakes_at("2026-11-26T09:00:00")) == ALL


async def test_what_was_over_by_a_clock_that_was_ahead_is_to_come_again(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    await scene.wakes_at("2026-11-27T12:00:00")
    assert scene.cards(ref)[-1].record["status"] == "over"
    await scene.world.stop()
    await scene.world.start()
    await scene.wakes_at("2026-11-22T12:05:00")
    assert scene.cards(ref)[-1].record["status"] == "planned" and len(scene.world.pinned) == 1
    await scene.ana.says("!briefing list")
    assert scene.ana.hears(ref, ok=True), answer(scene.ana).body
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == ALL
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == ALL
    await scene.wakes_at("2026-11-24T09:31:00")
    assert await scene.world.store.due.next() is None


async def test_what_is_changed_while_the_clock_is_ahead_comes_at_its_time_all_the_same(scene: Scene) -> None:
    await scene.scheduled(DAILY)
    await scene.wakes_at("2026-11-25T12:00:00")
    await scene.came(scene.world.person("rui", "PRT-GNR"))
    await scene.wakes_at("2026-11-22T12:05:00")
    everyone = {**ALL, "rui": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == everyone
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == everyone


async def test_what_is_moved_is_reminded_of_at_its_new_time(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.wakes_at("2026-11-23T09:00:00")
    await scene.confirms(scene.ana, "!briefing move 2026-11-25 09:00")
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {}
    assert reminders(scene, await scene.wakes_at("2026-11-24T09:00:00")) == {"lead": 1, "ana": 1, "eva": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-25T08:00:00")) == {"lead": 1, "ana": 1, "eva": 1}


async def test_one_that_is_left_out_is_not_reminded_of(scene: Scene) -> None:
    await scene.scheduled(DAILY)
    await scene.confirms(scene.ana, "!briefing skip on:2026-11-25")
    await scene.wakes_at("2026-11-23T09:00:00")
    await scene.wakes_at("2026-11-24T08:00:00")
    assert reminders(scene, await scene.wakes_at("2026-11-24T09:00:00")) == {}
    assert reminders(scene, await scene.wakes_at("2026-11-25T08:00:00")) == {}
    assert reminders(scene, await scene.wakes_at("2026-11-25T09:00:00")) == {"lead": 1, "ana": 1, "eva": 1}


async def test_who_has_left_is_not_reminded_and_who_has_come_is(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    await scene.left(scene.eva)
    rui = scene.world.person("rui", "PRT-GNR")
    await scene.came(rui)
    assert scene.cards(ref)[-1].replaces is None, "shown anew to who could not read it"
    await rui.says("!briefing before 3h")
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {"lead": 1, "ana": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-24T06:00:00")) == {"rui": 1}


async def test_who_has_planned_it_may_leave_and_it_takes_place(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    await scene.left(scene.ana)
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {"lead": 1, "eva": 1}
    await scene.confirms(scene.lead, f"!briefing cancel {ref}")
    assert scene.lead.hears(ok=True)


async def test_it_waits_until_it_is_known_who_is_there(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    joined, room = scene.world.rooms.joined, next(iter(scene.world.rooms.joined))
    people, joined[room] = joined[room], []
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {}
    joined[room] = people
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:01:00")) == {"lead": 1, "ana": 1, "eva": 1}


async def test_the_wall_clock_counts_where_the_clocks_change(scene: Scene) -> None:
    await scene.scheduled("Weekly 2027-03-22 09:00 every:week")
    await scene.wakes_at("2027-03-22T10:00:00")
    assert reminders(scene, await scene.wakes_at("2027-03-29T06:59:00")) == {"lead": 1, "ana": 1, "eva": 1}, "a day"
    assert reminders(scene, await scene.wakes_at("2027-03-29T07:00:00")) == {"lead": 1, "ana": 1, "eva": 1}
