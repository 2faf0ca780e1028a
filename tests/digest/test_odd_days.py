"""Digests of the first days of the calendar, and after a clock that jumped ahead and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ..fakes import ROOM
from ..incident.scene import ref_of
from ..world import Person, World
from .test_digests import digests


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-03"])
async def test_a_day_before_which_is_no_week_is_refused(world: World, rui: Person, day: str) -> None:
    await rui.says("!language en")
    await rui.says(f"!digest now {day}")
    assert rui.last.record["error"] == "bad_argument"


async def test_a_clock_that_jumps_ahead_and_back_silences_no_digest(world: World, rui: Person) -> None:
    await rui.says("!digest daily 06:00")
    due = await world.store.due.find("digest", ROOM)
    assert due
    world.clock.at = due.at + timedelta(days=7)
    await world.wakes()
    world.clock.at = due.at
    await world.wakes()
    await world.wakes()
    assert len(digests(world)) == 1


@pytest.mark.parametrize("day", ["tomorrow", "2026-11-23", "2027-01-01"])
async def test_a_day_that_has_not_begun_is_said_to_be_still_to_come(world: World, rui: Person, day: str) -> None:
    await rui.says("!language en")
    await rui.says(f"!digest now {day}")
    assert rui.last.record["error"] == "bad_argument"
    assert rui.last.body == f"“{day}” is still to come. I need a time that is past."


async def test_the_day_is_the_task_forces_whatever_day_it_is_for_the_reader(world: World, rui: Person) -> None:
    world.clock.at = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 23:30 in Madrid, 07:30 of the next day in Tokyo
    await rui.says("!language en")
    await rui.says("!timezone Asia/Tokyo")
    await rui.says("!digest now 2026-11-23")
    assert rui.last.record["error"] == "bad_argument", "it has not begun there"
    for day, since in (("today", "2026-11-21T23:00Z"), ("yesterday", "2026-11-20T23:00Z"), ("", "2026-11-21T23:00Z")):
        await rui.says(f"!digest now {day}")
        assert digests(world)[-1].record["period"][0] == since, day


def file(world: World) -> str:
    """Return the last file of a digest."""
    return world.files[-1].data.decode()


async def test_a_day_that_is_over_is_told_as_it_stood_at_its_end(world: World, rui: Person) -> None:
    await rui.says("!language en")
    await rui.says("!incident declare Barco type:vessel severity:high")
    ref = ref_of(world)
    world.clock.passes(hours=1)
    await rui.says(f"!incident close {ref} resolved")
    world.clock.at = datetime(2026, 11, 23, 5, tzinfo=UTC)
    await rui.says(f"!incident reopen {ref} again")
    await rui.says(f"!incident severity {ref} low calm")
    await rui.says("!digest now yesterday")
    assert f"{ref} (closed, high): Barco" in digests(world)[-1].body
    assert "<td class=s2 data-k=3>high<td>closed" in file(world)
    await rui.says("!digest now")
    assert f"{ref} (open, low): Barco" in digests(world)[-1].body


async def test_an_incident_that_is_the_same_as_another_is_counted_once(world: World, rui: Person) -> None:
    await rui.says("!language en")
    await rui.says("!incident declare Barco na praia type:vessel severity:high at:29SNB1234567890")
    await rui.says("!incident declare Outra coisa type:vessel severity:high at:29SNB1234567890")
    first, second = str(ref_of(world, 0)), str(ref_of(world, 1))
    await rui.says(f"!incident duplicate {second} of:{first}")
    await rui.says("!digest now")
    said = digests(world)[-1]
    assert (said.record["counts"]["opened"], said.record["counts"]["closed"]) == (1, 0)
    assert "New by type: vessel: 1\n" in said.body and "Until it was closed" not in said.body
    assert second not in said.body and second not in file(world), "it is on no map and in no table"
    alone = "1 incident is not counted here: it was closed as the duplicate of another."
    assert alone in said.body and alone in file(world)
    await rui.says(f"!incident reopen {second} it is another")
    await rui.says("!digest now")
    assert digests(world)[-1].record["counts"]["opened"] == 2 and alone not in digests(world)[-1].body


async def test_one_that_was_cancelled_is_counted_as_that_and_apart(world: World, rui: Person) -> None:
    await rui.says("!language en")
    await rui.says("!incident declare Barco na praia type:vessel severity:high at:29SNB1234567890")
    await rui.says("!incident declare Outra coisa type:vehicle severity:low at:29SNB1234567890")
    first, second = str(ref_of(world, 0)), str(ref_of(world, 1))
    world.clock.passes(hours=1)
    await rui.says("!digest now")
    assert "<th" in file(world) and "Cancelled" not in file(world) + digests(world)[-1].body
    await rui.says(f"!incident close {second} cancelled")
    await rui.says("!digest now")
    said = digests(world)[-1]
    counts = said.record["counts"]
    assert (counts["opened"], counts["closed"], counts["cancelled"], counts["changed"]) == (1, 0, 1, 0)
    assert "Cancelled: 1 (a week before: 0)" in said.body and "Until it was closed" not in said.body
    assert "New by type: vessel: 1\n" in said.body
    named = said.body.partition("Cancelled:\n")[2]
    assert second in named and first not in named and second not in said.body.partition("Cancelled:\n")[0]
    page = file(world)
    assert "Cancelled" in page and second in page and "Incidents on the map: 1" in page
    times = page.partition('<ul class="times">')[2].partition("</ul>")[0]
    assert first in times and second not in times, "nor was it open"
    world.clock.passes(days=7)
    await rui.says("!digest now")
    assert "Cancelled: 0 (a week before: 1)" in digests(world)[-1].body
    assert "Closed: 0" not in digests(world)[-1].body


async def test_one_that_was_opened_again_is_drawn_open_from_then_on(world: World, rui: Person) -> None:
    await rui.says("!incident declare Barco type:vessel severity:high")
    ref = ref_of(world)
    await rui.says(f"!incident close {ref} resolved")
    world.clock.at = datetime(2026, 11, 23, 5, tzinfo=UTC)  # 06:00 of the next day in Madrid
    await rui.says(f"!incident reopen {ref} again")
    world.clock.at = datetime(2026, 11, 24, 6, tzinfo=UTC)
    await rui.says("!digest now yesterday lang:en")
    assert f"<code>{ref}</code>" in file(world)
    assert '<rect class="s2" x="25%" y="3" width="75%"' in file(world)
