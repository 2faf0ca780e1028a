"""The digest of a busy day in a large archive: from the command until text and picture are made, and the file."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from unittest import mock

from bench import archive
from bench.incidents import DIRECT, LARGE
from bench.row import Row, milliseconds, percentile
from bot.model.incident import EntryKind
from bot.model.person import UserId
from bot.model.told import Told
from bot.render import Post
from bot.render.digest.page import LARGEST
from bot.store.outbox import OutboxRow
from tests.fakes import KEY, configuration
from tests.world import World

CHANGES = 2_000
COUNT = 20
MARK = 2.0
"""Seconds."""
READER = UserId("@kate:example.org")


async def measure() -> list[Row]:
    """Return what the digest of such a day takes for somebody who is in all rooms."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        path = Path(name) / "large.db"
        await asyncio.to_thread(lambda: asyncio.run(archive.fill(path, KEY, *LARGE)))
        async with AsyncExitStack() as stack:
            world = World(path, configuration())
            await world.start()
            stack.push_async_callback(world.stop)
            for room in (*archive.ROOMS, DIRECT):
                world.person("kate", room=room)
            changed = await _busy(world)
            taken = [await _digest(world, number) for number in range(COUNT)]
            size, shown = _file(world)
    p95, whole = (percentile([one[at] for one in taken], 0.95) for at in (0, 1))
    p50 = percentile([shown for shown, _whole in taken], 0.5)
    return [
        Row(
            what=f"digest of a day with {changed:,} changed incidents, over {LARGE[0]:,} incidents with {LARGE[1]:,}"
            f" entries in {len(archive.ROOMS)} rooms, with its picture, p95 of {COUNT}",
            ours=f"{milliseconds(p95)} (p50 {milliseconds(p50)}; its file after {milliseconds(whole)})",
            must=f"≤ {MARK:.0f} s",
            reached=p95 <= MARK,
            threads="1, SQLite's 3, and a process that draws",
        ),
        Row(
            what=f"file of that digest, with {shown:,} incidents in its table",
            ours=f"{size / 1000:.0f} kB",
            must=f"≤ {LARGEST // 1_000_000} MB",
            reached=size <= LARGEST,
        ),
    ]


async def _busy(world: World) -> int:
    """Enter one more note into each of so many incidents in the hours before; return how many have changed."""
    world.clock.at = archive.UNTIL
    rows = await world.database.rows(
        "SELECT ref, max(number) AS last FROM entry GROUP BY ref ORDER BY random() LIMIT ?", CHANGES
    )
    async with world.store.transaction():
        for number, row in enumerate(rows):
            at = (archive.UNTIL - timedelta(seconds=15 * number)).isoformat()
            await world.database.execute(
                "INSERT INTO entry (ref, number, kind, author, agency, entered_at, received_at, sent_at, event_id,"
                " text, language, data)"
                " VALUES (?1, ?2, ?3, '@rui:gnr.example', 'PRT-GNR', ?4, ?4, ?4, ?1, 'Nota', 'pt', '{}')",
                row["ref"], row["last"] + 1, EntryKind.NOTE, at,
            )  # fmt: skip
    return len(rows)


async def _digest(world: World, number: int) -> tuple[float, float]:
    """Ask for the digest of the day so far; return the seconds until its picture is made, and until its file is."""
    now = world.clock.now()
    actor = await world.services.person.actor(READER, DIRECT)
    told = Told(DIRECT, f"$digest{number}", now, now, now)
    made: list[float] = []
    post = world.renderer.post

    async def timed(row: OutboxRow) -> Post | None:
        found = await post(row)
        made.append(time.perf_counter())
        return found

    began = time.perf_counter()
    with mock.patch.object(world.renderer, "post", timed):
        async with world.store.transaction():
            await world.services.digest.post(actor, told, world.services.digest.today(now))
        await world.delivers()
    text = world.heard[-3].post
    assert text is not None and text.record["counts"]["changed"] > CHANGES / 2, text
    _text, picture, file = made
    return picture - began, file - began


def _file(world: World) -> tuple[int, int]:
    """Return how many bytes the last digest's file has, and how many incidents stand in its table."""
    data = world.files[-1].data
    return len(data), data.count(b"<th scope=row>")
