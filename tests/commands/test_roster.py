"""Rosters: rotations, overrides, absences and volunteers; each agency for its own people, each told what changes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.i18n import Catalogues

from ..companions import plain
from ..duties import chooses, logged, replied, rings
from ..fakes import ROOM, compiled, configuration
from ..rosters import GATE, accept, answer, direct, led, sets_up, shifts, utc, who
from ..world import Person, World


@pytest.fixture
async def lead(world: World) -> Person:
    return await led(world)


@pytest.fixture
def kate(world: World) -> Person:
    return world.person("kate")


@pytest.fixture
def bo(world: World) -> Person:
    return world.person("bo")


async def test_a_lead_whom_the_room_holds_down_is_told_what_is_missing(
    world: World, lead: Person, kate: Person
) -> None:
    world.rooms.levels[lead.user_id] = 49
    await lead.says(f"!shift roster gate people:{kate.user_id} from:06:00")
    assert lead.hears("a lead also needs power level 50", ok=False, error="not_allowed"), answer(lead).body


async def test_people_follow_each_other_from_a_wall_time_on(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate, bo, more="for:8h every:day")
    assert lead.hears("Rotation 1: Kate and Bo", ok=True), answer(lead).body
    assert "2026-11-24 06:00" in answer(lead).body and "Europe/Lisbon" in answer(lead).body
    assert (await who(world)) == [("24T06-24T14", "kate"), ("25T06-25T14", "bo")]
    assert (await logged(world))[-1] == "shift.rotation"


async def test_the_roster_shows_the_coming_days_and_where_nobody_is(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate, bo)
    await bo.says("!timezone Europe/Athens")
    await bo.says("!shift roster")
    body = answer(bo).body
    assert "24 Nov 2026, 08:00 UTC+2 to 24 Nov 2026, 16:00 UTC+2: Kate" in body, body
    assert "16:00 UTC+2 to 25 Nov 2026, 08:00 UTC+2: NOBODY" in body
    assert "Rotation 1:" in body


async def test_who_is_at_two_posts_at_once_is_shown_as_that(world: World, lead: Person, kate: Person) -> None:
    await lead.says("!shift post pier")
    await sets_up(lead, kate)
    line = f"!shift override pier who:{kate.user_id} from:2026-11-24 08:00 for:2h"
    await lead.says(line)
    assert "on duty twice at once" in answer(lead).body
    await lead.says(f"{line} insist:the pier is beside the gate")
    assert answer(lead).record["ok"] is True
    await lead.says("!shift roster gate days:3")
    assert "Kate, who is to be at pier then as well" in answer(lead).body
    await lead.says("!shift coverage")
    assert "Kate is to be at gate and pier at once" in answer(lead).body, answer(lead).body


@pytest.mark.parametrize("reason", ['""', "x" * 201])
async def test_a_reason_is_one_and_not_too_long(world: World, lead: Person, kate: Person, reason: str) -> None:
    await sets_up(lead, kate)
    await lead.says(f"!shift override gate who:{kate.user_id} from:2026-11-24 20:00 for:8h insist:{reason}")
    assert lead.hears(ok=False, error="bad_argument"), answer(lead).body
    assert (await world.database.rows("SELECT count(*) AS n FROM override"))[0]["n"] == 0


async def test_on_call_says_who_is_next_in_the_readers_time(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    await kate.says("!timezone Europe/Athens")
    await kate.says("!shift oncall")
    assert "Lead answers for it" in answer(kate).body
    assert "Nobody is planned there now" in answer(kate).body
    assert "Next: Kate, 24 Nov 2026, 08:00 UTC+2 to 24 Nov 2026, 16:00 UTC+2" in answer(kate).body, answer(kate).body
    world.clock.at = utc("2026-11-24T07:00")
    await kate.says("!shift oncall")
    assert "Planned now: Kate, until 24 Nov 2026, 16:00 UTC+2" in answer(kate).body


async def test_on_call_is_said_in_the_readers_language(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db", configuration())
    following = 'msgid "Next: {name}, {from_} to {until}"\nmsgstr "A seguir: {name}, de {from_} a {until}"'
    world.catalogues = Catalogues({"pt": compiled("pt", following)})
    await world.start()
    lead = await led(world)
    ana = world.person("ana", "PRT-GNR")
    rui = world.person("rui", "PRT-GNR")
    await sets_up(rui, ana)
    await ana.says("!shift oncall")
    said = plain(answer(ana).body)
    await lead.says("!shift oncall")
    other = plain(answer(lead).body)
    await world.stop()
    assert "A seguir: Ana, de 24/11/2026, 06:00 UTC a 24/11/2026, 14:00 UTC" in said, said
    assert "Next: Ana, 24 Nov 2026, 06:00 UTC to" in other, other


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("monday, wed", ["MO", "WE"]),
        ("weekdays", ["MO", "TU", "WE", "TH", "FR"]),
        ("FREQ=WEEKLY;BYDAY=SA", ["SA"]),
    ],
)
async def test_how_often_is_said_in_words_or_by_a_rule(
    world: World, lead: Person, kate: Person, every: str, days: list[str]
) -> None:
    await sets_up(lead, kate, at="2026-11-23 06:00", more=f"every:{every}")
    names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    assert [names[one.span.since.weekday()] for one in sorted(await shifts(world), key=lambda s: s.span.since.weekday())
            ] == days  # fmt: skip


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ("people:@kate:example.org from:tomorrow", "bad_argument", ""),
        ("people:@kate:example.org from:yesterday 06:00", "bad_argument", ""),
        ("people:@kate:example.org", "bad_argument", "needs people and when"),
        ("from:tomorrow 06:00", "bad_argument", "needs people and when"),
        ("people:@kate:example.org from:tomorrow 06:00 every:sometimes", "bad_argument", "cannot read that as a rule"),
        ("people:@kate:example.org from:tomorrow 06:00 every:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "bad_argument",
         "never comes true"),
        ("people:@kate:example.org from:tomorrow 06:00 every:FREQ=HOURLY", "bad_argument", "once a day"),
        ("people:@kate:example.org from:tomorrow 06:00 for:30h", "bad_argument", "not over when the next"),
        ("people:@kate:example.org from:tomorrow 06:00 for:40h every:week", "bad_argument", "36 hours"),
        ("people:@kate:example.org from:tomorrow 06:00 for:5m", "bad_argument", "15 minutes"),
        ("people:@away:example.org from:tomorrow 06:00", "not_found", "Not here: @away:example.org"),
        ("people:@liaison:example.org from:tomorrow 06:00", "not_found", "Not here"),
        ("people:@chief:elsewhere.net from:tomorrow 06:00", "not_found", "Not here"),
        ("remove:7", "not_found", "no number 7"),
    ],
)  # fmt: skip
async def test_a_rotation_that_cannot_be_is_refused_and_changes_nothing(
    world: World, lead: Person, kate: Person, line: str, error: str, words: str
) -> None:
    world.rooms.joined[ROOM].append("@chief:elsewhere.net")  # type: ignore[arg-type]
    await lead.says(f"!shift roster gate {line}")
    assert lead.hears(words, ok=False, error=error), answer(lead).body
    assert await shifts(world) == []


async def test_two_rotations_that_would_overlap_are_refused(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate, more="every:weekdays")
    await sets_up(lead, bo, at="2026-11-24 13:00", more="every:week")
    assert lead.hears("would overlap", ok=False, error="conflict"), answer(lead).body
    assert {person for _when, person in await who(world, 6)} == {"kate"}


async def test_a_rotation_is_taken_out_and_what_has_begun_lasts(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    world.clock.at = utc("2026-11-24T08:00")
    await lead.says("!shift roster gate remove:1")
    assert lead.hears("Rotation 1 ends now", ok=True)
    assert await who(world) == [("24T06-24T14", "kate")]


# Agencies


async def test_each_agency_changes_the_shifts_of_its_own_people_alone(world: World, lead: Person, kate: Person) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await sets_up(lead, ana)
    assert lead.hears("Of another agency: Ana", ok=False, error="not_allowed")
    await sets_up(rui, ana)
    assert rui.hears(ok=True)
    for line in (
        "!shift roster gate remove:1",
        f"!shift override gate who:{kate.user_id} from:2026-11-24 08:00 until:2026-11-24 10:00",
        "!shift override gate who:nobody from:2026-11-24 08:00 until:2026-11-24 10:00",
        f"!shift absent {ana.user_id} until:2026-11-30",
    ):
        await lead.says(line)
        assert lead.hears("Of another agency: Ana", ok=False, error="not_allowed"), (line, answer(lead).body)
    assert (await who(world))[0] == ("24T06-24T14", "ana")


async def test_only_leads_change_what_others_do(world: World, lead: Person, kate: Person, bo: Person) -> None:
    await sets_up(lead, kate)
    for line in (
        f"!shift roster gate people:{bo.user_id} from:2026-11-24 14:00",
        "!shift roster gate remove:1",
        f"!shift override gate who:{bo.user_id} from:2026-11-24 08:00 for:2h",
        f"!shift absent {kate.user_id} until:2026-11-30",
    ):
        await bo.says(line)
        assert bo.hears(ok=False, error="not_allowed"), (line, answer(bo).body)
    assert (await who(world))[0] == ("24T06-24T14", "kate")


# Single stretches


async def test_an_override_puts_somebody_in_anothers_place_and_both_are_told(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate)
    await bo.says("!timezone Europe/Athens")
    since = len(world.heard)
    await lead.says(f"!shift override gate who:{bo.user_id} from:2026-11-24 10:00 until:2026-11-24 14:00")
    assert lead.hears("Bo is at gate", ok=True) and lead.hears("2 people were told")
    assert (await who(world))[:2] == [("24T06-24T10", "kate"), ("24T10-24T14", "bo")]
    said, ring = direct(world, kate, since)
    assert "Lead has changed your shifts" in said.body
    assert "Not yours any more:\n\n• gate, 24 Nov 2026, 06:00 UTC to 24 Nov 2026, 14:00 UTC" in said.body
    assert "Yours now:\n\n• gate, 24 Nov 2026, 06:00 UTC to 24 Nov 2026, 10:00 UTC" in said.body
    assert (said.msgtype, ring.msgtype, ring.mentions) == ("m.notice", "m.text", (kate.user_id,))
    assert "gate" not in ring.body
    assert "12:00 UTC+2 to 24 Nov 2026, 16:00 UTC+2" in direct(world, bo, since)[0].body, "in his zone"


async def test_a_post_is_shut_and_opened_again(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    await lead.says("!shift override gate who:nobody from:2026-11-24 until:2026-11-24")
    assert lead.hears("gate is shut", ok=True), answer(lead).body
    await kate.says("!shift roster gate days:3")
    assert "the post is shut" in answer(kate).body
    await kate.says("!shift take")
    assert "24 Nov 2026, 01:00" not in answer(kate).body
    await lead.says("!shift override gate remove:1")
    assert lead.hears("taken back", ok=True)
    assert ("24T06-24T14", "kate") in await who(world)
    await lead.says("!shift override gate remove:1")
    assert lead.hears(ok=False, error="not_found")


async def test_an_override_of_another_post_is_not_taken_back(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await lead.says("!shift post pier")
    await lead.says(f"!shift override gate who:{bo.user_id} from:2026-11-24 10:00 for:4h")
    await lead.says("!shift override pier remove:1")
    assert lead.hears("no number 1", ok=False, error="not_found")
    assert await who(world) == [("24T10-24T14", "bo")]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ("who:@bo:example.org from:2026-11-24 10:00 until:2026-11-24 09:00", "bad_argument"),
        ("who:@bo:example.org from:2026-11-24 10:00", "bad_argument"),
        ("who:@bo:example.org from:2026-11-24 10:00 until:2026-11-27 10:00", "bad_argument"),
        ("who:@bo:example.org from:2026-11-24 10:00 until:2026-11-24 12:00 for:2h", "bad_argument"),
        ("from:2026-11-24 10:00 for:2h", "bad_argument"),
        ("who:@away:example.org from:2026-11-24 10:00 for:2h", "not_found"),
        ("remove:9", "not_found"),
    ],
)
async def test_an_override_that_cannot_be_is_refused(
    world: World, lead: Person, kate: Person, bo: Person, options: str, error: str
) -> None:
    await sets_up(lead, kate)
    await lead.says(f"!shift override gate {options}")
    assert lead.hears(ok=False, error=error), answer(lead).body
    assert (await who(world))[0] == ("24T06-24T14", "kate")


@pytest.mark.parametrize(
    "times",
    ["from:today for:1h", "from:2026-11-24 10:00 until:2026-11-24 09:00", "from:tomorrow until:2026-11-22 18:00"],
)
async def test_what_is_over_or_ends_before_it_begins_is_said(
    world: World, lead: Person, kate: Person, times: str
) -> None:
    for line in (f"override gate who:{kate.user_id}", "absent"):
        await lead.says(f"!shift {line} {times}")
        assert lead.hears("ends before it begins, or is over", ok=False, error="bad_argument"), answer(lead).body
    assert await shifts(world) == []


async def test_who_is_absent_is_missed_and_the_leads_are_rung(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate)
    since = len(world.heard)
    await kate.says("!shift absent from:2026-11-24 until:2026-11-25")
    assert kate.hears("Kate is absent", ok=True), answer(kate).body
    notice = next(h.post for h in world.heard[since:] if h.kind == "notice" and h.post)
    assert "Nobody is there" in notice.body and "!shift take" in notice.body
    ring = rings(world, since)[-1]
    assert ring.mentions == (lead.user_id,) and "Kate" not in ring.body
    await bo.says("!shift roster gate days:2")
    assert "NOBODY, Kate is absent" in answer(bo).body
    await bo.says("!shift take")
    assert bo.hears("You are at gate", ok=True), answer(bo).body
    await kate.says("!shift absent remove:1")
    assert kate.hears(ok=True)


async def test_whoever_is_absent_for_longer_is_missed_for_what_is_new_alone(
    world: World, lead: Person, kate: Person
) -> None:
    await sets_up(lead, kate)
    await kate.says("!shift absent from:2026-11-24 until:2026-11-24")
    since = len(world.heard)
    await kate.says("!shift absent from:2026-11-24 until:2026-11-24")
    assert kate.hears("Kate is absent", ok=True) and rings(world, since) == [], "the leads know of that one"
    await kate.says("!shift absent from:2026-11-24 until:2026-11-25")
    assert rings(world, since)[-1].mentions == (lead.user_id,)
    notice = next(h.post for h in world.heard[since:] if h.kind == "notice" and h.post)
    assert "25 Nov" in notice.body and "24 Nov" not in notice.body, notice.body


async def test_a_volunteer_takes_the_next_gap_and_nobody_elses_shift(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate)
    await bo.says("!shift take from:2026-11-24 10:00 for:2h")
    assert bo.hears("Somebody is at gate then", ok=False, error="not_found")
    await bo.says("!shift take from:2026-11-24 14:00 for:8h")
    assert bo.hears("You are at gate", ok=True)
    assert (await who(world))[:2] == [("24T06-24T14", "kate"), ("24T14-24T22", "bo")]
    assert (await logged(world))[-1] == "shift.override"


async def test_too_little_rest_is_said_and_a_lead_can_insist(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate)
    await kate.says("!shift take from:2026-11-24 20:00 for:8h")
    assert kate.hears("6 hours of rest", ok=False, error="conflict"), answer(kate).body
    line = f"!shift override gate who:{kate.user_id} from:2026-11-24 20:00 for:8h"
    await lead.says(line)
    asked = answer(lead)
    assert "6 hours of rest" in asked.body and "2 hours of rest" in asked.body and asked.msgtype == "m.text"
    assert len(await shifts(world, 3)) == 2
    await chooses(lead, asked, "leave")
    assert lead.hears("Nothing was changed") and len(await shifts(world, 3)) == 2
    await lead.says(line)
    event = world.event_of(answer(lead))
    await lead.says("the others are ill", **replied("the others are ill", event))
    assert lead.hears("Kate is at gate", ok=True), answer(lead).body
    assert ("24T20-25T04", "kate") in await who(world)
    [row] = await world.database.rows("SELECT content FROM audit_content ORDER BY position DESC LIMIT 1")
    assert json.loads(row["content"])["insisted"] == "the others are ill"
    await lead.says("again", **replied("again", event))
    assert len([one for one in await shifts(world, 3)]) == 3, "an answer counts once"


async def test_eleven_hours_of_rest_are_enough_and_less_are_not(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    await kate.says("!shift take from:2026-11-28 00:45 for:2h")
    assert kate.hears("10.8 hours of rest", ok=False, error="conflict"), answer(kate).body
    await kate.says("!shift take from:2026-11-28 01:00 for:2h")
    assert kate.hears(ok=True), answer(kate).body


async def test_more_than_48_hours_a_week_are_said(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate, more="for:10h every:day")
    assert "70 hours in the week" in answer(lead).body, answer(lead).body
    assert await shifts(world) == []
    await sets_up(lead, kate, more="for:10h every:day insist:nobody else is trained")
    assert lead.hears("Rotation 1", ok=True)


async def test_what_is_too_much_is_configured(world: World, lead: Person, kate: Person) -> None:
    limits = world.config.shift.model_copy(update={"rest_hours": 4, "week_hours": 70})
    world.current.now = world.config.model_copy(update={"shift": limits})
    await sets_up(lead, kate, more="for:10h every:day")
    assert lead.hears("Rotation 1", ok=True), answer(lead).body
    await kate.says("!shift take from:2026-12-01 20:00 for:30m")
    assert "of rest" not in answer(kate).body
    assert kate.hears("70.5 hours in the week", ok=False, error="conflict"), answer(kate).body


async def test_whoever_is_to_take_over_is_waited_for_as_the_roster_is_now(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    async def late() -> str:
        [row] = await world.database.rows("SELECT at FROM due WHERE kind = 'handover' AND state = 'waiting'")
        return f"{datetime.fromisoformat(row['at']):%dT%H:%M}"

    await sets_up(lead, kate)
    assert await late() == "24T06:15"
    await kate.says("!shift absent from:2026-11-24 until:2026-11-24")
    assert await late() == "25T06:15"
    await bo.says("!shift take from:2026-11-24 06:00 for:8h")
    assert await late() == "24T06:15"
    await lead.says("!shift roster gate remove:1")
    await lead.says("!shift override gate remove:1")
    assert await world.store.due.find("handover", GATE) is None


async def test_a_time_that_the_clocks_skip_or_repeat_is_said(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate, at="2027-03-28 01:30", more="for:4h every:week")
    assert lead.hears("skip that time", ok=True), answer(lead).body
    await lead.says("!shift roster gate remove:1")
    await sets_up(lead, kate, at="2027-10-31 01:30", more="for:4h every:week")
    assert lead.hears("comes twice", ok=True), answer(lead).body


# Reminders


async def test_everyone_is_reminded_a_day_and_an_hour_before(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await bo.says("!timezone Europe/Athens")
    await sets_up(lead, kate, bo, at="2026-11-25 06:00", more="every:day")
    accept(world)
    since = len(world.heard)
    for hours in range(4 * 24):
        world.clock.at = utc("2026-11-22T12:00") + timedelta(hours=hours)
        await world.wakes()
    reminders = [
        (h.post.mentions[0][1:].partition(":")[0], h.post.body.partition(".")[0])
        for h in world.heard[since:]
        if h.post and h.post.record["kind"] == "reminder"
    ]
    day, hour = "Your shift begins within a day", "Your shift begins within the hour"
    assert reminders == [("kate", day), ("kate", hour), ("bo", day), ("bo", hour), ("kate", day)][: len(reminders)]
    assert len(reminders) >= 4
    assert "26 Nov 2026, 08:00 UTC+2" in direct(world, bo, since)[0].body


async def test_a_missed_reminder_comes_once_and_says_that_it_is_late(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate, at="2026-11-25 06:00", more="every:week")
    accept(world)
    await world.stop()
    world.clock.at = utc("2026-11-25T05:30")
    await world.start()
    since = len(world.heard)
    await world.wakes()
    await world.wakes()
    said = direct(world, kate, since)
    assert len(said) == 2 and "remind you late" in said[0].body and "within the hour" in said[1].body
    world.clock.at = utc("2026-11-25T06:30")
    await world.wakes()
    assert len(direct(world, kate, since)) == 2


async def test_nobody_is_reminded_of_what_has_begun(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate, at="2026-11-25 06:00", more="every:week")
    accept(world)
    world.clock.at = utc("2026-11-25T06:30")
    since = len(world.heard)
    await world.wakes()
    assert direct(world, kate, since) == []


async def test_who_does_not_have_the_shift_any_more_is_not_reminded(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate, at="2026-11-25 06:00", more="every:week")
    await lead.says(f"!shift override gate who:{bo.user_id} from:2026-11-25 06:00 for:8h")
    accept(world)
    since = len(world.heard)
    world.clock.at = utc("2026-11-25T05:00")
    await world.wakes()
    assert direct(world, kate, since) == []
    assert len(direct(world, bo, since)) == 2


async def test_without_a_direct_room_it_is_said_in_the_room(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate, at="2026-11-23 14:00", more="every:week")
    for invited in world.rooms.invited.values():
        invited.clear()  # she has declined
    since = len(world.heard)
    world.clock.at = utc("2026-11-22T14:00")
    await world.wakes()
    assert [h.room for h in world.heard[since:] if h.post] == [ROOM, ROOM]


async def test_a_change_does_not_swallow_a_reminder_that_is_overdue(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate, at="2026-11-25 06:00", more="every:week")
    accept(world)
    world.clock.at = utc("2026-11-25T05:30")
    await bo.says("!shift take from:2026-11-26 06:00 for:8h")  # before the clock has woken anybody
    since = len(world.heard)
    await world.wakes()
    assert "within the hour" in direct(world, kate, since)[-1].body


async def test_who_changes_their_own_shifts_is_answered_and_not_rung(
    world: World, lead: Person, kate: Person, bo: Person
) -> None:
    await sets_up(lead, kate)
    since = len(world.heard)
    await bo.says("!shift take from:2026-11-24 14:00 for:8h")
    await kate.says("!shift absent from:2026-11-24 until:2026-11-25")
    assert direct(world, bo, since) == [] and direct(world, kate, since) == []


async def test_a_rotation_outlives_a_restart(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    before = await who(world)
    await world.stop()
    await world.start()
    assert before and await who(world) == before


async def test_a_command_that_is_delivered_twice_counts_once(world: World, lead: Person, kate: Person) -> None:
    line = f"!shift override gate who:{kate.user_id} from:2026-11-24 10:00 for:2h"
    event = await lead.says(line)
    async with world.store.transaction():
        await world.store.inbox.add(ROOM, event, world.events[event][1], world.clock.now())
    world.intake.wake({ROOM})
    await world.settles()
    assert (await world.database.rows("SELECT count(*) AS n FROM override"))[0]["n"] == 1


async def test_a_post_of_another_room_has_no_roster_here(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    other = "!other:example.org"
    world.rooms.joined[other] = [*world.rooms.joined[ROOM]]
    for line in ("roster gate", "oncall gate", "take gate", "export gate", "start gate", "coverage gate"):
        await lead.says(f"!shift {line}", room=other)
        assert lead.hears(ok=False, error="not_found"), line


async def test_nobody_is_asked_and_told_nothing_of_a_direct_room(world: World, lead: Person, kate: Person) -> None:
    """A roster says nothing to whoever is not served: they are left out, and the others still hear."""
    await sets_up(lead, kate, at="2026-11-25 06:00", more="every:week")
    accept(world)
    world.current.now = world.config.model_copy(
        update={"access": world.config.access.model_copy(update={"servers": ["gnr.example"]})}
    )
    since = len(world.heard)
    world.clock.at = utc("2026-11-25T05:00")
    await world.wakes()
    assert direct(world, kate, since) == []


async def test_an_absence_that_is_said_twice_is_recorded_once(world: World, lead: Person, kate: Person) -> None:
    for _time in range(2):
        await kate.says("!shift absent from:2026-11-24 until:2026-11-25")
        assert kate.hears("(number", ok=True)
        assert "(number 1)" in answer(kate).body.replace("\u2068", "").replace("\u2069", "")
    await kate.says("!shift absent until:2026-11-30")
    await kate.says("!shift absent until:2026-11-30")
    assert "(number 2)" in answer(kate).body.replace("\u2068", "").replace("\u2069", "")


async def test_an_absence_without_any_time_gets_an_example(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!shift absent")
    assert "until:" in answer(kate).body and answer(kate).record["ok"] is False
