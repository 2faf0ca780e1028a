"""timezone: in which zone one reads times."""

from __future__ import annotations

import pytest

from ..world import World


async def test_a_zone_is_set_and_times_are_shown_in_it(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!timezone Europe/Lisbon")
    assert rui.hears("times in Europe/Lisbon. It is now 22 Nov 2026, 12:00 UTC.", command="timezone", ok=True)
    world.clock.passes(hours=5, minutes=30)
    await rui.says("!timezone Asia/Kathmandu")
    assert rui.hears("22 Nov 2026, 23:15 UTC+5:45")
    assert (await world.store.person.find(rui.user_id)).zone == "Asia/Kathmandu"


@pytest.mark.parametrize(
    ("agency", "zone"), [("PRT-GNR", "Europe/Lisbon"), ("FRA-PN", "Europe/Paris"), (None, "Europe/Madrid")]
)
async def test_without_a_word_it_shows_what_is_so(world: World, agency: str | None, zone: str) -> None:
    someone = world.person("someone", agency)
    await someone.says("!timezone")
    assert someone.hears(f"Your time zone is {zone}.", ok=True)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "25:00", "../../etc/passwd"])
async def test_what_is_no_zone_changes_nothing(world: World, zone: str) -> None:
    rui = world.person("rui")
    await rui.says(f"!timezone {zone}")
    assert rui.hears(ok=False, error="bad_argument")
    assert (await world.store.person.find(rui.user_id)).zone is None


async def test_a_zone_leaves_the_language_alone(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!language pt")
    await rui.says("!timezone UTC")
    person = await world.store.person.find(rui.user_id)
    assert (person.language, person.zone) == ("pt", "UTC")
