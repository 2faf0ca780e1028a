"""Incidents in a large archive: what reading takes, and how much more than in one of a hundredth of the size.

The commands' own handlers over the real services and an encrypted database, without Matrix: how far that hides what the
database takes is another row.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import archive
from bench.row import Row, milliseconds, percentile
from bot.command import Context
from bot.model.person import UserId
from bot.model.places import Place
from bot.model.reference import Reference
from commands import COMMANDS
from tests.fakes import KEY, configuration
from tests.world import World

LARGE, SMALL = (100_000, 1_000_000), (1_000, 10_000)
"""Incidents and entries."""
WARM_UP = 20
COUNT = 240
RATIO = 3.0
SEED = 11
DIRECT = "!direct:example.org"
"""Where somebody is alone with the bot who is in all rooms of the archive."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with its arguments, in a room."""

    verb: str
    room: str
    arguments: dict[str, Any]

    @property
    def what(self) -> str:
        """The row that it belongs to."""
        return f"`incident {self.verb}`{f' in a direct room, over all {len(archive.ROOMS)}' * (self.room == DIRECT)}"


async def measure() -> list[Row]:
    """Return a row for each verb that reads, and one for what a search over all rooms takes."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        folder = Path(name)
        small, large = folder / "small.db", folder / "large.db"
        await asyncio.to_thread(_fill, small, *SMALL)
        began = time.perf_counter()
        await asyncio.to_thread(_fill, large, *LARGE)
        seconds = time.perf_counter() - began
        less, more = await taken(small, large)
        size = large.stat().st_size / 2**20
    rows = [_row(what, more[what], less[what]) for what in less]
    made = f"made in {seconds:.0f} s, {size:.0f} MiB"
    return [*rows, Row(what=f"Archive of {LARGE[0]:,} incidents with {LARGE[1]:,} entries", ours=made)]


def _fill(path: Path, incidents: int, entries: int) -> None:
    asyncio.run(archive.fill(path, KEY, incidents, entries))


def _row(asked: str, more: list[float], less: list[float]) -> Row:
    ratio = percentile(more, 0.95) / percentile(less, 0.95)
    return Row(
        what=f"{asked} p95 of {COUNT} with {LARGE[0]:,} incidents and {LARGE[1]:,} entries;"
        f" peer: Liaison with {SMALL[0]:,} and {SMALL[1]:,}",
        ours=_figures(more),
        peer=_figures(less),
        ratio=f"{ratio:.2f} ×",
        must=f"≤ {RATIO:.0f} ×",
        reached=ratio <= RATIO,
        threads="1 and SQLite's 3",
    )


def _figures(seconds: list[float]) -> str:
    return f"{milliseconds(percentile(seconds, 0.95))} (p50 {milliseconds(percentile(seconds, 0.5))})"


async def taken(*paths: Path) -> list[dict[str, list[float]]]:
    """Return the seconds that each row's questions took, by the database: asked in turns, so that noise hits each."""
    async with AsyncExitStack() as stack:
        worlds = [World(path, configuration()) for path in paths]
        for world in worlds:
            await world.start()
            stack.push_async_callback(world.stop)
            for room in archive.ROOMS:
                world.person("eve", room=room)
                world.person("kate", room=room)
            world.person("kate", room=DIRECT)
        asked = [await _asked(world) for world in worlds]
        seconds: list[dict[str, list[float]]] = [{one.what: [] for one in asked[0]} for _ in paths]
        for number, turn in enumerate(zip(*asked, strict=True)):
            for at, one in list(enumerate(turn))[:: 1 if number % 8 < 4 else -1]:
                took = await _ask(worlds[at], one)
                if number >= WARM_UP * len(seconds[at]):
                    seconds[at][one.what].append(took)
        return seconds


async def _ask(world: World, asked: Asked) -> float:
    """Do what the intake does with a command; return the seconds."""
    command = next(one for one in COMMANDS if one.name == f"incident {asked.verb}")
    actor, now = await world.services.person.actor(UserId("@kate:example.org"), asked.room), world.clock.now()
    began = time.perf_counter()
    context = Context(actor, asked.room, "$bench", now, world.services, _no_help)
    if command.prepare:
        prepared = await command.prepare(context, **asked.arguments)
        context = Context(actor, asked.room, "$bench", now, world.services, _no_help, prepared)
    async with world.store.transaction():
        await command.handler(context, **asked.arguments)
    return time.perf_counter() - began


def _no_help(*_about: Any) -> Any:
    raise AssertionError("nobody asks for help here")


async def _asked(world: World) -> list[Asked]:
    """Return what is asked, in turns: of any incident, of any room, for words as they come in what people wrote."""
    draw = random.Random(SEED)
    rows = await world.database.rows("SELECT ref, room_id, title FROM incident ORDER BY ref")
    pool = archive.texts(random.Random(5))
    found: list[Asked] = []
    for number in range(WARM_UP + COUNT):
        row = draw.choice(rows)
        ref = {"ref": Reference(row["ref"]).text}
        found += [Asked("show", row["room_id"], ref), Asked("timeline", row["room_id"], ref)]
        wanted = _wanted(draw, pool, number)
        found += [
            Asked("list", row["room_id"], {}),
            Asked("find", row["room_id"], wanted),
            Asked("find", DIRECT, wanted),
        ]
    return found


def _wanted(draw: random.Random, pool: list[archive.Text], number: int) -> dict[str, Any]:
    """Return what is looked for: frequent and rare words, several, in both languages, and what an incident is."""
    text = draw.choice(pool)
    words = draw.choice([text.written, text.made]).split()
    kinds: list[Callable[[], dict[str, Any]]] = [
        lambda: {"text": draw.choice(words)},
        lambda: {"text": " ".join(draw.sample(words, 2))},
        lambda: {"text": " ".join(words[:4])},
        lambda: {"text": draw.choice(words)[:3]},
        lambda: {"text": draw.choice(words), "type": draw.choice(list(archive.Type))},
        lambda: {"type": draw.choice(list(archive.Type)), "severity": draw.choice(list(archive.Severity))},
        lambda: {"near": _somewhere(draw), "within": draw.choice((5, 20))},
        lambda: {"near": _somewhere(draw), "within": 100, "text": draw.choice(words)},
    ]
    return kinds[number % len(kinds)]()


def _somewhere(draw: random.Random) -> Place:
    return Place(draw.uniform(37.0, 42.0), draw.uniform(-9.4, -6.3), 10.0)
