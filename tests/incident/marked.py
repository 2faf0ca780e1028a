"""Two agencies and one of none, in a joint room and each in its own; their leads, and what they see."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.handling import Mark, Marking, label_of
from bot.model.person import UserId
from bot.model.reference import Reference

from ..fakes import BOT, ROOM, configuration
from ..world import Person, World

TITLE = "Barco na praia"
OTHER = "!other:example.org"
LEADS = ["@ana:gnr.example", "@rui:gnr.example", "@luc-pn:example.org", "@lead:example.org"]


def leads(*more: str, **sections: Any) -> Any:
    """Return the configuration in which each agency has leads."""
    return configuration(roles={"lead": [*LEADS, *more], "coordinator": ["@kim:example.org"]}, **sections)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force in which each agency has leads."""
    world = World(tmp_path / "liaison.db", leads())
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    """Return a lead of the originator."""
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def luc(world: World, ana: Person) -> Person:
    """Return a lead of another agency."""
    return world.person("luc", "FRA-PN")


@pytest_asyncio.fixture
async def ref(world: World, ana: Person, luc: Person) -> str:
    """Return the reference of an incident that was declared with both in the room."""
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    return ref_of(world)


def direct(person: Person) -> str:
    """Return the direct room of somebody with the bot, made if there is none."""
    room = f"!direct-{person.user_id}"
    person.world.rooms.joined.setdefault(room, [UserId(BOT), person.user_id])
    return room


def ref_of(world: World, room: str = ROOM) -> str:
    """Return the reference of the first card in the room."""
    return next(str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post and h.room == room)


def stand(world: World, room: str = ROOM) -> list[Any]:
    """Return what stands in the room of all that the bot has posted there, edits in their places."""
    shown: dict[str, Any] = {}
    for number, heard in enumerate(world.heard, 1):
        if heard.post and heard.room == room:
            shown[heard.post.replaces or f"$sent{number}"] = heard.post
    return [post for event, post in shown.items() if event not in world.redacted]


def cards(world: World, room: str = ROOM) -> list[Any]:
    """Return the cards that stand in the room."""
    return [post for post in stand(world, room) if post.record["kind"] == "card"]


async def marks(world: World, ref: str, text: str, rel: tuple[str, ...] | None = None) -> None:
    """Mark a record as its originator's word."""
    async with world.store.transaction():
        await world.store.mark.save(Reference(ref), Marking(Mark(label_of(text), rel), decided=True))


async def comes(world: World, user_id: str, membership: str, room: str = ROOM) -> None:
    """Let somebody be invited to the room, join or leave it."""
    person = UserId(user_id)
    for there in (world.rooms.joined, world.rooms.invited):
        there[room] = [one for one in there.get(room, []) if one != person]
    if membership != "leave":
        (world.rooms.joined if membership == "join" else world.rooms.invited)[room].append(person)
    event = {
        "type": "m.room.member", "state_key": user_id, "content": {"membership": membership}, "encrypted": False,
    }  # fmt: skip
    await world.receives(user_id, room=room, **event)
    await world.settles()


async def asks(person: Person, text: str, room: str = ROOM) -> Any:
    """Let somebody say *text* in a room; return the bot's answer."""
    heard = len(person.world.heard)
    await person.says(text, room=room)
    return next(h.post for h in person.world.heard[heard:] if h.post and h.post.record["kind"] == "reply")


async def logged(world: World, kind: str) -> list[dict[str, Any]]:
    """Return the contents of the audit log's entries of that kind."""
    rows = await world.database.rows(
        "SELECT e.envelope, c.content FROM audit_entry e JOIN audit_content c USING (position) ORDER BY position"
    )
    return [json.loads(row["content"]) for row in rows if json.loads(row["envelope"])["kind"] == kind]
