"""Posts: set up by a lead, and always answered for by exactly one person."""

from __future__ import annotations

import json

import pytest

from bot.errors import ErrorCode

from ..fakes import ROOM
from ..world import Person, World

OTHER = "!other:example.org"


@pytest.fixture
def lead(world: World) -> Person:
    return world.person("lead")


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


async def test_whoever_sets_up_a_post_answers_for_it(world: World, lead: Person) -> None:
    await lead.says("!shift post North  Gate zone:Europe/Athens agency:PRT-GNR")
    assert lead.hears("north gate", ok=True)
    [post] = await world.services.shift.posts(ROOM)
    assert (post.zone, post.agency, post.added_by) == ("Europe/Athens", "PRT-GNR", lead.user_id)
    watch = await world.services.shift.watch(post.name)
    assert (watch.number, watch.person, watch.since) == (1, lead.user_id, world.clock.now())
    await lead.says("!shift oncall")
    assert "Lead" in lead.last.body and "No shift comes after" in lead.last.body


async def test_a_post_stands_in_the_log(world: World, lead: Person) -> None:
    await lead.says("!shift post gate")
    rows = await world.database.rows("SELECT CAST(envelope AS TEXT) AS said FROM audit_entry ORDER BY position")
    assert [json.loads(row["said"])["kind"] for row in rows] == ["shift.post", "shift.watch"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("!shift post " + "x" * 31, ErrorCode.BAD_ARGUMENT),
        ("!shift post <gate>", ErrorCode.BAD_ARGUMENT),
        ("!shift post pier agency:NONE", ErrorCode.BAD_ARGUMENT),
        ("!shift post pier zone:Mars", ErrorCode.BAD_ARGUMENT),
        ("!shift post GATE", ErrorCode.CONFLICT),
        ("!shift oncall pier", ErrorCode.NOT_FOUND),
    ],
)
async def test_what_cannot_be_meant_is_said_and_changes_nothing(
    world: World, lead: Person, line: str, error: ErrorCode
) -> None:
    await lead.says("!shift post gate")
    await lead.says(line)
    assert lead.last.record["error"] == error
    assert [post.name for post in await world.services.shift.posts(ROOM)] == ["gate"]


async def test_only_a_lead_sets_up_a_post(world: World, ana: Person) -> None:
    await ana.says("!shift post gate")
    assert ana.last.record["error"] == ErrorCode.NOT_ALLOWED
    assert await world.services.shift.posts(ROOM) == []


async def test_a_room_without_posts_says_so(world: World, ana: Person) -> None:
    await ana.says("!shift oncall")
    assert ana.last.record["error"] == ErrorCode.NOT_FOUND


async def test_a_post_of_another_room_is_not_there(world: World, lead: Person) -> None:
    await lead.says("!shift post gate")
    world.rooms.joined[OTHER] = [*world.rooms.joined[ROOM]]
    await world.receives(lead.user_id, "!shift oncall gate", room=OTHER)
    await world.settles()
    assert world.heard[-1].post is not None
    assert world.heard[-1].post.record["error"] == ErrorCode.NOT_FOUND
