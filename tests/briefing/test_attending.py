"""Who is at a briefing is asked at its start, said by a digit or a command, and counted by agencies."""

from __future__ import annotations

import pytest
import pytest_asyncio

from bot.model.person import UserId
from bot.model.sitting import Presence, roll

from ..duties import chooses, logged
from ..fakes import ROOM
from ..rosters import answer
from ..world import World
from .held import Held, meeting

PRESENT, LATE, ABSENT = (Presence.PRESENT, None), (Presence.LATE, None), (Presence.ABSENT, None)
WEEKLY = "Weekly brief 2026-11-24 09:00 for:30m every:week"


@pytest_asyncio.fixture
async def held(world: World) -> Held:
    return await meeting(world)


def asked(held: Held, since: int = 0) -> set[str]:
    return set(held.questions("briefing attend", since))


async def test_everybody_is_asked_at_the_start_once_and_a_digit_says_it(held: Held) -> None:
    ref = await held.planned()
    await held.at("2026-11-24T08:59:00")
    assert asked(held) == set()
    since = await held.at("2026-11-24T09:00:00")
    found = held.questions("briefing attend", since)
    assert set(found) == {"ana", "luis", "eleni", "nikos"}
    assert all("Brief" not in one.body and one.msgtype == "m.text" for one in found.values()), "lock screens show it"
    assert any("has begun" in one and "11:00" in one for one in held.notices(since)), "by the clock of Athens too"
    assert asked(held, await held.at("2026-11-24T09:01:00")) == set(), "once"
    await chooses(held.ana, found["ana"], "present")
    assert held.ana.hears("Noted for", ok=True), answer(held.ana).body
    await chooses(held.luis, found["luis"], "late")
    await chooses(held.eleni, found["eleni"], "absent")
    assert await held.presences(ref) == {"ana": PRESENT, "luis": (Presence.LATE, 1), "eleni": ABSENT}
    assert (await logged(held.world)).count("briefing.attended") == 3


async def test_a_clock_that_was_set_back_asks_nobody_twice(held: Held) -> None:
    await held.planned()
    found = held.questions("briefing attend", await held.at("2026-11-24T09:00:00"))
    await held.at("2026-11-24T08:30:00")
    await held.say(held.ana, "!briefing before 10m")
    assert asked(held, await held.at("2026-11-24T09:00:00")) == set()
    await chooses(held.ana, found["ana"], "present")
    assert held.ana.hears("Noted for", ok=True), answer(held.ana).body


async def test_who_comes_after_the_start_is_late_by_so_many_minutes(held: Held) -> None:
    ref = await held.begun()
    held.world.clock.passes(minutes=5)
    await held.say(held.ana, f"!briefing attend {ref}", "Ana: here")
    held.world.clock.passes(minutes=7, seconds=30)
    await held.say(held.luis, "!briefing attend", "Luis: late, 12 minutes")
    await held.say(held.eleni, "!briefing attend present", "Eleni: here")
    assert await held.presences(ref) == {"ana": PRESENT, "luis": (Presence.LATE, 12), "eleni": PRESENT}


async def test_who_has_said_that_they_come_late_is_late_when_they_come(held: Held) -> None:
    ref = await held.planned()
    await held.at("2026-11-24T08:50:00")
    await held.say(held.luis, f"!briefing attend {ref} late", "Luis: late")
    assert await held.presences(ref) == {"luis": LATE}
    since = await held.at("2026-11-24T09:00:00")
    assert asked(held, since) == {"ana", "eleni", "nikos"}, "who has said it already is not asked"
    await held.at("2026-11-24T09:03:00")
    await held.say(held.luis, "!briefing attend", "late, 3 minutes")


async def test_who_has_said_that_they_do_not_come_is_not_rung(held: Held) -> None:
    await held.planned()
    await held.say(held.nikos, "!briefing rsvp no")
    assert asked(held, await held.at("2026-11-24T09:00:00")) == {"ana", "luis", "eleni"}


async def test_it_is_taken_from_shortly_before_until_an_hour_after(held: Held) -> None:
    ref = await held.planned()
    await held.at("2026-11-24T08:44:00")
    await held.say(held.ana, f"!briefing attend {ref}", "has not begun yet", ok=False, error="conflict")
    await held.at("2026-11-24T08:45:00")
    await held.say(held.ana, "!briefing attend", "Ana: here")
    await held.at("2026-11-24T09:00:00")
    await held.at("2026-11-24T10:29:00")
    await held.say(held.luis, f"!briefing attend {ref} present")
    found = held.questions("briefing attend")
    await held.at("2026-11-24T10:31:00")
    await held.say(held.eleni, f"!briefing attend {ref}", "is taken from", ok=False, error="conflict")
    await chooses(held.eleni, found["eleni"], "present")
    assert held.eleni.hears("settled already", ok=False), answer(held.eleni).body


