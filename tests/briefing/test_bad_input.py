"""What is odd about a briefing, and what comes of it: each line of docs/briefings.md is one case here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from ..duties import chooses, logged, posts
from ..fakes import ROOM
from ..rosters import answer
from .polls import ticks
from .scene import Scene, utc
from .test_rsvp import asks, questions
from .test_rsvp_ballots import empties, ended, redacts, said, shown

DOCUMENT = Path(__file__).parents[2] / "docs" / "briefings.md"
STATED = dict(
    (cell.strip() for cell in line.strip("|").split("|"))
    for line in DOCUMENT.read_text("utf-8").splitlines()
    if line.startswith("|")
)
ONCE = "Brief 2026-11-24 09:00"
EVERYBODY = {"lead": 1, "ana": 1, "eva": 1}
Case = Callable[[Scene], Awaitable[None]]
CASES: dict[str, Case] = {}


def case(what: str) -> Callable[[Case], Case]:
    def kept(function: Case) -> Case:
        CASES[what] = function
        return function

    return kept


@pytest.mark.parametrize("what", [what for what in STATED if what not in ("What", "---")])
async def test_what_is_odd_has_the_outcome_that_is_stated(scene: Scene, what: str) -> None:
    assert STATED[what]
    await CASES[what](scene)


def test_nothing_is_tested_that_is_not_stated() -> None:
    assert set(CASES) == set(STATED) - {"What", "---"}


async def begins(scene: Scene, ref: str, days: int, most: int = 3) -> list[str]:
    found = (await scene.coming(ref, days))[:most]
    return [f"{one.begins:%Y-%m-%d %H:%M %z} {one.begins.astimezone(UTC):%H:%MZ}" for one in found]


async def refused(scene: Scene, text: str, error: str, *words: str) -> None:
    """Let Ana say *text*, which is refused in such words; nothing of it is kept."""
    before = await kept(scene)
    await scene.ana.says(text)
    said = answer(scene.ana)
    assert (said.record["ok"], said.record.get("error")) == (False, error), said.body
    assert all(one in said.body for one in words), said.body
    assert await kept(scene) == before


async def kept(scene: Scene) -> list[tuple[object, ...]]:
    tables = ("briefing", "briefing_change", "due")
    return [tuple(row) for table in tables for row in await scene.world.database.rows(f"SELECT * FROM {table}")]


def reminders(scene: Scene, since: int) -> dict[str, int]:
    return {name: len(bodies) for name, bodies in scene.rung(since).items()}


@case("A time that the clocks skip")
async def _skipped(scene: Scene) -> None:
    scene.world.clock.at = utc("2027-03-26T12:00:00")
    asked = await scene.confirms(scene.ana, "!briefing schedule Night 2027-03-27 01:30 every:day")
    ref = str(answer(scene.ana).record["ref"])
    assert "skip" not in asked.body, "the first of them is no such time"
    assert await begins(scene, ref, 5) == [
        "2027-03-27 01:30 +0000 01:30Z", "2027-03-28 02:30 +0100 01:30Z", "2027-03-29 01:30 +0100 00:30Z",
    ]  # fmt: skip
    asked = await scene.confirms(scene.ana, "!briefing schedule Once 2027-03-28 01:45")
    assert "skip that time, so I take 28 Mar 2027, 02:45 UTC+1" in asked.body, asked.body
    assert await begins(scene, str(answer(scene.ana).record["ref"]), 5) == ["2027-03-28 02:45 +0100 01:45Z"]


@case("A time that comes twice")
async def _twice(scene: Scene) -> None:
    scene.world.clock.at = utc("2027-10-29T12:00:00")
    asked = await scene.confirms(scene.ana, "!briefing schedule Once 2027-10-31 01:30")
    assert "that time comes twice. I take 31 Oct 2027, 01:30 UTC+1" in asked.body, asked.body
    assert await begins(scene, str(answer(scene.ana).record["ref"]), 5) == ["2027-10-31 01:30 +0100 00:30Z"]
    ref = await scene.scheduled("Night 2027-10-30 01:30 every:day")
    assert [one[-6:] for one in await begins(scene, ref, 5)] == ["00:30Z", "00:30Z", "01:30Z"], "and not again at 01:30"


@case("A date that does not exist")
async def _no_date(scene: Scene) -> None:
    for text in ("2027-02-29 09:00", "2027-04-31 09:00"):
        await refused(scene, f"!briefing schedule Brief {text}", "bad_argument", "does not exist")
    await refused(scene, "!briefing schedule Brief 2026-11-24 25:00", "bad_argument")


@case("A zone that nobody knows")
async def _no_zone(scene: Scene) -> None:
    await refused(
        scene, f"!briefing schedule {ONCE} zone:Europe/Lisbonne", "bad_argument",
        "I do not know the time zone “Europe/Lisbonne”", "Did you mean Europe/Lisbon?",
    )  # fmt: skip
    for text in ("zone:Mars/Olympus", "zone:../../etc/passwd", 'zone:""'):
        await refused(scene, f"!briefing schedule {ONCE} {text}", "bad_argument")


@case("A rule without an end on 29 February")
async def _leap_day(scene: Scene) -> None:
    ref = await scene.scheduled("Leap 2026-11-24 09:00 every:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert await begins(scene, ref, 3000) == ["2028-02-29 09:00 +0000 09:00Z", "2032-02-29 09:00 +0000 09:00Z"]
    for moment in ("2027-02-28T09:00:00", "2027-03-01T09:00:00", "2028-02-27T09:00:00"):
        assert reminders(scene, await scene.wakes_at(moment)) == {}
    for year in (2028, 2032):
        assert reminders(scene, await scene.wakes_at(f"{year}-02-28T09:00:00")) == EVERYBODY
        assert reminders(scene, await scene.wakes_at(f"{year}-02-29T08:00:00")) == EVERYBODY
        await scene.wakes_at(f"{year}-02-29T09:30:00")
    assert (await begins(scene, ref, 3000))[0].startswith("2036-02-29")


@case("A time that is past")
async def _past(scene: Scene) -> None:
    await refused(scene, "!briefing schedule Brief 2026-11-20 09:00", "bad_argument", "is past")
    await scene.ana.says("!briefing schedule Brief 2026-11-22 12:30")
    asked = answer(scene.ana)
    scene.world.clock.passes(hours=1)
    await chooses(scene.ana, asked, "save")
    assert scene.ana.hears("past by now", ok=False, error="conflict"), answer(scene.ana).body
    assert await kept(scene) == []
    ref = await scene.scheduled(ONCE)
    await refused(scene, f"!briefing move {ref} 2026-11-21 09:00", "bad_argument", "is past")
    assert await begins(scene, ref, 5) == ["2026-11-24 09:00 +0000 09:00Z"]


@case("500 participants")
async def _many(scene: Scene) -> None:
    others = [scene.world.person(f"p{number}", "PRT-GNR").user_id for number in range(497)]
    everybody = {*others, *(one.user_id for one in (scene.lead, scene.ana, scene.eva))}
    await scene.ana.says(f"!briefing schedule {ONCE}")
    asked = answer(scene.ana)
    assert "(Ana, P0, P1, P2, and 494 more)" in asked.body, asked.body
    told = len(scene.world.heard)
    await chooses(scene.ana, asked, "save")
    assert _rung(scene, told) == Counter(everybody - {scene.ana.user_id})
    for moment in ("2026-11-23T09:00:00", "2026-11-24T08:00:00"):
        assert _rung(scene, await scene.wakes_at(moment)) == Counter(everybody)
    rung = [heard.post for heard in posts(scene.world, "alert") if heard.post]
    assert max(len(one.mentions) for one in rung) == 100


def _rung(scene: Scene, since: int) -> Counter[str]:
    return Counter(user for heard in posts(scene.world, "alert", since) if heard.post for user in heard.post.mentions)


@case("Somebody leaves the room")
async def _left(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    await scene.left(scene.eva)
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {"lead": 1, "ana": 1}
    await scene.left(scene.ana)
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {"lead": 1}
    assert len(await scene.coming(ref)) == 1


@case("Everybody leaves the room")
async def _alone(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    for person in (scene.lead, scene.ana, scene.eva):
        await scene.left(person)
    assert [heard.room for heard in scene.world.heard if heard.kind == "leave"] == [ROOM]
    assert reminders(scene, await scene.wakes_at("2026-11-23T09:00:00")) == {}
    await scene.came(scene.eva)
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {"eva": 1}
    await scene.left(scene.eva)
    before = await scene.wakes_at("2026-11-24T12:00:00")
    assert scene.world.heard[before:] == []


@case("The clock jumps ahead over a reminder")
async def _ahead(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    before = await scene.wakes_at("2026-11-24T08:40:00")
    assert reminders(scene, before) == EVERYBODY, "one, though both of them were missed"
    assert all("late" in one for one in scene.said(before)), scene.said(before)
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:41:00")) == {}


@case("The clock jumps ahead over a briefing")
async def _over(scene: Scene) -> None:
    await scene.scheduled("Daily brief 2026-11-24 09:00 every:day")
    scene.world.rooms.joined[ROOM].remove(scene.eva.user_id)
    before = await scene.wakes_at("2026-11-26T08:30:00")
    missed = [one for one in scene.said(before) if "could not remind you" in one]
    assert len(missed) == 1 and "2 times" in missed[0], missed
    assert "24 Nov 2026" in missed[0] and "25 Nov 2026" in missed[0], missed
    assert reminders(scene, before) == {"lead": 1, "ana": 1}, "of the next, which is to come"
    before = await scene.wakes_at("2026-11-26T08:31:00")
    assert (reminders(scene, before), scene.said(before)) == ({}, [])


@case("A vote and a digit of the same person")
async def _both(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    [poll] = shown(scene)
    await ticks(scene.eva, poll, 1)
    await chooses(scene.eva, found["eva"], "no")
    assert await said(scene) == {"eva": "no"}
    await ticks(scene.eva, poll, 2)
    assert await said(scene) == {"eva": "perhaps"}
    assert (await logged(scene.world))[-3:] == ["briefing.answered"] * 3


@case("A vote that is taken back or deleted")
async def _withdrawn(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    [poll] = shown(scene)
    first = await ticks(scene.eva, poll, 1)
    await redacts(scene.eva, first)
    assert await said(scene) == {}
    second = await ticks(scene.eva, poll, 1)
    await empties(scene.eva, poll)
    assert await said(scene) == {}
    await chooses(scene.eva, found["eva"], "perhaps")
    await redacts(scene.eva, second)
    assert await said(scene) == {"eva": "perhaps"}


@case("A vote or a digit about one that has been moved, left out or cancelled")
async def _elsewhen(scene: Scene) -> None:
    for number, (day, change) in enumerate(((24, "skip"), (25, "move 2026-11-25 15:00"), (26, "cancel")), 1):
        await scene.scheduled(f"Brief 2026-11-{day} 09:00 every:week")
        ref = str(answer(scene.ana).record["ref"])
        since = len(scene.world.heard)
        await scene.ana.says(f"!briefing rsvp {ref} ask")
        found = questions(scene, since)
        verb, _blank, rest = change.partition(" ")
        await scene.ana.says(f"!briefing {verb} {ref} {rest}".strip())
        await chooses(scene.ana, answer(scene.ana), "save")
        assert len(ended(scene)) == number
        await ticks(scene.eva, shown(scene)[-1], 1)
        assert answer(scene.eva).record["error"] == "conflict", answer(scene.eva).body
        await chooses(scene.eva, found["eva"], "coming")
        assert answer(scene.eva).record["error"] == "conflict", answer(scene.eva).body
    assert await said(scene) == {}


@case("A vote that arrives once the briefing has begun")
async def _begun(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    [poll] = shown(scene)
    await scene.wakes_at("2026-11-24T09:05:00")
    for age in (0, 3600):
        await ticks(scene.eva, poll, 1, age=age)
        assert answer(scene.eva).record["error"] == "stale", answer(scene.eva).body
    await chooses(scene.eva, found["eva"], "coming")
    assert answer(scene.eva).record["error"] == "conflict", answer(scene.eva).body
    assert await said(scene) == {} and ended(scene) == [scene.world.event_of(poll)]


@case("The clock is set back")
async def _back(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    await scene.eva.says("!briefing before 15m")
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {"lead": 1, "ana": 1}
    for moment in ("2026-11-22T12:00:00", "2026-11-23T09:00:00", "2026-11-24T08:00:00", "2026-11-24T08:30:00"):
        assert reminders(scene, await scene.wakes_at(moment)) == {}, moment
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:45:00")) == {"eva": 1}
    assert reminders(scene, await scene.wakes_at("2026-11-24T08:00:00")) == {}
    [one] = await scene.coming(ref)
    assert one.length == timedelta(minutes=30)
