"""Finding the time for a briefing: ranked times, answers by digits, and what becomes of a poll in every case."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.model.poll import MOST_ASKED, PollState
from bot.model.reference import Reference
from bot.render import Post

from ..duties import chooses, logged, replied
from ..fakes import BOT, ROOM, configuration
from ..incident.scene import redacted
from ..rosters import answer, sets_up
from ..world import Person
from .scene import Scene, utc
from .test_rsvp import questions

AGENCIES: list[dict[str, Any]] = [
    {"code": code, "country": code[:2], "language": "en", "timezone": zone, "members": [members]}
    for code, zone, members in (
        ("PT-GNR", "Europe/Lisbon", "@*:gnr.example"),
        ("FR-PN", "Europe/Paris", "@*-pn:example.org"),
        ("ES-GC", "Europe/Madrid", "@lead:example.org"),
    )
]
RESPONSE = "org.matrix.msc3381.poll.response"
THREE = "Morning brief 2026-11-24 09:00, 15:00, 2026-11-26 12:00 by:2026-11-23 12:00"
"""By the clock of Lisbon: in New York, where Eva is, the first of it is at four in the night."""


@pytest.fixture(autouse=True)
def agencies(scene: Scene) -> None:
    """Let all in the room be of an agency: Ana by the clock of Lisbon, Eva of New York, the lead of Madrid."""
    scene.world.config = scene.world.current.now = configuration(
        agencies=AGENCIES, roles={"lead": ["@lead:example.org"]}
    )


async def polled(scene: Scene, text: str = THREE, by: Person | None = None) -> tuple[str, dict[str, Post]]:
    """Let Ana, or *by*, ask everybody; return the reference and the question to each."""
    by = by or scene.ana
    asked = await scene.confirms(by, f"!briefing poll {text}", "ask")
    assert "Nobody is asked yet" in asked.body, asked.body
    since = len(scene.world.heard) - 20
    assert by.hears(ok=True), answer(by).body
    return str(answer(by).record["ref"]), questions(scene, max(since, 0))


async def votes(person: Person, first: Post, *choices: str) -> None:
    """Answer one question after the other."""
    asked = first
    for choice in choices:
        await chooses(person, asked, choice)
        asked = answer(person)
        assert asked.record["ok"], asked.body


async def state(scene: Scene, ref: str) -> PollState:
    poll = await scene.world.store.poll.find(Reference(ref))
    assert poll
    return poll.state


async def test_times_are_shown_by_all_clocks_with_why_they_rank_there(scene: Scene) -> None:
    await scene.ana.says(f"!briefing poll {THREE}")
    shown = answer(scene.ana).body
    first, second, third = (shown.index(f"Time {n}:") for n in (1, 2, 3))
    assert "24 Nov 2026, 15:00" in shown[first:second] and "26 Nov 2026, 12:00" in shown[second:third], shown
    assert "24 Nov 2026, 10:00 UTC-5" in shown[first:second], shown
    assert "By day and on a working day for everybody." in shown[first:second], shown
    assert "Night for 1 person: FR-PN." in shown[third:] and "24 Nov 2026, 09:00" in shown[third:], shown
    assert await scene.world.database.rows("SELECT * FROM poll") == []


async def test_each_is_asked_one_time_after_the_other_and_the_best_is_planned(scene: Scene) -> None:
    ref, found = await polled(scene)
    assert set(found) == {"lead", "ana", "eva"}
    assert all("Morning" not in post.body for post in found.values()), "lock screens show it"
    assert all(post.record["choices"] == {"1": "yes", "2": "maybe", "3": "no"} for post in found.values())
    assert len(await scene.world.store.question.list_open(scene.eva.user_id)) == 1
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    assert scene.ana.hears(f"while the poll is open: !briefing poll {ref} slot:3")
    await votes(scene.eva, found["eva"], "maybe", "yes", "no")
    await scene.lead.says(f"!briefing show {ref}")
    assert "yes 1, if need be 1, no 0, no answer 1" in answer(scene.lead).body, answer(scene.lead).body
    assert "1 person has not answered" in answer(scene.lead).body
    since = len(scene.world.heard)
    await votes(scene.lead, found["lead"], "yes", "yes", "yes")
    assert await state(scene, ref) is PollState.CHOSEN
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00", "all say yes to that"
    assert scene.cards(ref) and scene.cards(ref)[-1].record["status"] == "planned"
    rung = scene.rung(since)
    assert {name for name, bodies in rung.items() if any("a briefing is planned" in one for one in bodies)} == {
        "ana", "eva", "lead",
    }, rung  # fmt: skip
    assert any("The poll has ended" in one and "yes 3, if need be 0, no 0" in one for one in scene.said(since))
    assert [kind for kind in await logged(scene.world) if kind.startswith(("poll", "briefing"))][-2:] == [
        "poll.ended", "briefing.scheduled",
    ]  # fmt: skip
    await scene.ana.says(f"!briefing show {ref}")
    assert "comes next" in answer(scene.ana).body, "it is a briefing now"


async def test_never_a_time_that_a_required_agency_refused(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.eva, found["eva"], "no", "maybe", "no")
    await votes(scene.ana, found["ana"], "yes", "no", "yes")
    await votes(scene.lead, found["lead"], "yes", "maybe", "yes")
    # Portugal cannot come to the second, France to no other.
    assert await state(scene, ref) is PollState.FAILED
    assert await scene.world.store.briefing.find(Reference(ref)) is None
    assert await scene.world.store.due.next() is None


async def test_what_a_required_agency_refuses_gives_way_to_what_it_can(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.eva, found["eva"], "no", "maybe", "no")
    await votes(scene.ana, found["ana"], "yes", "maybe", "yes")
    await votes(scene.lead, found["lead"], "yes", "no", "yes")
    assert await state(scene, ref) is PollState.FAILED, "Spain refuses the only one that France can"
    ref, found = await polled(scene, f"{THREE} need:pt-gnr, FR-PN")
    await votes(scene.eva, found["eva"], "no", "maybe", "no")
    await votes(scene.ana, found["ana"], "yes", "maybe", "yes")
    await votes(scene.lead, found["lead"], "yes", "no", "yes")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00", "two of three, both needed"


async def test_if_every_time_is_refused_who_asked_is_told_why_and_nothing_is_planned(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    await votes(scene.lead, found["lead"], "yes", "yes", "yes")
    since = len(scene.world.heard)
    await votes(scene.eva, found["eva"], "no", "no", "no")
    assert await state(scene, ref) is PollState.FAILED
    [said] = [one for one in scene.said(since) if "None of its times will do" in one]
    assert said.count("FR-PN said no") == 3 and "PT-GNR" not in said, said
    assert {name: bodies[-1] for name, bodies in scene.rung(since).items()}.keys() == {"ana"}
    await scene.eva.says(f"!briefing show {ref}")
    assert "nothing is planned" in answer(scene.eva).body and "FR-PN said no" in answer(scene.eva).body
    assert await scene.world.database.rows("SELECT * FROM briefing") == []


async def test_an_unanswered_poll_reminds_once_and_ends_without_a_briefing(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    before = await scene.wakes_at("2026-11-23T00:00:00")
    again = questions(scene, before)
    assert set(again) == {"lead", "eva"}, "Ana has answered"
    assert any("have not answered" in one for one in scene.said(before))
    await scene.wakes_at("2026-11-23T06:00:00")
    assert questions(scene, before) == again, "once"
    before = await scene.wakes_at("2026-11-23T12:00:00")
    assert await state(scene, ref) is PollState.FAILED
    [said] = [one for one in scene.said(before) if "None of its times will do" in one]
    assert "no answer from ES-GC and FR-PN" in said, said
    assert await scene.world.store.question.list_open(scene.eva.user_id) == []
    await chooses(scene.eva, again["eva"], "yes")
    assert not answer(scene.eva).record["ok"]
    assert await scene.world.store.due.next() is None


async def test_at_the_deadline_those_who_answered_decide_if_no_agency_is_missing(scene: Scene) -> None:
    rui = scene.world.person("rui", "PRT-GNR")
    ref, found = await polled(scene)
    await votes(rui, found["rui"], "yes")
    await votes(scene.eva, found["eva"], "yes")
    await votes(scene.lead, found["lead"], "maybe")
    await scene.wakes_at("2026-11-23T00:00:00")
    await scene.wakes_at("2026-11-23T11:59:00")
    assert await state(scene, ref) is PollState.OPEN
    before = await scene.wakes_at("2026-11-23T12:00:00")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-24T15:00:00"
    assert "ana" in scene.rung(before), "who has not answered is told too"


async def test_a_restart_in_the_middle_changes_nothing(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    await scene.world.stop()
    await scene.world.start()
    await votes(scene.eva, found["eva"], "yes", "no")
    await scene.world.stop()
    await scene.world.start()
    await votes(scene.eva, answer(scene.eva), "no")
    await votes(scene.lead, found["lead"], "yes", "yes", "no")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-24T15:00:00"


async def test_what_is_said_while_the_bot_is_away_over_the_deadline_counts(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "no", "no")
    await votes(scene.eva, found["eva"], "yes", "no", "no")
    await scene.world.stop()
    await scene.world.start()
    before = await scene.wakes_at("2026-11-23T13:00:00")
    assert await state(scene, ref) is PollState.OPEN, "what was said meanwhile is read first"
    assert scene.rung(before) == {} and questions(scene, before) == {}
    await votes(scene.lead, found["lead"], "yes")
    await scene.wakes_at("2026-11-23T13:04:00")
    assert await state(scene, ref) is PollState.OPEN
    await scene.wakes_at("2026-11-23T13:05:00")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-24T15:00:00"


async def test_an_answer_that_comes_late_counts_unless_it_would_change_one(scene: Scene) -> None:
    ref, found = await polled(scene)
    await scene.world.stop()
    await scene.world.start()
    scene.world.clock.at = utc("2026-11-22T15:00:00")
    digit = next(digit for digit, name in found["eva"].record["choices"].items() if name == "no")
    await scene.eva.says(digit, **replied(digit, scene.world.event_of(found["eva"])), age=1800)
    assert scene.eva.hears("Noted", ok=True), answer(scene.eva).body
    first, second, _third = ballots(scene, ref)
    await ticks(scene.eva, second, 1, age=1800)
    await ticks(scene.eva, first, 1, age=1800)
    assert scene.eva.hears("too late to change", ok=False, error="stale"), answer(scene.eva).body
    said = {one.slot: int(one.answer) for one in await scene.world.store.poll.cast(Reference(ref))}
    assert said == {1: 3, 2: 1}
    await ticks(scene.eva, first, 2)
    assert int((await scene.world.store.poll.cast(Reference(ref)))[0].answer) == 2
    await scene.ana.says("!briefing poll Other 2026-11-24 09:00, 15:00")
    asked = answer(scene.ana)
    digit = next(digit for digit, name in asked.record["choices"].items() if name == "ask")
    await scene.ana.says(digit, **replied(digit, scene.world.event_of(asked)), age=1800)
    assert scene.ana.hears("too late", ok=False, error="stale"), "what opens one does not wait"


async def test_what_is_past_when_the_bot_comes_back_is_not_chosen(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "maybe", "yes")
    await votes(scene.eva, found["eva"], "yes", "maybe", "yes")
    await votes(scene.lead, found["lead"], "yes", "maybe")
    await scene.wakes_at("2026-11-25T08:00:00")
    await scene.wakes_at("2026-11-25T08:06:00")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00"


async def test_if_all_is_past_when_the_bot_comes_back_that_is_said(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    await scene.wakes_at("2026-11-29T08:00:00")
    before = await scene.wakes_at("2026-11-29T08:06:00")
    assert await state(scene, ref) is PollState.FAILED
    assert any(one.count("past by now") == 3 for one in scene.said(before)), scene.said(before)


async def test_nothing_ends_while_it_is_not_known_who_is_in_the_room(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    await scene.wakes_at("2026-11-23T00:00:00")
    there = scene.world.rooms.joined.pop(ROOM)
    await scene.wakes_at("2026-11-23T12:00:00")
    assert await state(scene, ref) is PollState.OPEN
    scene.world.rooms.joined[ROOM] = there
    await scene.wakes_at("2026-11-23T12:01:00")
    assert await state(scene, ref) is PollState.FAILED


async def test_who_leaves_is_not_waited_for_and_counts_no_more(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "no", "yes")
    await votes(scene.eva, found["eva"], "no", "yes", "no")
    await votes(scene.lead, found["lead"], "yes", "yes")
    await scene.left(scene.eva)
    assert await state(scene, ref) is PollState.OPEN, "the lead has not answered to all"
    await votes(scene.lead, answer(scene.lead), "no")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-24T15:00:00", "hers was a no"


async def test_if_the_last_who_has_not_answered_leaves_the_poll_ends(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "no", "yes", "no")
    await votes(scene.lead, found["lead"], "yes", "yes", "no")
    await scene.left(scene.eva)
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00"


async def test_if_who_asked_leaves_the_room_is_told(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.eva, found["eva"], "no", "no", "no")
    await votes(scene.lead, found["lead"], "no", "no", "no")
    before = len(scene.world.heard)
    await scene.left(scene.ana)
    assert await state(scene, ref) is PollState.FAILED
    assert any("None of its times will do" in one for one in scene.said(before)) and scene.rung(before) == {}


async def test_in_a_room_that_everybody_has_left_nothing_is_ended(scene: Scene) -> None:
    ref, _found = await polled(scene)
    for person in (scene.eva, scene.lead, scene.ana):
        await scene.left(person)
    await scene.wakes_at("2026-11-23T12:00:00")
    assert await state(scene, ref) is PollState.OPEN


async def test_who_comes_is_asked_as_well(scene: Scene) -> None:
    ref, _found = await polled(scene)
    rui = scene.world.person("rui", "PRT-GNR")
    before = len(scene.world.heard)
    await scene.came(rui)
    assert set(questions(scene, before)) == {"rui"}
    await votes(rui, questions(scene, before)["rui"], "yes")
    before = len(scene.world.heard)
    await scene.came(rui)
    assert questions(scene, before) == {}, "another name asks nothing again"
    assert await state(scene, ref) is PollState.OPEN


async def test_five_hundred_are_rung_together_and_each_is_asked_when_they_say_so(scene: Scene) -> None:
    crowd = [scene.world.person(f"p{n}", "PRT-GNR") for n in range(500)]
    began = time.perf_counter()
    await scene.ana.says(f"!briefing poll {THREE}")
    before = len(scene.world.heard)
    await chooses(scene.ana, answer(scene.ana), "ask")
    assert scene.ana.hears("I have asked 503 people", ok=True), answer(scene.ana).body
    ref = str(answer(scene.ana).record["ref"])
    assert questions(scene, before) == {}
    rung = scene.rung(before)
    assert len(rung) == 503 and all("please say when you can come" in one for bodies in rung.values() for one in bodies)
    messages = [h for h in scene.world.heard[before:] if h.kind == "alert"]
    assert len(messages) <= 8, "a hundred people a message"
    for person in (crowd[0], crowd[-1], scene.eva, scene.lead):
        since = len(scene.world.heard)
        await person.says("!briefing poll")
        [asked] = questions(scene, since).values()
        await votes(person, asked, "yes", "no", "no")
    await scene.wakes_at("2026-11-23T00:00:00")
    await scene.wakes_at("2026-11-23T12:00:00")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-24T15:00:00"
    assert time.perf_counter() - began < 60


async def test_for_five_hundred_times_are_proposed_in_a_moment(scene: Scene) -> None:
    for n in range(500):
        scene.world.person(f"p{n}", "PRT-GNR")
    began = time.perf_counter()
    await scene.ana.says("!briefing poll Coordination")
    assert "Time 5:" in answer(scene.ana).body and time.perf_counter() - began < 4


async def test_sixty_are_asked_each_and_one_more_is_too_many_for_that(scene: Scene) -> None:
    for n in range(MOST_ASKED - 3):
        scene.world.person(f"p{n}", "PRT-GNR")
    before = len(scene.world.heard)
    await polled(scene)
    assert len([h for h in scene.world.heard[before:] if h.kind == "question"]) == MOST_ASKED
    scene.world.person("more", "PRT-GNR")
    before = len(scene.world.heard)
    await polled(scene, "Other 2026-11-24 09:00, 15:00 by:2026-11-23 12:00")
    assert questions(scene, before) == {}


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


async def test_a_digit_may_be_taken_back_while_the_poll_is_open(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    since = len(scene.world.heard)
    await scene.ana.says(f"!briefing poll {ref} slot:1")
    await votes(scene.ana, questions(scene, since)["ana"], "no")
    await votes(scene.eva, found["eva"], "yes", "maybe", "maybe")
    await votes(scene.lead, found["lead"], "yes", "maybe", "no")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00"


async def test_a_poll_can_be_cancelled_by_who_asked_or_a_lead(scene: Scene) -> None:
    ref, found = await polled(scene)
    await scene.eva.says(f"!briefing cancel {ref}")
    assert scene.eva.hears(ok=False, error="not_allowed"), answer(scene.eva).body
    before = len(scene.world.heard)
    await scene.lead.says("!briefing cancel")
    assert scene.lead.hears("is cancelled", ok=True), answer(scene.lead).body
    assert {"ana", "eva"} == set(scene.rung(before))
    assert await state(scene, ref) is PollState.CANCELLED and await scene.world.store.due.next() is None
    await chooses(scene.eva, found["eva"], "yes")
    assert not answer(scene.eva).record["ok"]
    await scene.ana.says("!briefing poll")
    assert scene.ana.hears("No poll is open", ok=False, error="not_found")
    await scene.ana.says(f"!briefing cancel {ref}")
    assert scene.ana.hears("has ended", ok=False, error="conflict"), answer(scene.ana).body


async def test_three_polls_at_once_are_enough(scene: Scene) -> None:
    for n in range(3):
        await polled(scene, f"Brief {n}x 2026-11-24 09:00, 15:00")
    await scene.ana.says("!briefing poll")
    assert answer(scene.ana).body.count("the poll ends") == 3
    await scene.ana.says("!briefing poll More 2026-11-24 09:00, 15:00")
    await chooses(scene.ana, answer(scene.ana), "ask")
    assert scene.ana.hears("3 polls are open", ok=False, error="conflict"), answer(scene.ana).body


async def test_open_polls_take_no_digit_of_another_question(scene: Scene) -> None:
    for n in range(2):
        await polled(scene, f"Brief {n}x 2026-11-24 09:00, 15:00")
    open_ones = await scene.world.store.question.list_open(scene.eva.user_id)
    digits = [digit for one in open_ones for digit in one.choices]
    assert len(open_ones) == 2 and len(set(digits)) == 6


async def test_what_the_message_has_called_it_goes_with_it(scene: Scene) -> None:
    said = await scene.ana.says(f"!briefing poll {THREE}")
    await chooses(scene.ana, answer(scene.ana), "ask")
    ref, found = str(answer(scene.ana).record["ref"]), questions(scene)
    await scene.ana.says("", **redacted(said))
    for table in ("poll", "wording", "question", "audit_content", "outbox"):
        rows = [str(tuple(row)) for row in await scene.world.database.rows(f"SELECT * FROM {table}")]
        assert not any("Morning brief" in row for row in rows), (table, rows)
    said_it = [f"$sent{n}" for n, h in enumerate(scene.world.heard, 1) if h.post and "Morning brief" in h.post.body]
    assert said_it and set(said_it) <= set(scene.world.redacted)
    await votes(scene.eva, found["eva"], "yes", "no", "no")
    await votes(scene.lead, found["lead"], "yes", "no", "no")
    await votes(scene.ana, found["ana"], "yes", "no", "no")
    assert (await scene.briefing(ref)).title == "" and await state(scene, ref) is PollState.CHOSEN


async def test_nobody_is_asked_unless_that_is_confirmed(scene: Scene) -> None:
    await scene.confirms(scene.ana, f"!briefing poll {THREE}", "leave")
    assert scene.ana.hears("Nobody was asked.")
    assert await scene.world.database.rows("SELECT * FROM poll") == []


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


async def test_what_was_said_goes_with_the_poll(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes")
    await scene.ana.says(f"!briefing cancel {ref}")
    async with scene.world.store.transaction():
        assert await scene.world.store.poll.purge(utc("2026-11-20T00:00:00")) == 0
        assert await scene.world.store.poll.purge(utc("2028-01-01T00:00:00")) >= 2
    for table in ("poll", "vote"):
        assert await scene.world.database.rows(f"SELECT * FROM {table}") == []


def ballots(scene: Scene, ref: str) -> list[Post]:
    """Return the polls that clients show, by the number of their time."""
    posts = [h.post for h in scene.world.heard if h.kind == "poll" and h.post and h.post.record["ref"] == ref]
    return sorted(posts, key=lambda post: post.record["slot"])


async def ticks(person: Person, ballot: Post, number: int, *, type: str = RESPONSE, **raw: Any) -> None:
    """Let somebody vote in a poll that their client shows, for its answer of that number."""
    answers = ballot.content["org.matrix.msc3381.poll.start"]["answers"]
    content: dict[str, Any] = {
        "m.relates_to": {"rel_type": "m.reference", "event_id": person.world.event_of(ballot)},
    }  # fmt: skip
    if type == RESPONSE:
        content[RESPONSE] = {"answers": [answers[number - 1]["id"]]}
    else:
        content["m.selections"] = [answers[number - 1]["id"]]
    await person.says("", type=type, content=content, **raw)


async def test_clients_show_a_poll_for_each_time_whose_votes_count(scene: Scene) -> None:
    ref, found = await polled(scene)
    shown = ballots(scene, ref)
    assert [post.record["slot"] for post in shown] == [1, 2, 3]
    start = shown[0].content["org.matrix.msc3381.poll.start"]
    assert start["max_selections"] == 1 and "24 Nov 2026, 15:00" in start["question"]["org.matrix.msc1767.text"]
    assert [one["org.matrix.msc1767.text"] for one in start["answers"]] == ["Yes", "If need be", "No"]
    assert "Morning" not in str(shown[0].content), "it needs not to be taken back with the title"
    since = len(scene.world.heard)
    for person, numbers in ((scene.eva, (3, 2, 3)), (scene.lead, (1, 1, 3))):
        for post, number in zip(shown, numbers, strict=True):
            await ticks(person, post, number, type=RESPONSE if person is scene.eva else "m.poll.response")
    said = [h.post.body for h in scene.world.heard[since:] if h.post and h.kind == "reply"]
    assert len(said) == 2 and all("answered to all times" in one for one in said), said
    assert await scene.world.store.question.list_open(scene.eva.user_id) == [], "that question is answered too"
    since = len(scene.world.heard)
    await votes(scene.ana, found["ana"], "yes", "yes", "yes")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00"
    ends = [h.post for h in scene.world.heard[since:] if h.kind == "poll end" and h.post]
    assert [post.content["m.relates_to"]["event_id"] for post in ends] == [scene.world.event_of(one) for one in shown]
    assert all(post.type == "org.matrix.msc3381.poll.end" for post in ends)
    await ticks(scene.eva, shown[0], 1)
    assert scene.eva.hears("has ended", ok=False, error="conflict"), answer(scene.eva).body


async def test_the_last_vote_counts(scene: Scene) -> None:
    ref, found = await polled(scene)
    first, second, third = ballots(scene, ref)
    for post in (first, second, third):
        await ticks(scene.eva, post, 1)
    await ticks(scene.eva, first, 3)
    await votes(scene.ana, found["ana"], "yes", "yes", "no")
    await votes(scene.lead, found["lead"], "yes", "maybe", "no")
    assert (await scene.briefing(ref)).begins.isoformat() == "2026-11-26T12:00:00"


async def test_a_vote_put_below_another_poll_says_what_it_said(scene: Scene) -> None:
    ref, _found = await polled(scene)
    first, second, _third = ballots(scene, ref)
    id = first.content["org.matrix.msc3381.poll.start"]["answers"][2]["id"]
    relation = {"rel_type": "m.reference", "event_id": scene.world.event_of(second)}
    await scene.eva.says("", type=RESPONSE, content={"m.relates_to": relation, RESPONSE: {"answers": [id]}})
    [cast] = await scene.world.store.poll.cast(Reference(ref))
    assert cast.slot == 1 and cast.answer == 3


@pytest.mark.parametrize(
    ("id", "raw", "said"),
    [
        ("{ref} 1 yes", {"encrypted": False, "trusted": False}, None),
        ("{ref} 1 yes", {"trusted": False}, "not_allowed"),
        ("{ref} 9 yes", {}, "not_found"),
        ("BRAVO-00000 1 yes", {}, "not_found"),
        ("{ref} 1 perhaps", {}, None),
        ("", {}, None),
    ],
)
async def test_votes_that_do_not_count(scene: Scene, id: str, raw: dict[str, Any], said: str | None) -> None:
    ref, _found = await polled(scene)
    since = len(scene.world.heard)
    await scene.eva.says("", type=RESPONSE, content={RESPONSE: {"answers": [id.format(ref=ref)]}}, **raw)
    errors = [h.post.record.get("error") for h in scene.world.heard[since:] if h.post and h.kind == "reply"]
    assert errors == ([said] if said else [])
    assert await scene.world.store.poll.cast(Reference(ref)) == []


async def test_of_a_stranger_or_in_another_room_no_vote_counts(scene: Scene) -> None:
    ref, _found = await polled(scene)
    first = ballots(scene, ref)[0]
    stranger = Person(scene.world, "@x:elsewhere.net")
    await ticks(stranger, first, 1)
    scene.world.rooms.joined["!other:example.org"] = [scene.eva.user_id, type(scene.eva.user_id)(BOT)]
    await ticks(scene.eva, first, 1, room="!other:example.org")
    assert scene.eva.hears("no such poll", ok=False, error="not_found")
    assert await scene.world.store.poll.cast(Reference(ref)) == []
