"""Patrols are planned and changed: each agency decides about its own people, and each person is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.i18n import Catalogues

from ..commands.test_duty_retention import PERIOD, purged
from ..companions import plain
from ..duties import chooses, logged, replied, rings
from ..fakes import ROOM, compiled, configuration
from ..rosters import accept, answer, direct, utc
from ..world import World
from .scene import LEADS, WHEN, Scene, begun


async def test_a_patrol_of_ones_own_people_is_planned_and_they_are_told(scene: Scene) -> None:
    world, since = scene.world, len(scene.world.heard)
    said = await scene.plan(scene.rui, scene.ana, more="vehicle:A12 area:North bank")
    body = plain(said.body)
    assert said.record["ok"] and said.record["ref"] == str((await scene.patrol()).ref)
    assert "Vehicle: A12" in body and "Area: North bank" in body and "Crew: Rui e Ana" in body, body
    assert "1 person of the crew was told" in body
    told, ring = direct(world, scene.ana, since)
    assert "Rui has put you on patrol" in told.body and "24/11/2026, 06:00" in plain(told.body), told.body
    assert (told.msgtype, ring.msgtype, ring.mentions) == ("m.notice", "m.text", (scene.ana.user_id,))
    assert str((await scene.patrol()).ref) in ring.body and "River" not in ring.body and "A12" not in ring.body
    assert direct(world, scene.rui, since) == [], "who does it knows it"
    assert (await logged(world))[-1] == "patrol.plan"


async def test_everyone_is_told_in_their_zone_and_language(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db", configuration(roles=LEADS))
    when = 'msgid "When: {from_} to {until}"\nmsgstr "Quando: de {from_} a {until}"'
    world.catalogues = Catalogues({"pt": compiled("pt", when)})
    await world.start()
    scene = begun(world)
    await scene.eva.says("!language en reads:pt")
    await scene.eva.says("!timezone Europe/Athens")
    since = len(world.heard)
    await scene.plan(scene.ana, scene.eva)
    await scene.chooses(scene.luc, "agree")
    ana, eva = plain(direct(world, scene.ana, since)[0].body), plain(direct(world, scene.eva, since)[0].body)
    await world.stop()
    assert "Quando: de 24/11/2026, 06:00 UTC a 24/11/2026, 14:00 UTC" in ana, ana
    assert "When: 24 Nov 2026, 08:00 UTC+2 to 24 Nov 2026, 16:00 UTC+2" in eva, eva


# Other agencies


async def test_people_of_another_agency_go_once_a_lead_of_theirs_agrees(scene: Scene) -> None:
    world, since = scene.world, len(scene.world.heard)
    patrol = await scene.mixed()
    assert answer(scene.rui).record["ok"] and "1 of them goes along once" in answer(scene.rui).body
    assert patrol.awaited() == (scene.eva.user_id,)
    assert direct(world, scene.eva, since) == [], "nobody has agreed yet"
    question = scene.question(scene.luc)
    assert "River" not in question.body and "Eva" not in question.body and str(patrol.ref) in question.body
    await scene.chooses(scene.luc, "agree", tail="")
    await scene.chooses(scene.luc, "agree", tail="ZZ")
    assert (await scene.patrol()).awaited() == (scene.eva.user_id,), "it takes the end of the reference"
    await scene.chooses(scene.luc, "agree")
    assert scene.luc.hears("Noted", ok=True), scene.luc.last.body
    assert (await scene.patrol()).awaited() == ()
    told = direct(world, scene.eva, since)
    assert "Luc lets you go on patrol" in told[0].body and told[1].mentions == (scene.eva.user_id,)
    kinds = await logged(world)
    assert kinds[-2:] == ["patrol.plan", "patrol.agreed"]


async def test_a_lead_may_type_it_as_well_and_it_is_settled_then(scene: Scene) -> None:
    await scene.mixed()
    await scene.rui.says("!patrol agree")
    assert scene.rui.hears("settled", ok=False, error="conflict"), "they are not of his agency"
    await scene.eva.says("!patrol agree")
    assert scene.eva.hears(ok=False, error="not_allowed")
    await scene.luc.says("!patrol agree")
    assert scene.luc.hears("Noted", ok=True)
    await scene.chooses(scene.luc, "refuse")
    assert (await scene.patrol()).people == (scene.ana.user_id, scene.eva.user_id)
    assert (await logged(scene.world)).count("patrol.agreed") == 1
    assert "patrol.refused" not in await logged(scene.world)


async def test_a_lead_who_does_not_agree_keeps_their_people_and_who_planned_it_is_told(scene: Scene) -> None:
    await scene.mixed()
    since = len(scene.world.heard)
    await scene.chooses(scene.luc, "refuse")
    assert (await scene.patrol()).people == (scene.ana.user_id,)
    said, ring = direct(scene.world, scene.rui, since)
    assert "Luc does not agree" in said.body and "Eva" in said.body
    assert ring.mentions == (scene.rui.user_id,) and "Eva" not in ring.body
    assert (await logged(scene.world))[-1] == "patrol.refused"


async def test_an_interpreter_who_may_not_go_leaves_a_crew_that_its_leads_hear_of(scene: Scene) -> None:
    await scene.kate.says("!language en reads:pt")
    world = scene.world
    world.current.now = configuration(roles={**LEADS, "lead": [*LEADS["lead"], "@lead:example.org"]})
    lead = world.person("lead")
    await scene.luc.says("!language fr reads:pt")
    await scene.plan(scene.ana, scene.eva, more=f"interpreter:{scene.luc.user_id}")
    patrol = await scene.patrol()
    await scene.luc.says(f"!patrol crew {patrol.ref} add:{scene.eva.user_id}")
    assert answer(scene.luc).record["ok"] and (await scene.patrol()).awaited() == (scene.luc.user_id,)
    since = len(world.heard)
    await scene.luc.says(f"!patrol crew {patrol.ref} remove:{scene.luc.user_id}")
    assert answer(scene.luc).record["error"] == "conflict", "nobody would interpret"
    await scene.chooses(scene.luc, "refuse")
    assert (await scene.patrol()).warned and "no language in common any more" in scene.said(since)[-1]
    assert lead.user_id not in rings(world, since)[-1].mentions


async def test_where_no_lead_could_agree_nothing_is_planned(scene: Scene) -> None:
    await scene.eva.says("!language fr reads:pt")
    scene.world.rooms.joined[ROOM].remove(scene.luc.user_id)
    said = await scene.plan(scene.ana, scene.eva)
    assert "No lead of FRA-PN who could agree" in plain(said.body) and said.record["error"] == "unavailable"
    assert await scene.patrols() == []


async def test_each_agency_puts_in_and_takes_off_its_own_people(scene: Scene) -> None:
    patrol = await scene.mixed()
    await scene.chooses(scene.luc, "agree")
    await scene.rui.says(f"!patrol crew remove:{scene.eva.user_id}")
    assert scene.rui.hears("Of another agency: Eva", ok=False, error="not_allowed"), answer(scene.rui).body
    await scene.luc.says(f"!patrol crew remove:{scene.ana.user_id}")
    assert scene.luc.hears("Of another agency: Ana", ok=False, error="not_allowed")
    since = len(scene.world.heard)
    await scene.luc.says(f"!patrol crew {patrol.ref} remove:{scene.eva.user_id}")
    assert answer(scene.luc).record["ok"] and (await scene.patrol()).people == (scene.ana.user_id,)
    accept(scene.world)
    assert "has taken you off patrol" in direct(scene.world, scene.eva, since)[0].body
    assert "has changed the crew of patrol" in direct(scene.world, scene.ana, since)[0].body
    assert (await logged(scene.world))[-1] == "patrol.crew"


async def test_who_waits_for_a_lead_may_be_taken_off_by_who_planned_it(scene: Scene) -> None:
    await scene.mixed()
    await scene.rui.says(f"!patrol crew remove:{scene.eva.user_id}")
    assert answer(scene.rui).record["ok"], answer(scene.rui).body
    await scene.chooses(scene.luc, "agree")
    assert (await scene.patrol()).people == (scene.ana.user_id,), "that question is settled"


async def test_who_takes_no_part_changes_nothing(scene: Scene) -> None:
    await scene.plan(scene.rui, scene.ana)
    for line in ("!patrol cancel", f"!patrol crew add:{scene.eva.user_id}", f"!patrol interpreter {scene.eva.user_id}"):
        await scene.luc.says(line)
        assert scene.luc.hears("takes part", ok=False, error="not_allowed"), (line, answer(scene.luc).body)
        await scene.ana.says(line)
        assert scene.ana.hears("Only a lead", ok=False, error="not_allowed")
    assert len(await scene.patrols()) == 1


# Shifts, rest and absences


async def test_a_shift_at_the_same_time_is_said_and_a_reason_goes_on_record(scene: Scene) -> None:
    world, rui, ana = scene.world, scene.rui, scene.ana
    await rui.says("!shift post gate zone:Europe/Lisbon")
    await rui.says(f"!shift roster gate people:{ana.user_id} from:2026-11-24 06:00 every:weekdays")
    said = await scene.plan(rui, ana)
    assert "Ana would be on duty twice at once" in said.body and "gate" in said.body, said.body
    assert await scene.patrols() == []
    body = "a vedação está aberta"
    await rui.says(body, **replied(body, world.event_of(said)))
    assert rui.hears("is planned", ok=True), answer(rui).body
    assert (await scene.patrol()).name == "River"
    assert body in await content(world, "patrol.plan")


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("from:2026-11-24 20:00 for:4h", "6 hours of rest"),
        ("from:2026-11-25 02:00 for:2h", "2 hours of rest"),
        ("from:2026-11-25 01:00 for:30m", None),
    ],
)
async def test_too_little_rest_is_said(scene: Scene, when: str, words: str | None) -> None:
    rui, ana = scene.rui, scene.ana
    await rui.says("!shift post gate zone:Europe/Lisbon")
    await rui.says(f"!shift override gate who:{ana.user_id} from:2026-11-24 06:00 for:8h")
    if words is None or "2 hours" in words:
        await rui.says(f"!shift override gate who:{ana.user_id} from:2026-11-25 06:00 for:2h insist:so be it")
    said = await scene.plan(rui, ana, when=when)
    assert (words or "hours of rest") in plain(said.body), said.body
    assert (await scene.plan(rui, ana, when=when, more="insist:nobody else")).record["ok"]


async def test_another_patrol_and_an_absence_speak_against_one(scene: Scene) -> None:
    await scene.plan(scene.rui, scene.ana)
    await scene.ana.says("!shift absent from:2026-11-24 until:2026-11-24")
    said = await scene.plan(scene.rui, scene.ana, when="from:2026-11-24 10:00 for:2h")
    assert "Ana is absent" in said.body and "on duty twice at once: River" in plain(said.body), said.body
    assert len(await scene.patrols()) == 1
    await chooses(scene.rui, said, "leave")
    assert scene.rui.hears("Nothing was changed") and len(await scene.patrols()) == 1


async def test_a_patrol_speaks_against_a_shift(scene: Scene) -> None:
    await scene.plan(scene.rui, scene.ana)
    await scene.rui.says("!shift post gate zone:Europe/Lisbon")
    await scene.rui.says(f"!shift override gate who:{scene.ana.user_id} from:2026-11-24 10:00 for:2h")
    assert "Ana would be on duty twice at once: River" in plain(answer(scene.rui).body), answer(scene.rui).body
    await scene.rui.says(f"!shift roster gate people:{scene.ana.user_id} from:2026-11-24 16:00")
    assert "2 hours of rest" in plain(answer(scene.rui).body), answer(scene.rui).body


async def test_those_who_are_put_into_a_crew_are_looked_at_too(scene: Scene) -> None:
    await scene.plan(scene.rui)
    await scene.ana.says("!shift absent from:2026-11-24 until:2026-11-24")
    for line in (f"!patrol crew add:{scene.ana.user_id}", f"!patrol interpreter {scene.ana.user_id}"):
        await scene.rui.says(line)
        said = answer(scene.rui)
        assert "Ana is absent" in said.body, said.body
        assert (await scene.patrol()).people == (scene.rui.user_id,)
    body = "she comes back for it"
    await scene.rui.says(body, **replied(body, scene.world.event_of(said)))
    assert (await scene.patrol()).people == (scene.rui.user_id, scene.ana.user_id)
    assert body in await content(scene.world, "patrol.interpreter")


# What cannot be


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        (f"plan River {WHEN}", "bad_argument", ""),
        (f"plan {WHEN} people:@ana:gnr.example", "bad_argument", ""),
        ("plan River from:2026-11-24 06:00 people:@ana:gnr.example", "bad_argument", "how long it lasts"),
        ("plan River from:2026-11-24 06:00 for:40h people:@ana:gnr.example", "bad_argument", "36 hours"),
        ("plan River from:2026-11-24 06:00 for:5m people:@ana:gnr.example", "bad_argument", "15 minutes"),
        ("plan River from:today for:1h people:@ana:gnr.example", "bad_argument", "over already"),
        ("plan River from:2028-11-24 06:00 for:8h people:@ana:gnr.example", "bad_argument", "days ahead"),
        (f"plan {'x' * 61} {WHEN} people:@ana:gnr.example", "bad_argument", "60 characters"),
        (f"plan River {WHEN} people:@ana:gnr.example vehicle:{'x' * 61}", "bad_argument", "60 characters"),
        (f"plan TLP:RED River {WHEN} people:@ana:gnr.example", "handling", ""),
        (f"plan River {WHEN} people:@away:gnr.example", "not_found", "Not here"),
        (f"plan River {WHEN} people:@liaison:example.org", "not_found", "Not here"),
        (f"plan River {WHEN} people:@ana:gnr.example insist:{'x' * 201}", "bad_argument", "200"),
        ("show", "not_found", "No patrol is planned"),
        ("show BRAVO-7K3Q0", "not_found", ""),
        ("cancel", "not_found", "No patrol"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_saved(scene: Scene, line: str, error: str, words: str) -> None:
    await scene.rui.says(f"!patrol {line}")
    assert scene.rui.hears(words, ok=False, error=error), answer(scene.rui).body
    assert await scene.patrols() == []


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ("crew", "bad_argument", "Say who goes as well"),
        ("crew remove:@eva-pn:example.org", "not_found", "Not in the crew"),
        ("crew remove:@ana:gnr.example", "bad_argument", "from 1 to 20"),
        ("crew add:@ana:gnr.example", "conflict", "so already"),
        ("crew add:@away:gnr.example", "not_found", "Not here"),
        ("interpreter nobody", "conflict", "so already"),
        ("interpreter", "bad_argument", ""),
    ],
)
async def test_a_crew_that_cannot_be_is_refused(scene: Scene, line: str, error: str, words: str) -> None:
    await scene.plan(scene.ana)
    await scene.rui.says(f"!patrol {line}")
    assert scene.rui.hears(words, ok=False, error=error), answer(scene.rui).body
    assert (await scene.patrol()).people == (scene.ana.user_id,)


async def test_a_crew_has_twenty_people_at_most(scene: Scene) -> None:
    people = [scene.world.person(f"o{n}", "PRT-GNR") for n in range(21)]
    assert (await scene.plan(*people)).record["error"] == "bad_argument"
    assert (await scene.plan(*people[:20])).record["ok"], answer(scene.rui).body


# Looking, and calling it off


async def test_patrols_are_listed_and_shown_where_they_are_planned(scene: Scene) -> None:
    await scene.kate.says("!patrol list")
    assert scene.kate.hears("No patrol is planned in this room")
    await scene.plan(scene.rui, scene.ana)
    await scene.rui.says(f"!patrol plan Forest from:2026-11-23 06:00 for:4h people:{scene.rui.user_id}")
    await scene.kate.says("!timezone Europe/Athens")
    await scene.kate.says("!patrol list")
    body = plain(answer(scene.kate).body)
    assert "2 patrols are to come" in body and body.index("Forest") < body.index("River"), body
    assert "River: 24 Nov 2026, 08:00 UTC+2 to 24 Nov 2026, 16:00 UTC+2, 2 people" in body, body
    await scene.kate.says("!patrol show")
    assert scene.kate.hears("Say which patrol", ok=False, error="bad_argument")
    forest, river = await scene.patrols()
    await scene.kate.says(f"!patrol show {river.ref}")
    assert "Crew: Rui and Ana" in plain(answer(scene.kate).body), answer(scene.kate).body
    await scene.kate.says("!patrol show", **replied("!patrol show", scene.world.event_of(answer(scene.kate))))
    assert "River" in answer(scene.kate).body, "a reply needs no reference"
    other = scene.world.person("zoe", room="!other:example.org")
    await other.says(f"!patrol show {forest.ref}", room="!other:example.org")
    assert other.hears("no such patrol", ok=False, error="not_found")


async def test_a_patrol_is_cancelled_and_its_crew_told(scene: Scene) -> None:
    patrol = await scene.mixed()
    since = len(scene.world.heard)
    await scene.luc.says(f"!patrol cancel {patrol.ref}")
    assert scene.luc.hears("is cancelled", ok=True), "Eva of his agency was to go"
    assert await scene.patrols() == [] and (await logged(scene.world))[-1] == "patrol.cancel"
    said, ring = direct(scene.world, scene.ana, since)
    assert "Luc has cancelled patrol" in said.body and ring.mentions == (scene.ana.user_id,)
    assert direct(scene.world, scene.eva, since) == [], "she was never told of it"
    await scene.chooses(scene.luc, "agree")
    await scene.rui.says(f"!patrol cancel {patrol.ref}")
    assert scene.rui.hears("over, or cancelled", ok=False, error="conflict")
    await scene.rui.says(f"!patrol show {patrol.ref}")
    assert "cancelled: River" in plain(answer(scene.rui).body)
    assert await scene.world.store.due.find("patrol", str(patrol.ref)) is None
    assert "patrol.agreed" not in await logged(scene.world)


# Reminders


async def test_the_crew_is_reminded_a_day_and_an_hour_before(scene: Scene) -> None:
    world = scene.world
    await scene.mixed()
    world.clock.at = utc("2026-11-23T06:00")
    since = len(world.heard)
    await world.wakes()
    said, ring = direct(world, scene.ana, since)
    assert "You are on patrol" in said.body and "begins within a day" in ring.body
    assert ring.record["kind"] == "reminder" and "River" not in ring.body
    assert direct(world, scene.eva, since) == [], "her lead has not agreed"
    [waits] = [body for body in scene.said(since) if "No lead has said yet" in body]
    assert "Eva" in waits and "!patrol agree" in plain(waits)
    assert [one.mentions for one in rings(world, since)][-1] == (scene.luc.user_id,)
    await scene.luc.says("!patrol agree")
    world.clock.at = utc("2026-11-24T05:10")
    since = len(world.heard)
    await world.wakes()
    said, ring = direct(world, scene.eva, since)
    assert "begins within the hour" in ring.body and "I was away, so I remind you late" in said.body
    since = len(world.heard)
    world.clock.at = utc("2026-11-24T07:00")
    await world.wakes()
    assert len(world.heard) == since, "once"


async def test_a_change_of_the_crew_swallows_no_reminder_that_is_late(scene: Scene) -> None:
    await scene.plan(scene.rui, scene.ana)
    scene.world.clock.at = utc("2026-11-23T06:30")
    await scene.rui.says(f"!patrol crew remove:{scene.rui.user_id}")
    since = len(scene.world.heard)
    await scene.world.wakes()
    assert "begins within a day" in direct(scene.world, scene.ana, since)[1].body


async def test_nobody_is_reminded_of_a_patrol_that_has_begun_while_the_bot_was_away(scene: Scene) -> None:
    await scene.plan(scene.rui, scene.ana)
    scene.world.clock.at = utc("2026-11-24T06:30")
    since = len(scene.world.heard)
    await scene.world.wakes()
    assert direct(scene.world, scene.ana, since) == []


# Keeping


async def test_patrols_go_with_the_retention_period(scene: Scene) -> None:
    await scene.world.services.audit.begin(scene.world.clock.now())
    await scene.plan(scene.rui, scene.ana)
    await purged(scene.world, PERIOD)
    assert await rows(scene.world) == (1, 2), "it was over two days later"
    await purged(scene.world, 3)
    assert await rows(scene.world) == (0, 0)


async def rows(world: World) -> tuple[int, int]:
    """Return how many patrols and members of crews are kept."""
    [found] = await world.database.rows(
        "SELECT (SELECT count(*) FROM patrol) AS patrols, (SELECT count(*) FROM patrol_member) AS members"
    )
    return found["patrols"], found["members"]


async def content(world: World, kind: str) -> str:
    """Return what the audit log holds of the last entry of that kind."""
    found = await world.database.rows(
        "SELECT e.envelope, c.content FROM audit_entry e JOIN audit_content c ON c.position = e.position"
        " ORDER BY e.position"
    )
    last = [row["content"] for row in found if f'"kind":"{kind}"'.encode() in bytes(row["envelope"])][-1]
    return json.dumps(json.loads(last), ensure_ascii=False)
