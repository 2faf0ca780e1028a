"""audit: what auditors and administrators see of the log, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.checkpoint import parse

from ..fakes import NOON, configuration
from ..world import Person, World

ROLES = {"auditor": ["@vera:example.org"], "admin": ["@admin:example.org"], "lead": ["@lead:example.org"]}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "liaison.db", configuration(roles=ROLES))
    await world.start()
    await world.services.audit.begin(NOON)
    yield world
    await world.stop()


@pytest.fixture
def vera(world: World) -> Person:
    return world.person("vera")


async def write(world: World, count: int) -> None:
    async with world.store.transaction():
        for _ in range(count):
            await world.services.audit.append("incident.note", None, None, {}, NOON)


async def test_a_log_without_a_checkpoint(world: World, vera: Person) -> None:
    await vera.says("!audit status")
    assert vera.last.body == (
        "The log has 0 entries.\n\nI have signed no checkpoint yet. I sign one every ten minutes if there are new"
        " entries."
    )
    await vera.says("!audit checkpoint")
    assert vera.hears("I have signed no checkpoint yet.", command="audit checkpoint", ok=True)


async def test_the_last_checkpoint_and_what_came_after_it(world: World, vera: Person) -> None:
    await write(world, 3)
    cut = await world.services.audit.cut(NOON + timedelta(minutes=10))
    await write(world, 1)
    await vera.says("!audit status")
    assert cut and vera.last.body == (
        "The log has 4 entries.\n\nI signed the last checkpoint on 22 Nov 2026, 13:10 UTC+1: 3 entries, head"
        f" {cut.head}."
    )


async def test_the_checkpoint_comes_as_text_and_as_a_file_that_verifies(world: World, vera: Person) -> None:
    await write(world, 1)
    cut, key = await world.services.audit.cut(NOON), await world.store.audit.key()
    await vera.says("!audit checkpoint")
    [file] = world.files
    assert cut and key and (file.name, file.media_type) == ("checkpoint-1.txt", "text/plain")
    assert file.data.decode() == cut.note and key.verifier.verify(parse(file.data))
    assert vera.hears(cut.note.rstrip("\n")) and vera.hears(": 1 entry, head ")


async def test_an_administrator_may_too_and_a_lead_may_not(world: World) -> None:
    admin, lead = world.person("admin"), world.person("lead")
    await admin.says("!audit status")
    assert admin.hears("The log has 0 entries.", ok=True)
    for verb in ("status", "checkpoint"):
        await lead.says(f"!audit {verb}")
        refused = f"Only an auditor or an administrator may use !audit {verb}."
        assert lead.hears(refused, ok=False, error="not_allowed")


async def test_others_do_not_even_find_it_in_help(world: World, vera: Person) -> None:
    lead = world.person("lead")
    await lead.says("!help")
    assert "audit" not in lead.last.body
    await vera.says("!help")
    assert "audit" in vera.last.body
