"""A poll from its beginning to its end, in every case: answers by digits, and what becomes of it."""

from __future__ import annotations

import time

from bot.i18n import Catalogues
from bot.model.poll import MOST_ASKED, PollState
from bot.model.reference import Reference

from ..duties import chooses, logged
from ..fakes import ROOM
from ..incident.scene import redacted
from ..rosters import answer
from .polls import THREE, agencies, polled, state, votes
from .scene import Scene, utc
from .test_rsvp import questions

__all__ = ["agencies"]


async def test_everyone_is_asked_with_its_title_in_their_language(scene: Scene) -> None:
    await scene.world.stop()
    scene.world.catalogues = Catalogues.load()
    await scene.world.start()
    for person, language in ((scene.lead, "el"), (scene.eva, "tr")):
        await person.says(f"!language {language}")
    await polled(scene, "Plan of the week 2026-11-24 09:00, 15:00 by:2026-11-23 12:00")
    for language in ("el", "tr"):
        assert any(f"(en to {language})" in one for one in scene.said()), scene.said()


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
    found = questions(scene, before)
    assert set(found) == {"rui"}
    before = len(scene.world.heard)
    await scene.came(rui)
    assert questions(scene, before) == {}, "another name asks nothing again"
    await votes(rui, found["rui"], "yes")
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
    await scene.confirms(scene.lead, "!briefing cancel")
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


async def test_what_is_taken_back_before_it_is_confirmed_asks_nobody(scene: Scene) -> None:
    said = await scene.ana.says(f"!briefing poll {THREE}")
    asked = answer(scene.ana)
    await scene.ana.says("", **redacted(said))
    rows = [str(tuple(row)) for row in await scene.world.database.rows("SELECT * FROM question")]
    assert rows and not any("Morning brief" in row for row in rows)
    await chooses(scene.ana, asked, "ask")
    assert not answer(scene.ana).record["ok"] and await scene.world.database.rows("SELECT * FROM poll") == []


async def test_nobody_is_asked_unless_that_is_confirmed(scene: Scene) -> None:
    await scene.confirms(scene.ana, f"!briefing poll {THREE}", "leave")
    assert scene.ana.hears("Nobody was asked.")
    assert await scene.world.database.rows("SELECT * FROM poll") == []


async def test_what_was_said_goes_with_the_poll(scene: Scene) -> None:
    ref, found = await polled(scene)
    await votes(scene.ana, found["ana"], "yes")
    await scene.confirms(scene.ana, f"!briefing cancel {ref}")
    async with scene.world.store.transaction():
        assert await scene.world.store.poll.purge(utc("2026-11-20T00:00:00")) == 0
        assert await scene.world.store.poll.purge(utc("2028-01-01T00:00:00")) >= 2
    for table in ("poll", "vote"):
        assert await scene.world.database.rows(f"SELECT * FROM {table}") == []
