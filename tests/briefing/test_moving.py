"""Briefings are moved, left out and cancelled, and everyone hears from when to when by their own clock."""

from __future__ import annotations

import pytest

from bot.arguments import Vocabulary
from bot.i18n import INTERFACE_LANGUAGES, Catalogues
from bot.model.briefing import State
from bot.model.person import Actor, LanguageCode, Role, UserId, Zone
from bot.router import Line, Router
from commands import COMMANDS

from ..duties import chooses, logged
from ..rosters import answer
from .scene import Scene, utc

WEEKLY = "Weekly brief 2026-11-24 09:00 every:week"
VOCABULARY = Vocabulary(Catalogues.load())
ROUTER = Router(COMMANDS, Catalogues.load())


async def begins(scene: Scene, ref: str, days: int = 30) -> list[str]:
    return [f"{one.begins.astimezone(utc('2026-01-01').tzinfo):%m-%d %H:%M}" for one in await scene.coming(ref, days)]


async def test_one_is_moved_once_its_times_were_shown(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    before = len(scene.world.heard)
    await scene.ana.says(f"!briefing move {ref} 11:00 on:2026-12-01")
    asked = answer(scene.ana)
    assert "would move this once" in asked.body, asked.body
    assert "America/New_York: 1 Dec 2026, 04:00 UTC-5 becomes 1 Dec 2026, 06:00 UTC-5 (Eva)" in asked.body, asked.body
    assert await begins(scene, ref, 20) == ["11-24 09:00", "12-01 09:00", "12-08 09:00"]
    await chooses(scene.ana, asked, "save")
    assert await begins(scene, ref, 20) == ["11-24 09:00", "12-01 11:00", "12-08 09:00"]
    assert set(scene.rung(before)) == {"lead", "eva"}
    said = scene.said(before)
    assert any("Not 1 Dec 2026, 10:00 UTC+1 but 1 Dec 2026, 12:00 UTC+1" in one for one in said), said
    assert any("Not 1 Dec 2026, 04:00 UTC-5 but 1 Dec 2026, 06:00 UTC-5" in one for one in said), said
    assert (await scene.briefing(ref)).sequence == 1
    assert (await logged(scene.world))[-1] == "briefing.moved"
    cards = scene.cards(ref)
    assert cards[-1].replaces == scene.world.event_of(cards[0]) and cards[-1].record["revision"] == 1
    assert "Not 1 Dec 2026, 09:00 UTC but 1 Dec 2026, 11:00 UTC" in cards[-1].body, cards[-1].body


async def test_what_is_not_confirmed_moves_nothing(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.confirms(scene.ana, f"!briefing move {ref} 11:00", "leave")
    assert scene.ana.hears("Nothing was changed")
    assert await begins(scene, ref, 8) == ["11-24 09:00"]


async def test_a_briefing_that_is_once_only_moves_as_a_whole(scene: Scene) -> None:
    ref = await scene.scheduled("Brief 2026-11-24 09:00")
    await scene.confirms(scene.ana, "!briefing move 2026-11-26 10:00 for:1h")
    [one] = await scene.coming(ref)
    assert (one.begins, one.ends) == (utc("2026-11-26T10:00:00"), utc("2026-11-26T11:00:00"))
    assert await scene.world.database.rows("SELECT * FROM briefing_change") == []


async def test_this_one_and_all_that_follow_are_a_briefing_of_their_own(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.confirms(scene.ana, f"!briefing skip {ref} on:2026-12-15")
    await scene.confirms(scene.ana, f"!briefing move {ref} 2026-12-02 10:00 on:2026-12-01 which:following")
    new = str(answer(scene.ana).record["ref"])
    assert new != ref and scene.ana.hears("All that follow", ok=True), answer(scene.ana).body
    assert await begins(scene, ref) == ["11-24 09:00"]
    assert await begins(scene, new) == ["12-02 10:00", "12-09 10:00"], "what was left out stays left out"
    assert "Weekly brief" in scene.cards(new)[-1].body
    assert scene.cards(ref)[-1].record["status"] == "planned"


async def test_all_of_it_moves_where_nothing_is_before(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.confirms(scene.ana, f"!briefing move {ref} 2026-11-25 10:00 which:following")
    assert answer(scene.ana).record["ref"] == ref
    assert await begins(scene, ref, 12) == ["11-25 10:00", "12-02 10:00"]


async def test_one_is_left_out(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    before = len(scene.world.heard)
    await scene.confirms(scene.ana, "!briefing skip")
    assert scene.ana.hears("does not take place on", ok=True), answer(scene.ana).body
    assert await begins(scene, ref, 12) == ["12-01 09:00"]
    assert set(scene.rung(before)) == {"lead", "eva"}
    assert any("not on 24 Nov 2026, 04:00 UTC-5" in one for one in scene.said(before)), scene.said(before)
    assert (await logged(scene.world))[-1] == "briefing.skipped"
    assert scene.cards(ref)[-1].record["begins"].startswith("2026-12-01")


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("verb", ["move", "skip", "rsvp"])
def test_which_one_is_meant_is_said_by_the_word_for_a_day_not_for_a_place(language: str, verb: str) -> None:
    day, place = (VOCABULARY.shown("option", name, language) for name in ("on", "at"))
    code, officer = LanguageCode(language), frozenset({Role.OFFICER})
    reader = Actor(UserId("@ana:example.org"), "Ana", officer, None, code, code, Zone("UTC"), frozenset())
    said = ROUTER.resolve(Line(f"briefing {verb} BRAVO-7K3Q0 {day}:2026-12-01", True), reader).arguments
    assert said["on"] == "2026-12-01" and place != day


async def test_what_is_once_only_is_cancelled_not_left_out(scene: Scene) -> None:
    await scene.scheduled("Brief 2026-11-24 09:00")
    await scene.ana.says("!briefing skip")
    assert scene.ana.hears("Cancel it instead", ok=False)


async def test_it_is_cancelled_and_nobody_is_reminded_any_more(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    before = len(scene.world.heard)
    await scene.confirms(scene.lead, f"!briefing cancel {ref}")
    assert scene.lead.hears("is cancelled", ok=True)
    assert (await scene.briefing(ref)).state is State.CANCELLED and await begins(scene, ref) == []
    assert set(scene.rung(before)) == {"ana", "eva"}
    assert scene.cards(ref)[-1].record["status"] == "cancelled" and scene.world.pinned == set()
    assert (await logged(scene.world))[-1] == "briefing.cancelled"
    before = await scene.wakes_at("2026-11-24T08:00:00")
    assert scene.rung(before) == {}
    await scene.lead.says(f"!briefing move {ref} 2026-11-26 10:00")
    assert scene.lead.hears("is cancelled. Nothing was changed", ok=False, error="conflict")


@pytest.mark.parametrize("verb", ["move {} 2026-11-26 10:00", "skip {}", "cancel {}"])
async def test_who_has_not_planned_it_and_leads_nobody_changes_nothing(scene: Scene, verb: str) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.eva.says(f"!briefing {verb.format(ref)}")
    assert scene.eva.hears("Only who has scheduled", ok=False, error="not_allowed")
    await scene.lead.says(f"!briefing {verb.format(ref)}")
    assert answer(scene.lead).record["ok"]


async def test_two_who_move_it_at_once_do_not_undo_each_other(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.ana.says(f"!briefing move {ref} 11:00")
    first = answer(scene.ana)
    await scene.confirms(scene.lead, f"!briefing move {ref} 15:00")
    await chooses(scene.ana, first, "save")
    assert scene.ana.hears("was changed meanwhile", ok=False, error="conflict"), answer(scene.ana).body
    assert await begins(scene, ref, 3) == ["11-24 14:00"], "three in the afternoon by the clock of Madrid"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-11-24 09:00", "at that time already"),
        ("2026-11-20 09:00", "is past"),
        ("11:00 on:2026-11-25", "is not on then. The next one begins 24 Nov 2026"),
        ("11:00 for:2m", "from 5 minutes to 24 hours"),
        ("soon", "I do not understand"),
    ],
)
async def test_what_cannot_be_moved_is_said(scene: Scene, typed: str, words: str) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.ana.says(f"!briefing move {ref} {typed}")
    assert answer(scene.ana).record["ok"] is False and words in answer(scene.ana).body, answer(scene.ana).body


async def test_what_is_of_another_room_is_not_there(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    other = scene.world.person("zoe", room="!other:example.org")
    for verb in ("show", "ics", "skip", "cancel", "move"):
        await other.says(f"!briefing {verb} {ref}", room="!other:example.org")
        assert other.hears(ok=False), verb
        assert "no such briefing" in other.last.body, other.last.body


@pytest.mark.parametrize("verb", ["skip", "cancel"])
async def test_what_would_not_take_place_is_shown_and_nothing_is_done_before_it_is_confirmed(
    scene: Scene, verb: str
) -> None:
    ref = await scene.scheduled(WEEKLY)
    before, logs = len(scene.world.heard), await logged(scene.world)
    await scene.ana.says(f"!briefing {verb}")
    asked = answer(scene.ana)
    assert "would" in asked.body and "Nothing is changed yet." in asked.body, asked.body
    assert "America/New_York: 24 Nov 2026, 04:00 UTC-5" in asked.body, asked.body
    await chooses(scene.ana, asked, "leave")
    assert scene.ana.hears("Nothing was changed", ok=True)
    assert scene.rung(before) == {} and await logged(scene.world) == logs
    assert await begins(scene, ref, 3) == ["11-24 09:00"]


@pytest.mark.parametrize("verb", ["skip", "cancel"])
async def test_what_was_moved_meanwhile_is_not_left_out_as_it_was_shown_before(scene: Scene, verb: str) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.ana.says(f"!briefing {verb} {ref}")
    asked = answer(scene.ana)
    await scene.confirms(scene.lead, f"!briefing move {ref} 15:00")
    await chooses(scene.ana, asked, "save")
    assert scene.ana.hears("was changed meanwhile", ok=False, error="conflict"), answer(scene.ana).body
    assert await begins(scene, ref, 3) == ["11-24 14:00"]


async def test_what_has_begun_meanwhile_is_not_left_out(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    scene.world.clock.at = utc("2026-11-24T08:59:00")
    await scene.ana.says(f"!briefing skip {ref}")
    asked = answer(scene.ana)
    scene.world.clock.at = utc("2026-11-24T09:00:30")
    await chooses(scene.ana, asked, "save")
    assert scene.ana.hears("past by now", ok=False, error="conflict"), answer(scene.ana).body
    assert await scene.world.database.rows("SELECT * FROM briefing_change") == []


async def test_who_does_not_lead_any_more_when_confirming_changes_nothing(scene: Scene) -> None:
    ref = await scene.scheduled(WEEKLY)
    await scene.lead.says(f"!briefing cancel {ref}")
    asked = answer(scene.lead)
    roles = scene.world.config.roles.model_copy(update={"lead": []})
    scene.world.current.now = scene.world.config.model_copy(update={"roles": roles})
    await chooses(scene.lead, asked, "save")
    assert scene.lead.hears("Only who has scheduled", ok=False, error="not_allowed"), answer(scene.lead).body
    assert (await scene.briefing(ref)).state is State.PLANNED
