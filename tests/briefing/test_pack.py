"""An hour before a briefing everybody reads in their language what it will be about: once, late rather than never."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.model.person import LanguageCode, UserId
from bot.model.term import Term

from ..incident.scene import redacted
from ..rosters import answer
from .scene import Scene

ONCE = "Brief 2026-11-24 09:00"
DAILY = "Daily brief 2026-11-24 09:00 every:day"
HEAD = "Humanitarian, human rights and legal"


def packs(scene: Scene, since: int) -> list[str]:
    """Return the agendas that were posted by themselves since the bot had posted so much."""
    return [one for one in scene.said(since) if "Weather" in one]


async def planned(scene: Scene, text: str = ONCE, item: str = "Weather") -> str:
    ref = await scene.scheduled(text)
    await scene.ana.says(f"!briefing agenda {ref} add:{item}")
    assert scene.ana.hears("is on the agenda", ok=True), answer(scene.ana).body
    return ref


async def test_an_hour_before_it_is_posted_once_in_each_language(scene: Scene) -> None:
    await scene.eva.says("!language pt")
    await planned(scene)
    assert packs(scene, await scene.wakes_at("2026-11-24T07:59:00")) == []
    since = await scene.wakes_at("2026-11-24T08:00:00")
    found = packs(scene, since)
    assert len(found) == 2, "those who read the same read the same message"
    assert any("machine translation" in one or "en to pt" in one or "not translated" in one for one in found), found
    assert all("24 Nov 2026" in one or "24/11/2026" in one for one in found), found
    assert not any("I was away" in one for one in found)
    assert packs(scene, await scene.wakes_at("2026-11-24T08:05:00")) == []
    assert packs(scene, await scene.wakes_at("2026-11-24T09:05:00")) == []


async def test_it_rings_nobody(scene: Scene) -> None:
    await planned(scene)
    for person in (scene.lead, scene.ana, scene.eva):
        await person.says("!briefing before off:yes")
    since = await scene.wakes_at("2026-11-24T08:00:00")
    assert packs(scene, since) and scene.rung(since) == {}


async def test_of_each_one_that_repeats(scene: Scene) -> None:
    await planned(scene, DAILY, "Weather which:all")
    assert len(packs(scene, await scene.wakes_at("2026-11-24T08:00:00"))) == 1
    assert packs(scene, await scene.wakes_at("2026-11-25T07:59:00")) == []
    assert len(packs(scene, await scene.wakes_at("2026-11-25T08:00:00"))) == 1


async def test_what_was_missed_comes_late_unless_it_is_over(scene: Scene) -> None:
    await planned(scene)
    since = await scene.wakes_at("2026-11-24T08:40:00")
    [found] = packs(scene, since)
    assert "I was away, so this comes late." in found


async def test_nothing_is_posted_of_what_is_over(scene: Scene) -> None:
    await planned(scene)
    assert packs(scene, await scene.wakes_at("2026-11-24T09:31:00")) == []
    assert await scene.world.store.due.next() is None


async def test_nothing_is_posted_of_what_is_cancelled_moved_or_left_out(scene: Scene) -> None:
    await planned(scene)
    await scene.confirms(scene.ana, "!briefing move 2026-11-24 12:00")
    assert packs(scene, await scene.wakes_at("2026-11-24T08:00:00")) == []
    assert len(packs(scene, await scene.wakes_at("2026-11-24T11:00:00"))) == 1
    ref = await planned(scene, "Other 2026-11-25 09:00", "Weather again")
    await scene.confirms(scene.ana, f"!briefing cancel {ref}")
    assert packs(scene, await scene.wakes_at("2026-11-25T08:00:00")) == []
    third = await planned(scene, "Third 2026-11-26 09:00 every:day", "Weather which:all")
    await scene.confirms(scene.ana, f"!briefing skip {third}")
    assert packs(scene, await scene.wakes_at("2026-11-26T08:00:00")) == []
    assert len(packs(scene, await scene.wakes_at("2026-11-27T08:00:00"))) == 1


async def test_neither_a_stop_nor_a_clock_that_was_ahead_posts_it_twice(scene: Scene) -> None:
    await planned(scene)
    assert packs(scene, await scene.wakes_at("2026-11-24T08:00:00"))
    await scene.world.stop()
    await scene.world.start()
    assert packs(scene, await scene.wakes_at("2026-11-24T08:00:00")) == []
    rui = scene.world.person("rui", "PRT-GNR")
    await rui.says("!language en")
    scene.world.clock.at = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    await scene.came(rui)
    assert packs(scene, await scene.wakes_at("2026-11-24T08:00:30")) == []


async def test_of_one_that_is_moved_to_less_than_an_hour_from_now_it_comes_at_once_and_once(scene: Scene) -> None:
    await planned(scene)
    scene.world.clock.at = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    await scene.confirms(scene.ana, "!briefing move 2026-11-22 16:00")
    since = await scene.wakes_at("2026-11-22T15:30:00")
    [found] = packs(scene, since)
    assert "I was away" not in found, found
    rui = scene.world.person("rui", "PRT-GNR")
    await scene.came(rui)
    assert packs(scene, await scene.wakes_at("2026-11-22T15:31:00")) == []
    assert packs(scene, await scene.wakes_at("2026-11-22T15:59:00")) == []
    assert packs(scene, await scene.wakes_at("2026-11-22T16:31:00")) == []
    assert await scene.world.store.due.next() is None


async def test_of_one_that_is_planned_less_than_an_hour_ahead_what_is_open_comes_at_once(scene: Scene) -> None:
    await scene.ana.says("!incident declare Fire on board severity:high")
    await scene.scheduled("Brief 2026-11-22 12:20 every:day")
    since = await scene.wakes_at("2026-11-22T12:00:00")
    assert len([one for one in scene.said(since) if "Fire on board" in one]) == 1
    assert not any("I was away" in one for one in scene.said(since))
    since = await scene.wakes_at("2026-11-22T12:21:00")
    assert not any("Fire on board" in one for one in scene.said(since))
    since = await scene.wakes_at("2026-11-23T11:20:00")
    assert len([one for one in scene.said(since) if "Fire on board" in one]) == 1


async def test_a_clock_that_jumps_ahead_and_back_silences_no_agenda(scene: Scene) -> None:
    await planned(scene, DAILY, "Weather which:all")
    await scene.wakes_at("2026-11-25T12:00:00")
    assert packs(scene, await scene.wakes_at("2026-11-22T12:05:00")) == []
    for day in (24, 25, 26):
        assert len(packs(scene, await scene.wakes_at(f"2026-11-{day}T08:00:00"))) == 1, day
        assert packs(scene, await scene.wakes_at(f"2026-11-{day}T08:01:00")) == [], day


async def test_what_was_never_translated_into_a_readers_language_is_when_it_is_posted(scene: Scene) -> None:
    await planned(scene)
    await scene.eva.says("!language pt")
    rows = await scene.world.database.rows("SELECT target FROM wording WHERE number > 1000")
    assert "pt" not in {row["target"] for row in rows}
    found = packs(scene, await scene.wakes_at("2026-11-24T08:00:00"))
    assert len([one for one in found if "Weather (en to pt) (machine translation)" in one]) == 1, found
    rows = await scene.world.database.rows("SELECT target FROM wording WHERE number > 1000")
    assert "pt" in {row["target"] for row in rows}


async def test_what_is_taken_back_while_it_is_translated_is_kept_nowhere(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await scene.scheduled(ONCE)
    said = await scene.ana.says(f"!briefing agenda {ref} add:Weather")
    await scene.eva.says("!language pt")
    whole = scene.world.services.agenda.complete

    async def slowly(*args: Any) -> Any:
        made = await whole(*args)
        await scene.ana.says("", **redacted(said))
        return made

    monkeypatch.setattr(scene.world.services.agenda, "complete", slowly)
    assert packs(scene, await scene.wakes_at("2026-11-24T08:00:00")) == []
    assert await scene.world.database.rows("SELECT * FROM wording WHERE number > 1000") == []


async def test_nothing_is_posted_where_there_is_nothing_to_say(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    since = await scene.wakes_at("2026-11-24T08:00:00")
    assert not any(HEAD in one for one in scene.said(since))


async def test_open_incidents_come_with_it(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    await scene.ana.says("!incident declare Fire on board severity:high")
    since = await scene.wakes_at("2026-11-24T08:00:00")
    assert any("Fire on board" in one and "1 incident is open:" in one for one in scene.said(since))


async def test_a_marked_title_stands_in_no_agenda_and_waits_in_no_post(scene: Scene) -> None:
    ref = await planned(scene, '"TLP:AMBER Operation Duna" 2026-11-24 09:00')
    since = await scene.wakes_at("2026-11-24T08:00:00")
    found = packs(scene, since)
    assert found and all(ref in one for one in found), found
    assert not any("Duna" in post.body for h in scene.world.heard[since:] if (post := h.post) and h.kind != "card")
    rows = await scene.world.database.rows("SELECT payload FROM outbox")
    assert not any("Duna" in row["payload"] for row in rows)


@pytest.mark.parametrize("mark", ["rel:PRT-GNR", "TLP:RED rel:@ana:gnr.example", "TLP:AMBER rel:PRT-GNR"])
async def test_what_not_everybody_in_the_room_may_see_does_not_come(scene: Scene, mark: str) -> None:
    await planned(scene)
    await scene.ana.says("!incident declare Fire on board severity:high")
    ref = answer(scene.ana).record["ref"]
    await scene.ana.says(f"!mark {ref} {mark}")
    assert answer(scene.ana).record["ok"], answer(scene.ana).body
    since = await scene.wakes_at("2026-11-24T08:00:00")
    assert packs(scene, since) and not any("Fire" in one or str(ref) in one for one in scene.said(since))


async def test_the_terms_of_the_day_come_in_the_readers_language(scene: Scene) -> None:
    store, now = scene.world.store, scene.world.clock.now()
    term = Term(LanguageCode("en"), LanguageCode("pt"), "Weather", "Meteorologia")
    actor = await scene.world.services.person.actor(UserId(scene.ana.user_id), "!room:example.org")
    async with store.transaction():
        await scene.world.services.term.take_in(actor, [term], now)
    await scene.eva.says("!language pt")
    await planned(scene)
    found = packs(scene, await scene.wakes_at("2026-11-24T08:00:00"))
    assert len([one for one in found if "Weather = Meteorologia" in one]) == 1, found


async def test_what_is_taken_back_is_taken_from_it(scene: Scene) -> None:
    await scene.scheduled(ONCE)
    said = await scene.ana.says("!briefing agenda add:Weather")
    await scene.wakes_at("2026-11-24T08:00:00")
    notices = [h.post for h in scene.world.heard if h.kind == "notice" and h.post]
    posted = [scene.world.event_of(post) for post in notices if "Weather" in post.body]
    assert posted
    await scene.ana.says("", **redacted(said))
    assert set(posted) <= set(scene.world.redacted)