async def test_only_who_leads_says_it_of_others_and_that_is_noted(held: Held) -> None:
    ref = await held.begun()
    held.world.clock.passes(minutes=9)
    await held.say(held.nikos, "!briefing attend @ana:gnr.example absent", ok=False, error="not_allowed")
    await held.say(held.eleni, "!briefing attend @nikos-hp:example.org late", "Nikos: late, 9 minutes (noted by Eleni)")
    await held.say(held.ana, f"!briefing attend {ref} @luis-gc:example.org absent", "Luis: absent (noted by Ana)")
    await held.say(
        held.eleni, "!briefing attend @nobody-hp:example.org absent", ok=False, error="not_found",
        words="is not in this room",
    )  # fmt: skip
    assert await held.presences(ref) == {"nikos": (Presence.LATE, 9), "luis": ABSENT}
    await held.say(held.nikos, f"!briefing show {ref}", "Nikos: late, 9 minutes (noted by Eleni)")


async def test_agencies_are_counted_against_the_quorum(held: Held) -> None:
    ref = await held.begun()
    body = (await held.say(held.ana, "!briefing attend")).body
    assert "GRC-HP: here 0, late 0, absent 0, no answer 2" in body, body
    assert "Still missing: ESP-GC 1 e GRC-HP 1" in body, body
    await held.say(held.luis, "!briefing attend absent")
    await held.say(held.nikos, "!briefing attend late", "Still missing: ESP-GC 1")
    await held.say(held.luis, "!briefing attend present", "The quorum is there.")
    body = (await held.say(held.eleni, f"!briefing show {ref}", "The quorum is there.")).body
    assert "GRC-HP: here 0, late 1, absent 0, no answer 1" in body and "Luis: here" in body, body


async def test_a_quorum_that_was_set_counts(held: Held) -> None:
    ref = await held.planned()
    await held.say(held.ana, f"!briefing rsvp {ref} quorum:GRC-HP 2")
    await held.at("2026-11-24T09:00:00")
    await held.say(held.eleni, "!briefing attend", "Still missing: GRC-HP 1")
    await held.say(held.nikos, "!briefing attend", "The quorum is there.")


async def test_the_next_one_is_asked_about_as_well_where_it_is_by_then(held: Held) -> None:
    ref = await held.begun(WEEKLY)
    first = await held.sitting(ref)
    await held.at("2026-11-24T12:00:00")
    await held.ana.says(f"!briefing move {ref} 11:00")
    await chooses(held.ana, answer(held.ana), "save")
    assert asked(held, await held.at("2026-12-01T09:00:00")) == set()
    assert len(asked(held, await held.at("2026-12-01T11:00:00"))) == 4
    assert (await held.sitting(ref)).ref != first.ref


async def test_the_bot_that_was_down_asks_late_and_not_when_it_is_over(held: Held) -> None:
    ref = await held.planned(WEEKLY)
    await held.restarts()
    assert len(asked(held, await held.at("2026-11-24T09:20:00"))) == 4
    await held.restarts()
    assert asked(held, await held.at("2026-11-24T09:21:00")) == set()
    assert asked(held, await held.at("2026-12-01T10:00:00")) == set()
    await held.say(held.ana, "!briefing attend present", "Ana: here")
    assert (await held.sitting(ref)).begins.day == 1
    assert len(asked(held, await held.at("2026-12-08T09:00:00"))) == 4, "the next one is asked about again"


async def test_in_a_very_large_room_nobody_is_rung_but_all_read_how_they_can_say_it(held: Held) -> None:
    await held.planned()
    held.world.rooms.joined[ROOM] += [UserId(f"@p{n}:gnr.example") for n in range(60)]
    since = await held.at("2026-11-24T09:00:00")
    assert asked(held, since) == set()
    said = [one for one in held.notices(since) if "I ask 60 people at most" in one]
    assert len(said) == 3 and all("!briefing attend" in one for one in said), said


async def test_nobody_is_asked_about_what_is_cancelled_or_left_out(held: Held) -> None:
    ref = await held.planned(WEEKLY)
    await held.confirms(held.ana, f"!briefing skip {ref}")
    assert asked(held, await held.at("2026-11-24T09:00:00")) == set()
    await held.confirms(held.ana, f"!briefing cancel {ref}")
    assert asked(held, await held.at("2026-12-01T09:00:00")) == set()


@pytest.mark.parametrize(
    ("typed", "error"), [("attend", "not_found"), ("attend BRAVO-7K3Q0", "not_found"), ("minutes", "not_found")]
)
async def test_there_is_nothing_to_attend_where_nothing_has_begun(held: Held, typed: str, error: str) -> None:
    await held.say(held.ana, f"!briefing {typed}", ok=False, error=error)


async def test_who_was_there_goes_with_the_briefing(held: Held) -> None:
    await held.begun()
    await held.say(held.ana, "!briefing attend")
    await held.say(held.ana, "!briefing minutes Nothing new")
    async with held.world.store.transaction():
        assert await held.world.store.attendance.purge(held.world.clock.now()) == 0
        assert await held.world.store.attendance.purge(held.world.clock.now().replace(year=2028)) >= 3
    for table in ("sitting", "attendance", "minute"):
        assert await held.world.database.rows(f"SELECT * FROM {table}") == []


def test_what_is_missing_stands_in_the_same_order_however_people_came() -> None:
    people = {UserId("@ana:gnr.example"): "PRT-GNR", UserId("@luis-gc:example.org"): "ESP-GC"}
    for those in (people, dict(reversed(people.items()))):
        assert [*roll([], those, {}, None).lacking] == ["ESP-GC", "PRT-GNR"]
