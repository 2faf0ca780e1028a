"""A disk that is full for a while: nothing is lost, nothing is doubled, and the bot goes on by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot import lanes
from bot.intake import stranded
from bot.store.database import DiskFault

from ..world import World


async def pages(world: World, most: int | None = None) -> None:
    """Let the database grow to *most* pages; without a number not at all."""
    writer = world.database._writer
    if most is None:
        [[most]] = await writer.execute_fetchall("PRAGMA page_count")
    await writer.execute_fetchall(f"PRAGMA max_page_count = {most}")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "AGAIN_SECONDS", 0.01)


@pytest.mark.parametrize("late", [False, True])
async def test_a_message_waits_while_the_disk_is_full(world: World, late: bool) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    text = "Olá ponte " * 1500
    go_on = world.translator.hold(text)
    events = await world.receives(ana.user_id, text, "Adeus", late=late, age=900 if late else 0)
    while not world.translator.asked:
        await world.idle()
    await pages(world)
    go_on.set()
    await asyncio.sleep(0.1)
    outcomes = await world.outcomes()
    assert [outcomes[event] for event in events] == [None, None]
    await pages(world, 100_000)
    await world.settles()
    outcomes = await world.outcomes()
    assert {outcomes[event] for event in events} == {"summed up" if late else "relayed"}
    said = [heard.post.record for heard in world.heard if heard.post]
    sources = [s for r in said for s in (r["sources"] if late else [r["source"]])]
    assert list(dict.fromkeys(sources)) == events


async def test_a_command_waits_while_the_disk_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, save = world.person("ana", "PRT-GNR"), world.store.person.save
    failed: list[Any] = []

    async def full(*values: Any) -> None:
        if not failed:
            failed.append(values)
            raise DiskFault("database or disk is full")
        await save(*values)

    monkeypatch.setattr(world.store.person, "save", full)
    await ana.says("!timezone Europe/Athens", megolm=["s1", 0])
    assert ana.hears(ok=True, command="timezone")
    assert (len(failed), len(world.heard)) == (1, 1)


async def test_what_was_missed_waits_for_a_disk_that_cannot_be_read(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.broken["Olá"] = DiskFault("disk I/O error")
    [event] = await world.receives(ana.user_id, "Olá", late=True, age=900)
    await asyncio.sleep(0.05)
    assert (await world.outcomes())[event] is None
    del world.translator.broken["Olá"]
    await world.settles()
    assert (await world.outcomes())[event] == "summed up"


async def test_who_tells_of_missing_keys_outlives_a_full_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stranded, "CHECK_SECONDS", 0.005)
    await world.stop()
    await world.start()

    failed: list[Any] = []

    async def full(*values: Any) -> bool:
        if not failed:
            failed.append(values)
            raise DiskFault("database or disk is full")
        return await give_up(*values)

    give_up = world.store.inbox.give_up
    monkeypatch.setattr(world.store.inbox, "give_up", full)
    ana = world.person("ana", "PRT-GNR")
    [event] = await world.receives(ana.user_id, "x", session="s1")
    while not (await world.store.inbox.depth())[1]:
        await world.idle()
    world.clock.at += stranded.PATIENCE + timedelta(seconds=1)
    async with asyncio.timeout(2):
        while (await world.outcomes())[event] != "undecryptable":
            await world.idle()
    assert failed
