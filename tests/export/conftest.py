"""Two agencies with leads, an incident with some history, and what is exported of it."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.file import File
from bot.services.export import verify

from ..fakes import NOON, ROOM
from ..incident.marked import OTHER, TITLE, asks, leads, ref_of
from ..incident.test_releasing import below, questions
from ..world import Person, World

__all__ = ["ana", "ref", "rosa", "rui", "world"]
VERIFIER = Path(verify.__file__)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force in which each agency has leads, with its log's key."""
    world = World(tmp_path / "liaison.db", leads())
    await world.start()
    await world.services.audit.begin(NOON)
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    """Return a lead of the originator."""
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def rui(world: World, ana: Person) -> Person:
    """Return another one."""
    return world.person("rui", "PRT-GNR")


@pytest.fixture
def rosa(world: World, rui: Person) -> Person:
    """Return an officer of the originator."""
    return world.person("rosa", "PRT-GNR")


@pytest_asyncio.fixture
async def ref(world: World, rosa: Person) -> str:
    """Return an incident that was declared among people of one agency, with a lead of another elsewhere."""
    world.person("luc", "FRA-PN", room=OTHER)
    await rosa.says(f"!incident declare {TITLE} type:vessel severity:high at:29SNB1234567890")
    return ref_of(world)


async def answers(person: Person, name: str, ref: str, *, tail: str | None = None) -> Any:
    """Let somebody answer the last question about an export; return what the bot answers."""
    asked = questions(person.world, person)
    event, post = next(one for one in asked if one[1].record["of"] == "incident export")
    digit = next(digit for digit, choice in post.record["choices"].items() if choice == name)
    text = f"{digit} {ref[-2:] if tail is None else tail}".strip()
    room = next(h.room for h in person.world.heard if h.post is post)
    said = await person.says("", room=room, content=below(text, event))
    return next(h.post for h in person.world.heard if h.kind == "reply" and h.cause == said)


async def given(world: World, asker: Person, lead: Person, line: str, room: str = ROOM) -> File:
    """Let somebody ask for an export and a lead agree; return the file that is posted."""
    told = await asks(asker, f"!incident export {line}", room)
    assert told.record["ok"], told.body
    await answers(lead, "export", min(line.partition(" to ")[0].replace(",", " ").split()))
    count = len(world.files)
    await world.wakes()
    assert len(world.files) == count + 1, world.heard[-1]
    return world.files[-1]


def parts(file: File) -> dict[str, bytes]:
    """Return what a pack holds, as any program reads a zip."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def checked(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the checking program by itself: no site packages, nothing of ours on its path."""
    line = [sys.executable, "-I", "-S", str(VERIFIER), str(path), *more]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, cwd=path.parent, env={}, check=False)
