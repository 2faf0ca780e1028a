"""Whoever must act is asked, asked again, and passed over for the next, until somebody answers or nobody is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.incident import EntryKind
from bot.model.reference import Reference
from bot.render import Post

from ..duties import chooses, kinds, logged, posts, ref_of, replied, rings
from ..fakes import ROOM, configuration
from ..world import Person, World

AGENCIES = [
    {"code": code, "country": code[:2], "language": language, "timezone": zone, "members": members, "contact": contact}
    for code, language, zone, members, contact in (
        ("PRT-GNR", "pt", "Europe/Lisbon", ["@*:gnr.example"], "duty officer, +351 210 000 000"),
        ("FRA-PN", "fr", "Europe/Paris", ["@*-pn:example.org"], "+33 1 00 00 00 00"),
        ("ROU-PF", "ro", "Europe/Bucharest", ["@*-pf:example.org"], "+40 21 000 000"),
    )
]
for agency in AGENCIES:
    agency["country"] = {"PRT-GNR": "PT", "FRA-PN": "FR", "ROU-PF": "RO"}[str(agency["code"])]
ROLES = {
    "lead": ["@chief:elsewhere.net", "@chefe:gnr.example", "@chef-pn:example.org"],
    "coordinator": ["@coord:example.org"],
}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "liaison.db", configuration(agencies=AGENCIES, roles=ROLES))
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World) -> Person:
    return world.person("kate")


@pytest.fixture
def chefe(world: World) -> Person:
    return world.person("chefe", "PRT-GNR")


@pytest.fixture
def chef(world: World) -> Person:
    return world.person("chef", "FRA-PN")


@pytest.fixture
def coord(world: World) -> Person:
    return world.person("coord")


@pytest.fixture
async def ref(world: World, ana: Person, kate: Person, chefe: Person, chef: Person, coord: Person) -> str:
    await ana.says("!incident declare Barco na praia type:vessel severity:high")
    return ref_of(world, "incident")


async def rung_after(world: World, **period: float) -> list[Post]:
    """Return what rings when the time has passed."""
    since = len(world.heard)
    world.clock.passes(**period)
    await world.wakes()
    return rings(world, since)


async def entry_count(world: World) -> int:
    return len(await kinds(world))


async def test_tasks_of_an_incident_that_was_closed_by_mistake_are_asked_about_again(
    world: World, kate: Person, chefe: Person, ref: str
) -> None:
    await kate.says(f'!incident task {ref} Call due:"in 1h" for:{kate.user_id}')
    await chefe.says(f"!incident close {ref} resolved")
    await chefe.says(f"!incident undo {ref}")
    [ring] = await rung_after(world, hours=1)
    assert ring.mentions == (kate.user_id,)


async def test_a_row_of_a_closed_incident_or_a_task_that_is_done_rings_nobody(
    world: World, kate: Person, chefe: Person, ref: str
) -> None:
    """As a database that was restored may have them."""
    await kate.says(f'!incident task {ref} Call due:"in 1h"')
    task = ref_of(world, "task")
    await kate.says(f"!task done {task}")
    async with world.store.transaction():
        await world.services.duty.plan("task", Reference(task), world.clock.now())
    assert await rung_after(world, minutes=1) == []
    await chefe.says(f"!incident close {ref} resolved")
    async with world.store.transaction():
        await world.services.duty.plan("update", Reference(ref), world.clock.now())
    assert await rung_after(world, minutes=1) == []


# An incident of which nothing is heard


async def test_an_incident_that_stays_silent_is_asked_about_rung_by_rung(
    world: World, ana: Person, chefe: Person, chef: Person, coord: Person, ref: str
) -> None:
    await chefe.says(f"!incident lead {ref} {ana.user_id}")
    assert await rung_after(world, minutes=119) == []
    [ring] = await rung_after(world, minutes=1)
    assert ring.mentions == (ana.user_id,) and ring.record["ref"] == ref and ring.record["of"] == "ack"
    assert "Barco" not in ring.body and ref in ring.body
    notice = posts(world, "notice")[-1].post
    assert notice and notice.msgtype == "m.notice" and ring.reply_to == world.event_of(notice) and ref in notice.body
    assert "since 22 Nov 2026, 13:00" in notice.body.replace("\u2068", "").replace("\u202f", " "), notice.body
    assert [one.mentions for one in await rung_after(world, minutes=10)] == [(ana.user_id,)]
    assert [one.mentions for one in await rung_after(world, minutes=10)] == [(chefe.user_id,)]
    assert "has answered" in posts(world, "notice")[-1].post.body  # type: ignore[union-attr]
    assert [one.mentions for one in await rung_after(world, minutes=10)] == [(chef.user_id,)]
    assert [one.mentions for one in await rung_after(world, minutes=10)] == [(coord.user_id,)]
    assert await kinds(world) == [EntryKind.DECLARED, EntryKind.LEAD, *[EntryKind.ASKED] * 4]
    assert (await logged(world)).count("incident.asked") == 4


async def test_the_deputy_is_asked_after_the_lead(
    world: World, ana: Person, kate: Person, chefe: Person, ref: str
) -> None:
    await chefe.says(f"!incident lead {ref} {chefe.user_id}")
    await chefe.says(f"!incident assign {ref} deputy {kate.user_id}")
    asked = [await rung_after(world, **period) for period in ({"hours": 2}, {"minutes": 10}, {"minutes": 10})]
    assert [one.mentions[0] for [one] in asked] == [chefe.user_id, chefe.user_id, kate.user_id]


async def test_where_nobody_answers_it_is_said_whom_to_telephone(world: World, ana: Person, ref: str) -> None:
    for _step in range(4):
        await rung_after(world, hours=2)
    notice = [heard.post for heard in posts(world, "notice")][-1]
    assert notice and "duty officer, +351 210 000 000" in notice.body and "+33 1 00 00 00 00" in notice.body
    assert "+40" not in notice.body, "nobody of that agency is in the room"
    assert notice.body.index("PRT-GNR") < notice.body.index("FRA-PN")
    [ring] = [post for post in rings(world) if post.record["kind"] == "alert"]
    assert ana.user_id in ring.mentions and ring.reply_to == world.event_of(notice)
    assert (await kinds(world))[-1] is EntryKind.UNANSWERED
    assert await rung_after(world, minutes=119) == []
    assert len(await rung_after(world, minutes=1)) == 1, "and it begins anew"


async def test_whoever_answers_by_a_digit_ends_it(world: World, chefe: Person, chef: Person, ref: str) -> None:
    [first] = await rung_after(world, hours=2)
    [second] = await rung_after(world, minutes=10)
    assert (first.mentions, second.mentions) == ((chefe.user_id,), (chef.user_id,))
    await chooses(chefe, first, "seen")
    assert chefe.hears("You see to", ok=True, ref=ref, command="ack")
    assert (await kinds(world))[-1] is EntryKind.ACKNOWLEDGED and (await logged(world))[-1] == "incident.acknowledged"
    assert await rung_after(world, minutes=119) == []
    await chooses(chef, second, "seen")
    assert chef.hears("settled already", ok=False, error="conflict")
    assert len(await rung_after(world, minutes=1)) == 1


async def test_somebody_elses_digit_does_not_count(world: World, kate: Person, ref: str) -> None:
    [ring] = await rung_after(world, hours=2)
    await chooses(kate, ring, "seen")
    assert kate.hears("somebody else", ok=False, error="not_allowed")
    assert len(await rung_after(world, minutes=10)) == 1


async def test_an_entry_is_an_answer(world: World, kate: Person, ref: str) -> None:
    await rung_after(world, hours=2)
    await kate.says(f"!incident note {ref} They have landed")
    assert await rung_after(world, minutes=119) == []
    assert len(await rung_after(world, minutes=1)) == 1


async def test_who_wants_to_be_asked_later_is_and_that_is_recorded(world: World, chefe: Person, ref: str) -> None:
    [ring] = await rung_after(world, hours=2)
    for _time in range(3):
        await chooses(chefe, ring, "later")
        assert chefe.hears("half an hour", ok=True, ref=ref)
        assert (await kinds(world))[-1] is EntryKind.SNOOZED
        assert await rung_after(world, minutes=29) == []
        [ring] = await rung_after(world, minutes=1)
        assert ring.mentions == (chefe.user_id,)
    assert "later" not in ring.record["choices"].values(), "three times are enough"
    assert (await logged(world)).count("incident.snoozed") == 3


async def test_an_old_question_puts_nothing_off_for_the_fourth_time(world: World, chefe: Person, ref: str) -> None:
    [ring] = await rung_after(world, hours=2)
    row = await world.store.due.find("update", ref)
    assert row
    async with world.store.transaction():
        await world.store.due.plan("update", ref, row.at, {**row.payload, "snoozes": 3})
    await chooses(chefe, ring, "later")
    assert chefe.hears("put off 3 times", ok=False, error="conflict")
    [again] = await rung_after(world, minutes=10)
    assert again.mentions != (chefe.user_id,)


async def test_nothing_rings_for_a_closed_incident(world: World, chefe: Person, kate: Person, ref: str) -> None:
    await kate.says(f'!incident task {ref} Call due:"in 1h" for:{kate.user_id}')
    [ring] = await rung_after(world, hours=1)
    await chefe.says(f"!incident close {ref} resolved")
    assert await rung_after(world, days=3) == []
    await chooses(kate, ring, "seen")
    assert kate.hears("settled already", ok=False, error="conflict")
    await chefe.says(f"!incident reopen {ref} It goes on")
    [ring] = await rung_after(world, minutes=10)
    assert ring.mentions == (kate.user_id,), "its task is overdue still"
    assert kate.user_id in {user for one in await rung_after(world, minutes=10) for user in one.mentions}


@pytest.mark.parametrize(("severity", "minutes"), [("very_high", 30), ("high", 120), ("medium", 480), ("low", 1440)])
async def test_how_soon_depends_on_the_severity(
    world: World, ana: Person, chefe: Person, severity: str, minutes: int
) -> None:
    await ana.says(f"!incident declare Barco type:vessel severity:{severity}")
    assert await rung_after(world, minutes=minutes - 1) == []
    assert len(await rung_after(world, minutes=1)) == 1


async def test_what_can_wait_does_not_ring_at_night(world: World, ana: Person, chefe: Person, chef: Person) -> None:
    await ana.says("!incident declare Barco type:vessel severity:medium")
    world.clock.passes(hours=3)
    await ana.says(f"!incident note {ref_of(world, 'incident')} Nada de novo")
    assert await rung_after(world, hours=8) == []  # 23:00 in Lisbon
    assert await rung_after(world, hours=6, minutes=59) == []
    [ring] = await rung_after(world, minutes=1)
    assert ring.mentions == (chefe.user_id,)


async def test_what_cannot_wait_rings_at_night(world: World, ana: Person, chefe: Person) -> None:
    world.clock.passes(hours=10)
    await ana.says("!incident declare Barco type:vessel severity:high")
    assert len(await rung_after(world, hours=2)) == 1


# A task that is overdue


async def test_an_overdue_task_is_asked_of_its_owner_then_of_the_next(
    world: World, chefe: Person, kate: Person, ref: str
) -> None:
    await chefe.says(f'!incident task {ref} Call the harbour for:{kate.user_id} due:"in 30m"')
    task = ref_of(world, "task")
    [ring] = await rung_after(world, minutes=30)
    assert ring.mentions == (kate.user_id,) and task in ring.body and "harbour" not in ring.body
    assert [*ring.record["choices"].values()] == ["seen", "later", "done"]
    assert [one.mentions for one in await rung_after(world, minutes=10)] == [(kate.user_id,)]
    assert [one.mentions for one in await rung_after(world, minutes=10)] == [(chefe.user_id,)]
    assert (await kinds(world))[-2:] == [EntryKind.ASKED, EntryKind.ASKED]


async def test_a_task_is_done_by_a_digit(world: World, chefe: Person, kate: Person, ref: str) -> None:
    await chefe.says(f'!incident task {ref} Call for:{kate.user_id} due:"in 30m"')
    [ring] = await rung_after(world, minutes=30)
    await chooses(kate, ring, "done")
    assert kate.hears("is done", ok=True, ref=ref_of(world, "task"))
    assert (await kinds(world))[-1] is EntryKind.TASK_DONE
    assert [p for p in await rung_after(world, minutes=60) if p.record["ref"] == ref_of(world, "task")] == []


async def test_a_task_that_is_seen_to_is_asked_about_again_later(world: World, kate: Person, ref: str) -> None:
    await kate.says(f'!incident task {ref} Call for:{kate.user_id} due:"in 30m"')
    [ring] = await rung_after(world, minutes=30)
    await kate.says("", **replied("!ack", world.event_of(ring)))
    assert kate.hears("You see to", ok=True, ref=ref_of(world, "task"))
    for _hour in range(3):
        world.clock.passes(hours=1)
        await kate.says(f"!incident note {ref} Still at it")
        assert await rung_after(world, minutes=0) == []
    assert [one.mentions for one in await rung_after(world, hours=1)] == [(kate.user_id,)]


async def test_a_task_that_is_given_away_is_asked_of_whoever_has_it(
    world: World, chefe: Person, kate: Person, ana: Person, ref: str
) -> None:
    await chefe.says(f'!incident task {ref} Call for:{kate.user_id} due:"in 30m"')
    [ring] = await rung_after(world, minutes=30)
    await ana.says(f"!task take {ref_of(world, 'task')}")
    await chooses(kate, ring, "seen")
    assert kate.hears("settled already", ok=False, error="conflict")
    assert await rung_after(world, minutes=9) == []
    assert [one.mentions for one in await rung_after(world, minutes=1)] == [(ana.user_id,)]


# Bad input, and answers without a digit


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("!ack", "bad_argument", "which incident"),
        ("!ack {ref}", "conflict", "waits for an answer"),
        ("!ack BRAVO-7K3Q0", "not_found", "nothing of that reference"),
        ("!ack BRAVO-7K3Q1", "not_found", "slip"),
        ("!ack ALPHA-7K3Q0", "not_found", "nothing of that reference"),
    ],
)
async def test_what_cannot_be_acknowledged_is_said(
    world: World, kate: Person, ref: str, typed: str, error: str, words: str
) -> None:
    await kate.says(typed.format(ref=ref))
    assert kate.hears(words, ok=False, error=error), (kate.last.body, kate.last.record)
    assert await entry_count(world) == 1


async def test_only_who_was_asked_or_leads_acknowledges(
    world: World, kate: Person, coord: Person, chefe: Person, ref: str
) -> None:
    await rung_after(world, hours=2)
    await kate.says(f"!ack {ref}")
    assert kate.hears("asked somebody else", ok=False, error="not_allowed")
    eva = world.person("eva", room="!other:example.org")
    await world.receives(eva.user_id, f"!ack {ref}", room="!other:example.org")
    await world.settles()
    assert eva.hears("nothing of that reference", ok=False, error="not_found")
    await coord.says(f"!ack {ref}")
    assert coord.hears("You see to", ok=True)
    await chefe.says(f"!ack {ref}")
    assert chefe.hears(ok=False, error="conflict")


# The bot was away


async def test_after_a_restart_it_goes_on_where_it_was_and_says_that_it_is_late(
    world: World, chefe: Person, chef: Person, ref: str
) -> None:
    await rung_after(world, hours=2)
    await world.stop()
    world.clock.passes(hours=5)
    await world.start()
    [ring] = await rung_after(world, minutes=0)
    assert ring.mentions == (chef.user_id,), "the next, once, and not all of the rest"
    assert "late" in posts(world, "notice")[-1].post.body  # type: ignore[union-attr]
    assert await rung_after(world, minutes=0) == []
    assert len(await rung_after(world, minutes=10)) == 1


async def test_a_room_that_is_not_known_yet_is_waited_for(world: World, chefe: Person, ref: str) -> None:
    there = world.rooms.joined.pop(ROOM)
    assert await rung_after(world, hours=2) == [] and await entry_count(world) == 1
    world.rooms.joined[ROOM] = there
    assert [one.mentions for one in await rung_after(world, minutes=10)] == [(chefe.user_id,)]


async def test_whoever_has_left_or_is_not_served_is_not_asked(
    world: World, ana: Person, chefe: Person, chef: Person, ref: str
) -> None:
    await chefe.says(f"!incident lead {ref} {ana.user_id}")
    chief = Person(world, "@chief:elsewhere.net")  # a lead by the configuration, on a server that is not served
    world.rooms.joined[ROOM] = [chief.user_id, *(user for user in world.rooms.joined[ROOM] if user != ana.user_id)]
    world.rooms.levels[chefe.user_id] = 0  # the room has taken the lead's authority away
    assert [one.mentions for one in await rung_after(world, hours=2)] == [(chef.user_id,)]


async def test_after_more_than_a_day_it_begins_anew(world: World, chefe: Person, ref: str) -> None:
    await rung_after(world, hours=2)
    await rung_after(world, minutes=10)
    await world.stop()
    world.clock.passes(days=2)
    await world.start()
    assert [one.mentions for one in await rung_after(world, minutes=0)] == [(chefe.user_id,)]


async def test_a_clock_that_jumps_back_rings_nobody_twice(world: World, ref: str) -> None:
    assert len(await rung_after(world, hours=2)) == 1
    assert await rung_after(world, hours=-3) == []
    assert await rung_after(world, hours=3) == []
