"""Everybody says whether they come, by a digit or in words; who organises hears when enough do and when no longer."""

from __future__ import annotations

import pytest

from bot.render import Post

from ..duties import chooses, logged
from ..rosters import answer
from ..world import Person
from .scene import Scene

ONCE = "Brief 2026-11-24 09:00"
WEEKLY = "Weekly brief 2026-11-24 09:00 every:week"


def questions(scene: Scene, since: int = 0) -> dict[str, Post]:
    """Return the last question to each, by their name."""
    found = {}
    for heard in scene.world.heard[since:]:
        if heard.kind == "question" and heard.post:
            for user in heard.post.mentions:
                found[user[1:].partition(":")[0].partition("-")[0]] = heard.post
    return found


def quorums(scene: Scene, person: str, since: int = 0) -> list[str]:
    """Return how often somebody was rung because the quorum has changed."""
    return [body for body in scene.rung(since).get(person, []) if "quorum has changed" in body]


async def asks(scene: Scene, by: Person, more: str = "") -> dict[str, Post]:
    since = len(scene.world.heard)
    await by.says(f"!briefing rsvp ask {more}".strip())
    assert by.hears(ok=True), answer(by).body
    return questions(scene, since)


async def test_everybody_is_asked_and_answers_by_a_digit(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    assert scene.ana.hears("I have asked 3 people")
    assert set(found) == {"lead", "ana", "eva"}
    assert all("Brief" not in post.body.replace("BRAVO", "") for post in found.values()), "lock screens show it"
    assert any("24 Nov 2026, 04:00 UTC-5" in one for one in scene.said()), scene.said()
    await chooses(scene.eva, found["eva"], "perhaps")
    assert scene.eva.hears("Noted", ok=True), answer(scene.eva).body
    card = scene.cards(ref)[-1].body
    assert "FRA-PN: coming 0, perhaps 1, not coming 0, no answer 0" in card, card
    assert "Still missing: FRA-PN 1 and PRT-GNR 1" in card, card
    assert (await logged(scene.world))[-1] == "briefing.answered"


async def test_who_organises_hears_once_of_the_quorum(scene: Scene) -> None:
    await scene.scheduled(ONCE, scene.lead)
    since = len(scene.world.heard)
    await scene.ana.says("!briefing rsvp coming")
    assert scene.ana.hears("Still missing: FRA-PN 1", ok=True), answer(scene.ana).body
    assert quorums(scene, "lead", since) == []
    await scene.eva.says("!briefing rsvp coming")
    assert scene.eva.hears("The quorum is there.", ok=True)
    assert len(quorums(scene, "lead", since)) == 1 and any("quorum is there now" in one for one in scene.said(since))
    await scene.eva.says("!briefing rsvp coming")
    await scene.lead.says("!briefing rsvp perhaps")
    assert len(quorums(scene, "lead", since)) == 1, "nothing has changed"
    await scene.eva.says("!briefing rsvp no")
    await scene.eva.says("!briefing rsvp perhaps")
    assert len(quorums(scene, "lead", since)) == 2 and any("quorum is lost" in one for one in scene.said(since))


async def test_who_organises_is_not_told_of_what_they_say_themselves(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.eva.says("!briefing rsvp coming")
    since = len(scene.world.heard)
    await scene.ana.says("!briefing rsvp coming")
    assert scene.ana.hears("The quorum is there.") and quorums(scene, "ana", since) == []


async def test_the_quorum_may_be_given(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.eva.says("!briefing rsvp quorum:PRT-GNR 1")
    assert scene.eva.hears("lead or a coordinator", ok=False, error="not_allowed"), answer(scene.eva).body
    await scene.ana.says("!briefing rsvp coming quorum:prt-gnr 2, FRA-PN 0")
    assert scene.ana.hears("Still missing: PRT-GNR 1", ok=True), answer(scene.ana).body
    assert scene.ana.hears("so many must come: PRT-GNR 2 and FRA-PN 0."), answer(scene.ana).body
    await scene.ana.says("!briefing rsvp quorum:FRA-PN")
    assert scene.ana.hears("so many must come: FRA-PN 1.", ok=True), answer(scene.ana).body
    await scene.ana.says("!briefing rsvp quorum:PRT-GNR")
    assert scene.ana.hears("The quorum is there.", ok=True), answer(scene.ana).body
    for wrong, words in (("quorum:XXX 1", "I know no agency"), ("quorum:two of each", "how many of which agency")):
        await scene.ana.says(f"!briefing rsvp {wrong}")
        assert scene.ana.hears(words, ok=False, error="bad_argument"), answer(scene.ana).body


async def test_a_delegate_of_ones_agency_is_asked_and_counts_once_they_say_so(scene: Scene) -> None:
    rui = scene.world.person("rui", "PRT-GNR")
    await scene.came(rui)
    await rui.says("!language en")
    ref = await scene.scheduled(ONCE, scene.lead)
    since = len(scene.world.heard)
    await scene.ana.says(f"!briefing rsvp delegate:{rui.user_id}")
    assert scene.ana.hears("I have asked Rui to come in your place.", ok=True), answer(scene.ana).body
    found = questions(scene, since)
    assert set(found) == {"rui"}
    assert any("asks you to come instead" in one for one in scene.said(since))
    assert "PRT-GNR: coming 0, perhaps 0, not coming 1, no answer 1" in scene.cards(ref)[-1].body
    await chooses(rui, found["rui"], "coming")
    assert "PRT-GNR: coming 1, perhaps 0, not coming 1, no answer 0" in scene.cards(ref)[-1].body
    await scene.lead.says("!briefing rsvp")
    assert scene.lead.hears("Ana: I am not coming (Rui)"), answer(scene.lead).body


async def test_who_cannot_come_instead_is_refused(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    for wrong in (f"delegate:{scene.eva.user_id}", f"delegate:{scene.ana.user_id}", "delegate:@nobody:gnr.example"):
        await scene.ana.says(f"!briefing rsvp {wrong}")
        assert scene.ana.hears("You can send somebody in your place only if", ok=False, error="bad_argument"), answer(
            scene.ana
        ).body
    assert await scene.world.database.rows("SELECT * FROM rsvp") == []


async def test_an_answer_is_for_the_next_one_unless_it_is_for_all(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.eva.says("!briefing rsvp coming")
    await scene.ana.says("!briefing rsvp coming which:all")
    assert "FRA-PN: coming 1" in scene.cards(ref)[-1].body
    await scene.wakes_at("2026-11-24T09:31:00")
    card = scene.cards(ref)[-1].body
    assert "FRA-PN: coming 0, perhaps 0, not coming 0, no answer 1" in card, card
    assert "PRT-GNR: coming 1" in card, card
    await scene.ana.says("!briefing rsvp no")
    assert "PRT-GNR: coming 0, perhaps 0, not coming 1" in scene.cards(ref)[-1].body, "this once"
    await scene.wakes_at("2026-12-01T09:31:00")
    assert "PRT-GNR: coming 1" in scene.cards(ref)[-1].body


async def test_what_was_said_of_another_time_counts_no_more(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    found = await asks(scene, scene.ana)
    await chooses(scene.eva, found["eva"], "coming")
    await scene.ana.says("!briefing rsvp coming which:all")
    await scene.confirms(scene.ana, "!briefing move 2026-11-24 15:00")
    assert "coming 1" not in scene.cards(ref)[-1].body, "who can come at nine cannot always come at three"
    await chooses(scene.lead, found["lead"], "coming")
    assert scene.lead.hears("settled already", ok=False, error="conflict"), answer(scene.lead).body
    await scene.wakes_at("2026-11-24T15:31:00")
    assert "PRT-GNR: coming 1" in scene.cards(ref)[-1].body, "the others are as they were"


async def test_all_that_were_answered_count_no_more_once_all_move(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.ana.says("!briefing rsvp coming which:all")
    await scene.confirms(scene.ana, "!briefing move 2026-11-24 15:00 which:following")
    assert "coming 1" not in scene.cards(ref)[-1].body


async def test_who_leaves_or_comes_changes_the_quorum(scene: Scene) -> None:
    ref = await scene.scheduled(ONCE, scene.lead)
    await scene.ana.says("!briefing rsvp coming")
    await scene.eva.says("!briefing rsvp coming")
    since = len(scene.world.heard)
    await scene.left(scene.ana)
    assert "PRT-GNR" not in scene.cards(ref)[-1].body and quorums(scene, "lead", since) == []
    await scene.lead.says("!briefing rsvp")
    assert "I am coming" in answer(scene.lead).body and "ana" not in answer(scene.lead).body.lower()
    await scene.came(scene.world.person("rui", "PRT-GNR"))
    assert len(quorums(scene, "lead", since)) == 1
    assert "Still missing: PRT-GNR 1" in scene.cards(ref)[-1].body


async def test_of_one_that_is_cancelled_or_has_begun_nobody_says_anything(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    found = await asks(scene, scene.ana)
    await scene.wakes_at("2026-11-24T09:01:00")
    await chooses(scene.eva, found["eva"], "coming")
    assert scene.eva.hears(ok=False, error="conflict"), answer(scene.eva).body
    ref = await scene.scheduled("Other 2026-11-25 09:00")
    await scene.confirms(scene.ana, f"!briefing cancel {ref}")
    await scene.eva.says(f"!briefing rsvp {ref} coming")
    assert scene.eva.hears("is cancelled", ok=False, error="conflict"), answer(scene.eva).body


async def open_questions(scene: Scene) -> int:
    rows = await scene.world.database.rows("SELECT * FROM question WHERE outcome IS NULL AND subject = 'briefing rsvp'")
    return len(rows)


@pytest.mark.parametrize("line", ["cancel", "skip"])
async def test_questions_about_one_that_does_not_take_place_are_settled(scene: Scene, line: str) -> None:
    world = scene.world
    await scene.scheduled(WEEKLY)
    found = await asks(scene, scene.ana)
    assert await open_questions(scene) == len(found) > 1
    since = len(world.heard)
    await scene.confirms(scene.lead, f"!briefing {line}")
    assert scene.lead.hears(ok=True), answer(scene.lead).body
    assert await open_questions(scene) == 0
    settled = [h.post for h in world.heard[since:] if h.kind == "settled" and h.post]
    assert {post.replaces for post in settled} == {world.event_of(post) for post in found.values()}
    assert all("settled by now" in post.body for post in settled), settled
    await chooses(scene.eva, found["eva"], "coming")
    assert scene.eva.hears(ok=False, error="conflict"), answer(scene.eva).body
    assert await world.database.rows("SELECT * FROM rsvp") == []


async def test_a_question_about_another_one_stays_open(scene: Scene) -> None:
    await scene.scheduled(WEEKLY)
    await scene.ana.says("!briefing rsvp ask on:2026-12-01")
    asked = await open_questions(scene)
    await scene.confirms(scene.ana, "!briefing skip")
    assert await open_questions(scene) == asked > 1
    await scene.confirms(scene.ana, "!briefing skip on:2026-12-01")
    assert await open_questions(scene) == 0


async def test_who_asks_how_it_stands_is_asked_too(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    since = len(scene.world.heard)
    await scene.eva.says("!briefing rsvp")
    found = questions(scene, since)
    await chooses(scene.eva, found["eva"], "coming")
    since = len(scene.world.heard)
    await scene.eva.says("!briefing rsvp")
    assert scene.eva.hears("Eva: I am coming", ok=True) and questions(scene, since) == {}


async def test_what_was_said_goes_with_the_briefing(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.eva.says("!briefing rsvp coming")
    await scene.confirms(scene.ana, "!briefing cancel")
    later = scene.world.clock.now().replace(year=2028)
    async with scene.world.store.transaction():
        assert await scene.world.store.rsvp.purge(later) == 2
    assert await scene.world.database.rows("SELECT * FROM rsvp") == []
