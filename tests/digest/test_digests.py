"""Digests as those who coordinate get them: asked for, and each day, as far as each may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.model.person import UserId

from ..fakes import ROOM
from ..incident.scene import ref_of
from ..world import Person, World
from .conftest import COORDINATOR


@pytest.fixture
def eva(world: World) -> Person:
    return world.person("eva", "FRA-PN")


def digests(world: World) -> list[Any]:
    """Return the texts of digests, without their pictures and files."""
    return [one.post for one in world.heard if one.kind == "digest" and one.post and not one.post.enclosed]


async def test_a_coordinator_reads_what_the_day_has_brought(world: World, rui: Person, eva: Person) -> None:
    await eva.says("!incident declare Bateau sur la plage type:vessel severity:high")
    await rui.says("!incident declare Camião parado type:vehicle severity:low")
    world.clock.passes(minutes=30)
    await rui.says(f"!incident close {ref_of(world, 1)} resolved")
    await rui.says("!digest now lang:en")
    [post] = digests(world)
    assert post.record["counts"] == {
        "opened": 2, "changed": 0, "contained": 0, "closed": 1, "cancelled": 0, "reopened": 0, "carried": 0,
        "overdue": 0,
    }  # fmt: skip
    assert "New: 2 (a week before: 0)" in post.body
    assert "Until it was closed: 30 min (median of 1)" in post.body
    assert "Until it was validated" not in post.body, "nothing was"
    assert "Bateau sur la plage" in post.body
    assert str(ref_of(world, 0)) in post.body
    assert "rui" not in post.body.lower() and "eva" not in post.body.lower(), "no figure names a person"


async def test_whoever_has_no_such_part_gets_none(world: World, eva: Person) -> None:
    await eva.says("!digest now")
    assert eva.last.record["error"] == "not_allowed"
    await eva.says("!digest daily 06:00")
    assert eva.last.record["error"] == "not_allowed"
    assert not digests(world)


async def test_what_a_room_may_not_read_is_in_no_figure_of_it(world: World, rui: Person, eva: Person) -> None:
    await rui.says("!incident declare Segredo type:drugs severity:high")
    ref = ref_of(world)
    await rui.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    await rui.says("!digest now lang:en")
    [post] = digests(world)
    assert post.record["counts"]["opened"] == 0
    assert str(ref) not in post.body and "Segredo" not in post.body


async def test_a_digest_goes_when_what_it_names_may_not_be_read_there_any_more(
    world: World, rui: Person, eva: Person
) -> None:
    await rui.says("!incident declare Segredo type:drugs severity:high")
    await rui.says("!digest now lang:en")
    event = next(f"$sent{number}" for number, one in enumerate(world.heard, 1) if one.kind == "digest")
    await rui.says(f"!mark {ref_of(world)} TLP:AMBER rel:PRT-GNR")
    assert event in world.redacted, [(h.kind, h.cause) for h in world.heard]


async def test_exercises_are_apart(world: World, rui: Person) -> None:
    await rui.says("!exercise start Sea Shield")
    await rui.says("!incident declare Barco type:vessel severity:high")
    await rui.says("!digest now lang:en")
    [post] = digests(world)
    assert post.record["counts"]["opened"] == 0
    assert "EXERCISE: 1 incident is not counted here." in post.body


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("6", "06:00"), ("06", "06:00"), ("18", "18:00"), ("0", "00:00"), ("٦", "06:00"), ("\u200f١٨", "18:00"),
        ("１８", "18:00"), ("6:30", "06:30"), ("18h", "18:00"),
    ],
)  # fmt: skip
async def test_an_hour_alone_is_a_time(world: World, rui: Person, typed: str, read: str) -> None:
    await rui.says(f"!digest daily {typed}")
    assert rui.last.record["ok"] and f", {read}" in rui.last.body, rui.last.body
    daily = await world.store.digest.find(ROOM)
    assert daily and daily.at.isoformat("minutes") == read


@pytest.mark.parametrize("typed", ["24", "99", "-1", "6 7", "½"])
async def test_what_is_no_hour_is_refused(world: World, rui: Person, typed: str) -> None:
    await rui.says(f"!digest daily {typed}")
    assert rui.last.record["error"] == "bad_argument", rui.last.body
    assert await world.store.digest.find(ROOM) is None


async def test_it_comes_each_day_once_also_after_a_restart(world: World, rui: Person) -> None:
    await rui.says("!incident declare Barco type:vessel severity:high")
    await rui.says("!digest daily 06:00")
    due = await world.store.due.find("digest", ROOM)
    assert due
    world.clock.at = due.at
    await world.stop()
    await world.start()
    await world.wakes()
    await world.wakes()
    [post] = digests(world)
    assert post.record["counts"]["opened"] == 1
    after = await world.store.due.find("digest", ROOM)
    assert after and after.at - due.at == timedelta(days=1)
    await rui.says("!digest off")
    assert rui.last.record["ok"]
    assert await world.store.due.find("digest", ROOM) is None
    await rui.says("!digest off")
    assert rui.last.record["error"] == "not_found"


async def test_it_comes_no_more_once_who_set_it_is_gone(world: World, rui: Person) -> None:
    await rui.says("!digest daily 06:00")
    due = await world.store.due.find("digest", ROOM)
    assert due
    world.rooms.joined[ROOM].remove(UserId(COORDINATOR))
    world.clock.at = due.at
    await world.wakes()
    assert not digests(world)
    assert await world.store.due.find("digest", ROOM) is None


@pytest.mark.parametrize("day", ["tomorrow", "2026-11-31", "banana", "2027-01-01"])
async def test_a_day_that_has_not_been_has_no_digest(world: World, rui: Person, day: str) -> None:
    await rui.says("!language en")
    await rui.says(f"!digest now {day}")
    assert rui.last.record["error"] == "bad_argument"
    assert not digests(world)


async def test_a_day_that_is_over_is_told_whole(world: World, rui: Person) -> None:
    await rui.says("!language en")
    await rui.says("!incident declare Barco type:vessel severity:high")
    world.clock.passes(days=1)
    for day in ("yesterday", "2026-11-22"):
        await rui.says(f"!digest now {day}")
    first, second = digests(world)
    assert first.body == second.body and "to now" not in first.body
    assert first.record["counts"]["opened"] == 1 and first.record["period"] == [
        "2026-11-21T23:00Z",
        "2026-11-22T23:00Z",
    ]


@pytest.mark.parametrize(
    ("reads", "said"),
    [
        ("en", "Boat on the beach (αυτόματη μετάφραση)"),
        ("fr,en", "Bateau sur la plage"),
        ("pt", "Bateau sur la plage (γλώσσα: Γαλλικά, χωρίς μετάφραση)"),
    ],
)
async def test_a_title_without_a_translation_into_ones_own_language_is_said_in_another_that_one_reads(
    world: World, rui: Person, eva: Person, reads: str, said: str
) -> None:
    await eva.says("!incident declare Bateau sur la plage type:vessel severity:high")
    ref = ref_of(world)
    async with world.store.transaction():
        await world.database.execute("DELETE FROM wording")
        await world.database.execute(
            "INSERT INTO wording (ref, number, target, text, route, engine, flags, provenance)"
            """ VALUES (?, 1, 'en', 'Boat on the beach', '["fr", "en"]', 'fake', '[]', '{}')""",
            str(ref),
        )
    await rui.says(f"!language el reads:{reads}")
    await rui.says("!digest now")
    lines = digests(world)[-1].body.replace("\u2068", "").replace("\u2069", "").splitlines()
    assert f"• {ref} (ανοικτό, υψηλή): {said}" in lines, lines
    page = world.files[-1].data.decode()
    assert ("Boat on the beach" in page) == said.startswith("Boat")
