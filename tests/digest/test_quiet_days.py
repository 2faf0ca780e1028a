"""Digests of days on which no incident was declared: posts were handed over, briefings were held."""

from __future__ import annotations

import pytest

from ..briefing.scene import utc
from ..duties import chooses
from ..fakes import ROOM
from ..incident.marked import direct
from ..rosters import answer
from ..world import Person, World
from .test_attached import attached, page
from .test_digests import digests

OTHER = "!other:example.org"
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


async def said(world: World, rui: Person, line: str = "!digest now lang:en", room: str = ROOM) -> list[str]:
    """Return the lines of the digest that Rui asks for."""
    await rui.says(line, room=room)
    return str(digests(world)[-1].body).translate(ISOLATES).splitlines()


async def handed_over(world: World, rui: Person) -> None:
    """Let Rui hand the gate over to Ana, who has been there before and accepts."""
    ana = world.person("ana", "PRT-GNR")
    await rui.says("!shift post gate")
    post = await world.services.shift.post(ROOM, "gate")
    async with world.store.transaction():
        for one in (ana, rui):
            await world.services.shift.begin_watch(None, post, one.user_id, world.clock.now())
    await rui.says(f"!handover start {ana.user_id}")
    ref = rui.last.record["ref"]
    await rui.says("!handover note O rádio está avariado.")
    await rui.says("!handover ready")
    await ana.says(f"!handover item {ref} 1 ok")
    await ana.says(f"!handover accept {ref}")
    assert ana.last.record["ok"], ana.last.body


async def planned(rui: Person, text: str) -> str:
    """Return the reference of a briefing that Rui plans."""
    await rui.says(f"!briefing schedule {text}")
    await chooses(rui, answer(rui), "save")
    return str(answer(rui).record["ref"])


async def stands(world: World, moment: str) -> None:
    """Let the clock stand at *moment* (UTC), and do what is due."""
    world.clock.at = utc(moment)
    await world.wakes()


async def test_handovers_that_were_accepted_are_counted_where_their_post_is_heard_of(world: World, rui: Person) -> None:
    assert not [one for one in await said(world, rui) if "handover" in one]
    await handed_over(world, rui)
    assert "• 1 handover was accepted" in await said(world, rui)
    for name in ("rui", "bo"):
        world.person(name, "PRT-GNR", room=OTHER)
    await rui.says("!shift post dock", room=OTHER)
    assert not [one for one in await said(world, rui, room=OTHER) if "handover" in one], "the post is of another room"
    world.clock.passes(days=1)
    assert "• 1 handover was accepted" in await said(world, rui, "!digest now yesterday lang:en")
    assert not [one for one in await said(world, rui) if "handover" in one]


async def test_briefings_that_were_held_are_counted_beside_the_week_before(world: World, rui: Person) -> None:
    await planned(rui, "Brief 2026-11-24 09:00 zone:UTC for:30m every:week")
    await stands(world, "2026-11-24T08:59:00")
    assert not [one for one in await said(world, rui) if "Briefings" in one], "it has not begun"
    await stands(world, "2026-11-24T09:00:00")
    assert "• Briefings held: 1 (a week before: 0)" in await said(world, rui)
    await stands(world, "2026-12-01T12:00:00")
    assert "• Briefings held: 1 (a week before: 1)" in await said(world, rui)


@pytest.mark.parametrize("line", ["!briefing cancel", "!briefing skip"])
async def test_what_is_called_off_when_some_are_there_already_was_not_held(
    world: World, rui: Person, line: str
) -> None:
    await planned(rui, "Brief 2026-11-24 09:00 zone:UTC for:30m every:week")
    await stands(world, "2026-11-24T08:50:00")
    await rui.says("!briefing attend")
    assert await world.store.attendance.last_in(ROOM), "it stands there from now on"
    await rui.says(line)
    await chooses(rui, answer(rui), "save")
    await stands(world, "2026-11-24T12:00:00")
    assert not [one for one in await said(world, rui) if "Briefings" in one]


async def test_a_direct_room_counts_what_is_of_the_rooms_of_its_person(world: World, rui: Person) -> None:
    await handed_over(world, rui)
    await planned(rui, "Brief 2026-11-22 13:00 zone:UTC for:30m")
    await stands(world, "2026-11-22T14:00:00")
    found = await said(world, rui, room=direct(rui))
    assert {"• Briefings held: 1 (a week before: 0)", "• 1 handover was accepted"} <= {*found}, found


async def test_what_was_held_before_the_rest_was_cancelled_was_held(world: World, rui: Person) -> None:
    await planned(rui, "Brief 2026-11-24 09:00 zone:UTC for:30m every:week")
    await stands(world, "2026-11-24T10:00:00")
    await rui.says("!briefing cancel")
    await chooses(rui, answer(rui), "save")
    assert "• Briefings held: 1 (a week before: 0)" in await said(world, rui)


async def test_a_day_of_handovers_alone_has_its_figures_in_the_picture_and_no_map(world: World, rui: Person) -> None:
    await handed_over(world, rui)
    lines = await said(world, rui)
    assert lines[2:] == ["• New: 0 (a week before: 0)", "• 1 handover was accepted"], lines
    picture = attached(world)["picture en"].body
    assert picture.endswith("No update for too long: 0 · 1 handover was accepted"), picture
    quiet = page(world)
    assert "<li>1 handover was accepted" in quiet and "<h2>Map" not in quiet and "has a place" not in quiet
    assert rui.user_id not in quiet and "Rui" not in quiet and "Ana" not in quiet
    for title, there in (("Barco type:vessel", True), ("Camião parado type:vehicle", False)):
        await rui.says(f"!incident declare {title} severity:high")
        await said(world, rui)
        shown = "handover" in attached(world)["picture en"].body
        assert shown is there, "beside charts of one bar there is room for it"
    assert "<h2>Map" in page(world) and "has a place" in page(world)
