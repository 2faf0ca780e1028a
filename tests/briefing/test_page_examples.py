"""What docs/briefings.md shows as examples: they are typed, and what it shows is answered."""

from __future__ import annotations

import re

from ..companions import plain
from ..duties import chooses
from ..readme import ROOT
from ..rosters import answer
from ..world import Person
from .scene import Scene

PART = (ROOT / "docs" / "briefings.md").read_text("utf-8")
MORNING = '!briefing schedule "Morning brief" tomorrow 07:30 Europe/Athens for 30m every weekday'


async def types(person: Person, line: str) -> str:
    """Let somebody type what the page has as an example; return the answer."""
    assert f"`{line}`" in PART, line
    await person.says(line)
    assert answer(person).record["ok"], answer(person).body
    return plain(answer(person).body)


async def test_the_briefing_is_shown_as_the_page_shows_it(scene: Scene) -> None:
    [shown] = re.findall(r"```\n(.*?)```", PART, re.DOTALL)
    await scene.left(scene.lead)
    lines = [line for line in (await types(scene.ana, MORNING)).splitlines() if line]
    wanted = [line for line in shown.splitlines() if line]
    assert lines[: len(wanted)] == wanted
    await chooses(scene.ana, answer(scene.ana), "save")
    assert scene.ana.hears("is planned", ok=True)


async def test_the_examples_of_briefings_do_what_they_say(scene: Scene) -> None:
    bo = scene.world.person("bo", "PRT-GNR")
    await scene.came(bo)
    await scene.scheduled(MORNING.removeprefix("!briefing schedule "))
    assert "would move this once" in await types(scene.ana, "!briefing move tomorrow 08:00 which:one")
    assert "10 minutes before" in await types(scene.eva, "!briefing before 1d, 10m")
    await types(scene.ana, "!briefing ics")
    assert scene.world.files[-1].media_type == "text/calendar"
    assert "I have asked" in await types(scene.ana, "!briefing rsvp ask")
    assert "I have asked Bo to come" in await types(scene.ana, "!briefing rsvp no delegate:@bo")
    await scene.ana.says('!briefing rsvp quorum:"PRT-GNR 2, FRA-PN"')
    assert scene.ana.hears("Still missing: PRT-GNR 2 and FRA-PN 1", ok=True), answer(scene.ana).body
    said = await types(scene.eva, '!briefing agenda add:"Fuel at the pier" under:administration for:5m')
    assert said.index("Administration") < said.index("1. Fuel at the pier") < said.index("Risk"), said
    assert "5 min)" in said, said


async def test_the_examples_of_reminders_do_what_they_say(scene: Scene) -> None:
    assert "I remind you" in await types(scene.ana, "!remind me in 2h Call the harbour")
    said = await types(scene.ana, "!remind room tomorrow 9:00 Fuel every:day")
    assert "I remind this room" in said and "every day" in said, said
    await scene.ana.says("!remind list")
    assert scene.ana.hears("Call the harbour") and scene.ana.hears("Fuel"), answer(scene.ana).body


async def test_the_example_of_a_patrol_asks_for_a_language_in_common(scene: Scene) -> None:
    await scene.ana.says("!language pt")
    await scene.eva.says("!language fr")
    line = '!patrol plan River from:"tomorrow 08:00" for:4h people:@ana, @eva'
    assert f"`{line}`" in PART
    await scene.lead.says(line)
    assert scene.lead.hears("no language in common", ok=False), answer(scene.lead).body
