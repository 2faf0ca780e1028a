"""An evidence pack of a long timeline: from the moment at which it was agreed to until it is posted, and its check."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from bench.row import Row
from bot.model.export import BUILD, Export, Form, Use
from bot.model.handling import Release
from bot.model.incident import EntryKind, Words
from bot.model.person import LanguageCode
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.export import verify
from bot.services.incident import Change
from tests.fakes import ROOM, configuration
from tests.world import World

ENTRIES = 5_000
BUILT, CHECKED = 10.0, 5.0
"""Seconds."""
TEXT = "Two persons on the rubber boat near the pier, one of them without a life jacket; boat {n} follows."


async def measure() -> list[Row]:
    """Return how long such a pack takes to be made, and to be checked by the program in it."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        path = Path(name)
        async with AsyncExitStack() as stack:
            world = World(path / "liaison.db", configuration())
            await world.start()
            stack.push_async_callback(world.stop)
            await world.services.audit.begin(world.clock.now())
            await _agreed(world)
            begun = time.perf_counter()
            await world.wakes()
            built = time.perf_counter() - begun
            [file] = world.files
        pack = path / "pack.zip"
        pack.write_bytes(file.data)
        begun = time.perf_counter()
        line = [sys.executable, "-I", "-S", verify.__file__, str(pack)]
        done = await asyncio.to_thread(subprocess.run, line, capture_output=True, text=True, check=False)
        checked = time.perf_counter() - begun
        if done.returncode:
            raise RuntimeError(done.stdout)
    size = f"{len(file.data) / 1e6:.1f} MB"
    return [
        Row(
            what=f"evidence pack of {ENTRIES:,} entries, each with a translation ({size}), made and posted",
            ours=f"{built:.1f} s", must=f"≤ {BUILT:.0f} s", reached=built <= BUILT, threads="1 and SQLite's 3",
        ),
        Row(
            what=f"evidence pack of {ENTRIES:,} entries checked by its own program",
            ours=f"{checked:.1f} s", must=f"≤ {CHECKED:.0f} s", reached=checked <= CHECKED, threads="1",
        ),
    ]  # fmt: skip


async def _agreed(world: World) -> None:
    """Make an incident of so many entries and an export that was agreed to."""
    rosa = world.person("rosa", "PRT-GNR")
    await rosa.says("!incident declare Barco na praia type:vessel severity:high")
    [row] = await world.database.rows("SELECT ref FROM incident")
    found = (await world.store.incident.list_of([row["ref"]])).popitem()[1]
    actor = await world.services.person.actor(rosa.user_id, ROOM)
    now = world.clock.now()
    for begin in range(0, ENTRIES, 500):
        async with world.store.transaction():
            for n in range(begin, begin + 500):
                text = TEXT.format(n=n)
                made = Translation(f"{text} (es)", "en", "es", ("en", "es"), "argos")
                told = Told(ROOM, f"$bench{n}", now, now, now)
                words = Words(text, LanguageCode("en"), (made,))
                await world.services.incident.put(actor, told, found, Change(EntryKind.NOTE, {}, words, shown=False))
    async with world.store.transaction():
        await world.store.mark.release(found.ref, Release("FRA-PN", None))
        under = (await world.services.incident.marking(found)).digest
        lead = actor.user_id
        export = Export(
            "$bench", found.ref, "FRA-PN", Use.COOPERATION, Form.PACK, lead, ROOM, now, under, lead, "agreed"
        )
        await world.store.export.save(export)
        await world.store.due.plan(BUILD, export.id, now, {})
