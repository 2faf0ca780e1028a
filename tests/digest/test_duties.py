"""What a digest says of work: tasks, handovers, and how long things took, each against the week before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ..duties import replied
from ..fakes import NOON
from ..incident.scene import ref_of
from ..world import Person, World
from .test_digests import digests


@pytest.fixture
def eva(world: World) -> Person:
    return world.person("eva", "FRA-PN")


def task_of(world: World, index: int = -1) -> str:
    found = [h.post.record["ref"] for h in world.heard if h.post and h.post.record.get("of") == "task"]
    return str([*dict.fromkeys(found)][index])


async def says(world: World, rui: Person, line: str = "!digest now lang:en") -> str:
    """Return what the digest says that Rui asks for."""
    await rui.says(line)
    return str(digests(world)[-1].body)


async def test_tasks_count_as_they_stood_at_the_end_of_the_while(world: World, rui: Person) -> None:
    await rui.says("!incident declare Barco type:vessel severity:low")
    ref = ref_of(world)
    await rui.says(f"!incident task {ref} Ver a cave")
    first = task_of(world)
    await rui.says(f'!incident task {ref} Ligar ao porto due:"in 2h"')
    assert task_of(world) != first
    said = await says(world, rui)
    assert "Tasks to be done: 2 (a week before: 0)" in said and "Tasks that are overdue" not in said
    world.clock.passes(days=1)
    said = await says(world, rui)
    assert "Tasks to be done: 2 (a week before: 0)" in said and "Tasks that are overdue: 1 (a week before: 0)" in said
    await rui.says(f"!task done {first}")
    yesterday = await says(world, rui, "!digest now yesterday lang:en")
    assert "Tasks to be done: 2 (a week before: 0)" in yesterday, "at the end of that day it still was"
    assert "Tasks to be done: 1 (a week before: 0)" in await says(world, rui)
    world.clock.passes(days=6)
    assert "Tasks to be done: 1 (a week before: 2)" in await says(world, rui)


async def test_a_task_that_the_room_may_not_read_is_not_counted(world: World, rui: Person, eva: Person) -> None:
    await rui.says("!incident declare Barco type:vessel severity:low")
    ref = ref_of(world)
    await rui.says(f"!incident task {ref} Ver a cave")
    said = await rui.says(f"!incident task {ref} Ligar ao informador")
    assert "Tasks to be done: 2" in await says(world, rui)
    await rui.says("", **replied("TLP:RED", said))
    assert "Tasks to be done: 1" in await says(world, rui)


async def test_times_to_acknowledge_validate_and_close_stand_beside_those_of_the_week_before(
    world: World, rui: Person, eva: Person
) -> None:
    for title, days, minutes in (("Barco", 0, 10), ("Camião", 7, 30)):
        world.clock.at = NOON + timedelta(days=days)
        await eva.says(f"!incident declare {title} type:vessel severity:low")
        ref = ref_of(world, -1)
        world.clock.passes(minutes=minutes)
        await rui.says(f"!incident note {ref} Visto")
        world.clock.passes(minutes=minutes)
        await rui.says(f"!incident validate {ref}")
        world.clock.passes(minutes=minutes)
        await rui.says(f"!incident close {ref} resolved")
    said = await says(world, rui)
    assert "Until somebody saw to it: 30 min (median of 1; a week before: 10 min)" in said, said
    assert "Until it was validated: 1 hr (median of 1; a week before: 20 min)" in said
    assert "Until it was closed: 1 hr, 30 min (median of 1; a week before: 30 min)" in said


async def test_a_handover_that_was_missed_counts_in_its_shift_and_in_the_day(world: World, rui: Person) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.clock.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    await rui.says("!shift post gate zone:UTC")
    await rui.says(f"!shift roster gate people:{ana.user_id} from:2026-11-24 06:00 every:weekdays")
    world.clock.at = datetime(2026, 11, 24, 6, 14, tzinfo=UTC)
    assert "nobody took over" not in await says(world, rui, "!digest now for:shift lang:en")
    world.clock.at = datetime(2026, 11, 24, 6, 16, tzinfo=UTC)
    assert "Shifts that nobody took over in time: 1 (a week before: 0)" in await says(
        world, rui, "!digest now for:shift lang:en"
    )
    assert "Shifts that nobody took over in time: 1 (a week before: 0)" in await says(world, rui)


async def test_who_takes_over_early_or_in_the_midst_of_a_shift_has_missed_none(world: World, rui: Person) -> None:
    ana, bo = world.person("ana", "PRT-GNR"), world.person("bo", "PRT-GNR")
    world.clock.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    await rui.says("!shift post gate zone:UTC")
    for who, hour in ((ana, "06"), (bo, "14")):
        await rui.says(f"!shift roster gate people:{who.user_id} from:2026-11-24 {hour}:00 for:8h every:weekdays")
    for who, hour, minute in ((ana, 5, 50), (bo, 6, 5)):
        world.clock.at = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
        await rui.says(f"!handover pass {who.user_id} as agreed")
    world.clock.at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert "nobody took over" not in await says(world, rui)


async def test_all_that_stands_in_a_day_is_said_beside_the_week_before(world: World, rui: Person, eva: Person) -> None:
    await eva.says("!incident declare Barco type:vessel severity:high")
    first = ref_of(world)
    await eva.says("!incident declare Camião type:vehicle severity:low")
    world.clock.at = NOON + timedelta(days=7)
    await rui.says(f"!incident status {first} contained")
    await rui.says("!incident declare Fardos type:drugs severity:low")
    said = await says(world, rui)
    for line in (
        "New: 1 (a week before: 2)",
        "Changed: 1 (a week before: 0)",
        "Contained: 1 (a week before: 0)",
        "Open from before: 2 (a week before: 0)",
        "No update for too long: 1 (a week before: ",
    ):
        assert line in said, said
