"""A briefing is shown by everybody's clock and planned once that is confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.i18n import Catalogues

from ..commands.test_duty_retention import PERIOD, purged
from ..duties import chooses, logged, replied
from ..incident.scene import redacted
from ..rosters import answer
from .scene import Scene, utc


async def test_it_is_shown_by_every_clock_and_planned_by_a_digit(scene: Scene) -> None:
    ana, world = scene.ana, scene.world
    await ana.says('!briefing schedule "Weekly brief" 2026-11-24 09:00 for:45m every:week')
    asked = answer(ana)
    assert "Europe/Lisbon: 24 Nov 2026, 09:00 UTC to 24 Nov 2026, 09:45 UTC (Ana)" in asked.body, asked.body
    assert "Europe/Madrid: 24 Nov 2026, 10:00 UTC+1" in asked.body, asked.body
    assert "America/New_York: 24 Nov 2026, 04:00 UTC-5" in asked.body, asked.body
    assert await world.database.rows("SELECT * FROM briefing") == []
    assert scene.rung() == {}
    await chooses(ana, asked, "save")
    ref = str(answer(ana).record["ref"])
    briefing = await scene.briefing(ref)
    assert (briefing.begins.isoformat(), briefing.zone, briefing.rule) == (
        "2026-11-24T09:00:00", "Europe/Lisbon", "FREQ=WEEKLY",
    )  # fmt: skip
    assert (await logged(world))[-1] == "briefing.scheduled"
    [card] = scene.cards(ref)
    assert card.record["begins"] == "2026-11-24T09:00:00+00:00" and card.record["status"] == "planned"
    assert "Weekly brief" in card.body
    assert world.pinned == {world.event_of(card)}


async def test_everyone_else_hears_of_it_by_their_own_clock(scene: Scene) -> None:
    await scene.scheduled("Weekly brief 2026-11-24 09:00")
    rung = scene.rung()
    assert set(rung) == {"lead", "eva"}, "Ana has said so herself"
    assert all("Weekly" not in body and "Ana" not in body for bodies in rung.values() for body in bodies)
    said = scene.said()
    assert any("24 Nov 2026, 10:00 UTC+1" in one for one in said) and any("04:00 UTC-5" in one for one in said), said


async def test_everyone_reads_its_title_in_their_language_however_many_there_are(scene: Scene) -> None:
    await scene.world.stop()
    scene.world.catalogues = Catalogues.load()
    await scene.world.start()
    for person, language in ((scene.lead, "el"), (scene.eva, "tr")):
        await person.says(f"!language {language}")
    await scene.scheduled('"Plan of the week" 2026-11-24 09:00')
    said = scene.said()
    for language in ("el", "tr"):  # each in a message of their own, while the card has two languages at the most
        assert any(f"(en to {language})" in one for one in said), said


async def test_nothing_is_planned_that_is_not_confirmed(scene: Scene) -> None:
    await scene.confirms(scene.ana, "!briefing schedule Brief 2026-11-24 09:00", "leave")
    assert scene.ana.hears("Nothing is planned.", ok=True)
    await scene.ana.says("!briefing list")
    assert scene.ana.hears("No briefing is planned", ok=True)


async def test_somebody_else_confirms_nothing(scene: Scene) -> None:
    await scene.ana.says("!briefing schedule Brief 2026-11-24 09:00")
    await scene.lead.says("1", **replied("1", scene.world.event_of(answer(scene.ana))))
    assert scene.lead.hears("I asked somebody else", ok=False)
    assert await scene.world.database.rows("SELECT * FROM briefing") == []


async def test_a_time_that_is_past_when_it_is_confirmed_is_not_planned(scene: Scene) -> None:
    await scene.ana.says("!briefing schedule Brief 2026-11-22 12:30")
    asked = answer(scene.ana)
    scene.world.clock.passes(hours=1)
    await chooses(scene.ana, asked, "save")
    assert scene.ana.hears("past by now", ok=False, error="conflict"), answer(scene.ana).body


@pytest.mark.parametrize(
    ("typed", "title", "begins", "zone"),
    [
        ("Morning brief tomorrow 07:30 Europe/Athens", "Morning brief", "2026-11-23T07:30:00", "Europe/Athens"),
        ('"Brief of Monday 9:00" 2026-11-24 09:00', "Brief of Monday 9:00", "2026-11-24T09:00:00", "Europe/Lisbon"),
        ("“Lage” 2026-11-24 09:00 zone:Europe/Berlin", "Lage", "2026-11-24T09:00:00", "Europe/Berlin"),
        ("Brief 240900ZNOV26", "Brief", "2026-11-24T09:00:00", None),
        ("Brief for all of us 2026-11-24 09:00", "Brief for all of us", "2026-11-24T09:00:00", None),
    ],
)
async def test_the_time_stands_at_the_end(scene: Scene, typed: str, title: str, begins: str, zone: str | None) -> None:
    briefing = await scene.briefing(await scene.scheduled(typed))
    assert (briefing.title, briefing.begins.isoformat()) == (title, begins)
    assert zone is None or briefing.zone == zone


FORGED = "Brief\n1. Planned by the lead\u202e\u2028x\x00"


async def test_a_title_is_one_line_and_turns_nothing_round(scene: Scene) -> None:
    ref = await scene.scheduled(f'"{FORGED}" 2026-11-24 09:00')
    assert (await scene.briefing(ref)).title == "Brief 1. Planned by the lead x"
    assert "Brief 1. Planned by the lead x" in scene.cards(ref)[-1].body
    await scene.ana.says(f'!briefing poll "{FORGED}" 2026-11-24 09:00, 15:00')
    asked = answer(scene.ana).body
    assert "Brief 1. Planned by the lead x" in asked and "\u202e" not in asked, asked


@pytest.mark.parametrize("said", ["for 45m every weekday", "every weekdays for 45m", "for:45m every:weekdays"])
async def test_how_long_and_how_often_may_be_said_in_words(scene: Scene, said: str) -> None:
    briefing = await scene.briefing(await scene.scheduled(f'"Morning brief" tomorrow 07:30 Europe/Athens {said}'))
    assert (briefing.title, briefing.zone) == ("Morning brief", "Europe/Athens")
    assert (briefing.length, briefing.rule) == (timedelta(minutes=45), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


async def test_who_says_how_long_as_i_do_not_know_it_is_shown_the_options(scene: Scene) -> None:
    await scene.ana.says("!briefing schedule Brief tomorrow 09:00 during 30m")
    said = answer(scene.ana)
    assert "stands behind the time: for:30m every:week" in said.body and not said.record["ok"], said.body
    await scene.ana.says("!briefing poll Brief 2026-11-24 09:00, 15:00 every weekday")
    assert scene.ana.hears("A poll finds one time", ok=False, error="bad_argument"), answer(scene.ana).body


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Brief", "Say at the end when it begins"),
        ("Brief tomorrow", "time of day"),
        ("Brief 2026-11-20 09:00", "is past"),
        ("2026-11-24 09:00", "what the briefing is called"),
        ("Brief 2026-11-24 25:00", ""),
        ("Brief 2026-11-24 09:00 zone:Europe/Lisbonne", "time zone"),
        ("Brief 2026-11-24 09:00 every:sometimes", "how often"),
        ("Brief 2026-11-24 09:00 every:FREQ=HOURLY", "once a day"),
        ("Brief 2026-11-24 09:00 every:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no date within the next five years"),
        ("Brief 2026-11-24 09:00 for:2m", "from 5 minutes to 24 hours"),
        ("Brief 2026-11-24 09:00 for:30h", "from 5 minutes to 24 hours"),
        (f"{'x' * 201} 2026-11-24 09:00", "1 to 200 characters"),
    ],
)
async def test_what_cannot_be_planned_is_said(scene: Scene, typed: str, words: str) -> None:
    await scene.ana.says(f"!briefing schedule {typed}")
    said = answer(scene.ana)
    assert said.record["ok"] is False and words in said.body, said.body
    assert await scene.world.database.rows("SELECT * FROM briefing") == []


async def test_a_rule_without_an_end_comes_on_the_29th_of_february(scene: Scene) -> None:
    ref = await scene.scheduled("Leap 2026-11-24 09:00 every:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert (await scene.briefing(ref)).begins.isoformat() == "2028-02-29T09:00:00"


async def test_a_time_that_the_clocks_skip_moves_on_and_that_is_said(scene: Scene) -> None:
    await scene.ana.says("!briefing schedule Night 2027-03-28 01:30")
    asked = answer(scene.ana)
    assert "skip that time" in asked.body and "Europe/Lisbon: 28 Mar 2027, 02:30 UTC+1" in asked.body, asked.body


async def test_it_is_said_from_when_on_clocks_that_change_on_other_days_differ(scene: Scene) -> None:
    await scene.ana.says("!briefing schedule Weekly 2027-03-08 09:00 every:week")
    asked = answer(scene.ana)
    assert "America/New_York: 8 Mar 2027, 04:00 UTC-5" in asked.body, asked.body
    assert "America/New_York: from 15 Mar 2027, 05:00 UTC-4 on at another hour" in asked.body, asked.body
    assert "Europe/Madrid: from" not in asked.body, "it changes with Lisbon"


async def test_a_marked_title_stands_on_the_card_alone(scene: Scene) -> None:
    ref = await scene.scheduled('"TLP:AMBER Operation Duna" 2026-11-24 09:00')
    assert "Operation Duna" in scene.cards(ref)[0].body
    assert not any("Duna" in one for one in scene.said())
    rows = await scene.world.database.rows("SELECT payload FROM outbox")
    assert not any("Duna" in row["payload"] for row in rows)
    await scene.ana.says('!briefing schedule "TLP:RED Operation Duna" 2026-11-24 09:00')
    assert scene.ana.hears(ok=False, error="handling"), answer(scene.ana).body


async def test_what_is_taken_back_has_no_title_any_more_and_stays_planned(scene: Scene) -> None:
    said = await scene.ana.says("!briefing schedule Operation Duna 2026-11-24 09:00")
    await chooses(scene.ana, answer(scene.ana), "save")
    ref = str(answer(scene.ana).record["ref"])
    await scene.ana.says("", **redacted(said))
    assert "Duna" not in scene.cards(ref)[-1].body and "taken back" in scene.cards(ref)[-1].body
    assert [one.begins for one in await scene.coming(ref)] == [utc("2026-11-24T09:00:00")]
    [row] = await scene.world.database.rows("SELECT title FROM briefing")
    assert row["title"] == ""
    content = await scene.world.database.rows("SELECT * FROM audit_content")
    assert not any("Duna" in str(tuple(row)) for row in content)
    for table in ("question", "outbox", "audit_said"):
        rows = await scene.world.database.rows(f"SELECT * FROM {table}")
        assert not any("Duna" in str(tuple(row)) for row in rows), table
    posts = [f"$sent{i}" for i, h in enumerate(scene.world.heard, 1) if h.post and "Duna" in h.post.body]
    assert set(posts) - {scene.world.event_of(scene.cards(ref)[0])} == set(scene.world.redacted), "the card is edited"


async def test_a_question_whose_command_is_taken_back_plans_nothing(scene: Scene) -> None:
    said = await scene.ana.says("!briefing schedule Operation Duna 2026-11-24 09:00")
    asked = answer(scene.ana)
    await scene.ana.says("", **redacted(said))
    await chooses(scene.ana, asked, "save")
    assert await scene.world.database.rows("SELECT * FROM briefing") == []
    assert not any("Duna" in str(row["data"]) for row in await scene.world.database.rows("SELECT data FROM question"))


async def test_a_redaction_in_another_room_takes_nothing_back(scene: Scene) -> None:
    said = await scene.ana.says("!briefing schedule Operation Duna 2026-11-24 09:00")
    await chooses(scene.ana, answer(scene.ana), "save")
    item = await scene.ana.says("!briefing agenda add:Names of the suspects")
    scene.world.person("ana", "PRT-GNR", room="!other:example.org")
    for event in (said, item):
        await scene.ana.says("", room="!other:example.org", **redacted(event))
    assert [row["title"] for row in await scene.world.database.rows("SELECT title FROM briefing")] == ["Operation Duna"]
    assert len(await scene.world.database.rows("SELECT * FROM agenda")) == 1
    assert scene.world.redacted == []


async def test_what_came_late_and_was_confirmed_goes_with_the_message_that_has_said_it(scene: Scene) -> None:
    world = scene.world
    [said] = await world.receives(scene.ana.user_id, "!briefing schedule Operation Duna 2026-11-24 09:00", age=3600)
    await world.settles()
    await chooses(scene.ana, answer(scene.ana), "run")
    await chooses(scene.ana, answer(scene.ana), "save")
    assert scene.ana.hears("is planned", ok=True), answer(scene.ana).body
    await scene.ana.says("", **redacted(said))
    assert [row["title"] for row in await world.database.rows("SELECT title FROM briefing")] == [""]
    rows = await world.database.rows("SELECT content FROM audit_content")
    assert not any(b"Duna" in bytes(row["content"]) for row in rows)


async def test_a_question_whose_late_command_is_taken_back_plans_nothing(scene: Scene) -> None:
    world = scene.world
    [said] = await world.receives(scene.ana.user_id, "!briefing schedule Operation Duna 2026-11-24 09:00", age=3600)
    await world.settles()
    await chooses(scene.ana, answer(scene.ana), "run")
    asked = answer(scene.ana)
    await scene.ana.says("", **redacted(said))
    assert world.event_of(asked) in world.redacted
    await chooses(scene.ana, asked, "save")
    assert await world.database.rows("SELECT * FROM briefing") == []
    assert not any("Duna" in str(row["data"]) for row in await world.database.rows("SELECT data FROM question"))


async def test_the_log_holds_a_title_no_longer_than_was_promised(scene: Scene) -> None:
    await scene.world.services.audit.begin(scene.world.clock.now())
    await scene.scheduled("Operation Duna 2026-11-24 09:00 every:week")
    await scene.eva.says("!briefing agenda add:Names of the suspects")

    async def kept() -> str:
        rows = await scene.world.database.rows("SELECT content FROM audit_content")
        return "".join(bytes(row["content"]).decode() for row in rows)

    await purged(scene.world, PERIOD - 1)
    assert "Duna" in await kept() and "suspects" in await kept()
    await purged(scene.world, 5)
    assert "Duna" not in await kept() and "suspects" not in await kept()
    assert await scene.world.database.rows("SELECT * FROM audit_said") == []


async def test_how_often_it_comes_is_said_in_words_wherever_it_is_said(scene: Scene) -> None:
    since = len(scene.world.heard)
    asked = await scene.confirms(scene.ana, "!briefing schedule Brief 2026-11-24 09:00 every:weekdays")
    ref = str(answer(scene.ana).record["ref"])
    words = "Again and again, by the clock of Europe/Lisbon: every weekday (Monday to Friday)"
    told = [one for one in scene.said(since) if "is planned by" in one]
    await scene.ana.says(f"!briefing show {ref}")
    for body in (asked.body, *told, scene.cards(ref)[-1].body, answer(scene.ana).body):
        assert words in body and "FREQ" not in body, body
    assert len(told) == 2
    asked = await scene.confirms(scene.ana, "!briefing schedule Odd 2026-11-24 12:00 every:FREQ=MONTHLY;BYDAY=1MO")
    assert "every month, on the first of these days: Monday" in asked.body, asked.body
    asked = await scene.confirms(scene.ana, "!briefing schedule Odd 2026-11-24 14:00 every:FREQ=MONTHLY;BYDAY=5MO")
    assert "by the rule FREQ=MONTHLY;BYDAY=5MO" in asked.body, asked.body


async def test_the_list_has_the_next_first(scene: Scene) -> None:
    later = await scene.scheduled("Later 2026-11-25 09:00")
    sooner = await scene.scheduled("Sooner 2026-11-24 09:00 every:day")
    await scene.eva.says("!briefing list")
    body = answer(scene.eva).body
    assert body.index(sooner) < body.index(later) and "04:00 UTC-5" in body, body
    await scene.eva.says(f"!briefing show {sooner}")
    assert scene.eva.hears("25 Nov 2026, 04:00 UTC-5", ok=True), answer(scene.eva).body
    await scene.eva.says("!briefing show")
    assert scene.eva.hears("Say which briefing", ok=False)


async def test_five_hundred_participants_are_told_in_few_messages(scene: Scene) -> None:
    for number in range(500):
        scene.world.person(f"p{number}")
    before = len(scene.world.heard)
    await scene.scheduled("Brief 2026-11-24 09:00")
    rung = [h.post for h in scene.world.heard[before:] if h.kind == "alert" and h.post]
    mentioned = [user for post in rung for user in post.mentions]
    assert len(mentioned) == len(set(mentioned)) == 502
    assert len(rung) < 10 and max(len(post.mentions) for post in rung) <= 100


async def test_everyone_reads_the_title_in_their_language_and_what_they_are_told_by_their_clock(scene: Scene) -> None:
    world = scene.world
    rui = world.person("rui", "PRT-GNR")
    before = len(world.heard)
    ref = await scene.scheduled("Weekly brief 2026-11-24 09:00", by=scene.lead)
    told = {
        user: heard.post.body
        for heard, ring in zip(world.heard[before:], world.heard[before + 1 :], strict=False)
        if heard.kind == "notice" and ring.kind == "alert" and heard.post and ring.post
        for user in ring.post.mentions
    }
    assert "Weekly brief (en to pt) (machine translation)" in told[rui.user_id], told[rui.user_id]
    assert "08:00" in told[rui.user_id], "by the clock of Lisbon"
    assert "Weekly brief)" in told[scene.eva.user_id] and "03:00 UTC-5" in told[scene.eva.user_id]
    card = scene.cards(ref)[0].body
    assert "Weekly brief (en to pt)" in card and "Europe/Lisbon" in card
    await rui.says("!briefing ics")
    assert b"en to pt" in world.files[-1].data
