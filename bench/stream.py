"""A thousand messages in twenty rooms, twenty a second, from the inbox to what is posted: real store, real models.

Everything of the bot but the homeserver: `tests.world` puts messages into the inbox as a sync does, and takes out of
the outbox what a sender would post.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from bench import lag, messages, sets
from bench.row import Row, milliseconds, percentile
from bot.clock import SystemClock
from bot.model.translation import Flag
from bot.translation import Translator
from tests.fakes import FakeClock, FakeTranslator, configuration
from tests.world import World

COUNT = 1_000
ROOMS = 20
RATE = 20.0
"""Messages a second."""

LAG_MUST = 0.010
_PATIENCE = 120.0
_TURN = 0.01

_AGENCIES = [
    {"code": "PRT-GNR", "country": "PT", "language": "pt", "timezone": "Europe/Lisbon", "members": ["@*:gnr.example"]},
    {"code": "ESP-GC", "country": "ES", "language": "es", "timezone": "Europe/Madrid", "members": ["@*:gc.example"]},
    {"code": "GBR-BF", "country": "GB", "language": "en", "timezone": "Europe/London", "members": ["@*:bf.example"]},
]
_OFFICERS = {"pt": "@ana-{}:gnr.example", "es": "@pilar-{}:gc.example", "en": "@bob-{}:bf.example"}


@dataclass(slots=True)
class _Seen:
    """When each event came and was answered, by the loop's clock, and in which order each room saw the answers."""

    came: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    posted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    texts: int = 0
    unavailable: int = 0

    @property
    def lost(self) -> int:
        """Events without an answer."""
        return len(self.came.keys() - self.answered.keys())

    @property
    def disordered(self) -> int:
        """Rooms that saw the answers in another order than the messages."""
        return sum(self.posted[room] != events for room, events in self.asked.items())

    @property
    def delays(self) -> list[float]:
        """Seconds from an event to its answer."""
        return [self.answered[event] - came for event, came in self.came.items() if event in self.answered]


async def measure() -> list[Row]:
    """Return the row."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        async with _world(Path(name)) as world:
            idle = await lag.ticks(2.0)
            seen, ticks = await _stream(world)
    ours, peer = percentile(ticks.delays, 0.99), percentile(idle.delays, 0.99)
    delays = seen.delays
    kept = f"{seen.lost} lost, {seen.disordered} rooms out of order, {seen.unavailable} without an engine"
    return [
        Row(
            what=f"{COUNT:,} messages of three languages in {ROOMS} rooms at {RATE:.0f} a second, from the inbox to the"
            " post; event loop lag p99 meanwhile; peer: idle loop",
            ours=f"{kept}; lag p99 {milliseconds(ours)} (max {milliseconds(max(ticks.delays))}); from the event to its"
            f" {seen.texts / COUNT:.1f} translations p50 {milliseconds(percentile(delays, 0.5))},"
            f" p95 {milliseconds(percentile(delays, 0.95))}",
            peer=milliseconds(peer),
            must=f"none lost, order kept, ≤ {milliseconds(LAG_MUST)}",
            reached=not (seen.lost or seen.disordered or seen.unavailable) and ours <= LAG_MUST,
            threads="1 in the bot and SQLite's 3, the worker apart",
        )
    ]


@asynccontextmanager
async def _world(folder: Path) -> AsyncIterator[World]:
    """Give a task force of three languages in its rooms, with real models, at work."""
    config = configuration(agencies=_AGENCIES, access={"servers": ["gnr.example", "gc.example", "bf.example"]})
    world = World(folder / "liaison.db", config)
    world.clock = cast(FakeClock, SystemClock())
    models = messages.install_spanish(folder / "models", back=True)
    translator = Translator(models)
    world.translator = cast(FakeTranslator, translator)
    for number in range(ROOMS):
        world.rooms.joined[_room(number)] = [
            *world.rooms.joined["!room:example.org"],
            *(world_user(language, number) for language in _OFFICERS),
        ]
    try:
        await translator.start()
        await translator.ready()
        await translator.detect("esta frase carrega o detetor", ("en", "pt"), "pt")
        await world.start()
        gc.collect()
        gc.freeze()  # as the program does once it is built
        yield world
        await world.stop()
    finally:
        gc.unfreeze()
        await translator.close()


async def _stream(world: World) -> tuple[_Seen, lag.Ticks]:
    """Send all messages and return what came of them, and the loop's ticks from the first to the last answer."""
    seen = _Seen()
    delivering = asyncio.create_task(_deliver(world, seen))
    ticking = asyncio.create_task(lag.ticks(COUNT / RATE))
    try:
        await _send(world, seen)
        async with asyncio.timeout(_PATIENCE):
            while seen.lost:
                await asyncio.sleep(_TURN)
    except TimeoutError:
        pass  # what is missing then is lost, and the row says so
    finally:
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await delivering
    return seen, await ticking


async def _send(world: World, seen: _Seen) -> None:
    """Put one message after the other into the inbox, each at its moment."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for number, (language, text) in enumerate(_said()):
        await asyncio.sleep(max(0.0, begin + number / RATE - loop.time()))
        room, came = _room(number % ROOMS), loop.time()
        [event] = await world.receives(world_user(language, number % ROOMS), text, room=room)
        seen.came[event] = came
        seen.asked[room].append(event)


async def _deliver(world: World, seen: _Seen) -> None:
    """Post what waits in the outbox, as the sender does."""
    loop = asyncio.get_running_loop()
    known = 0
    while True:
        await world.delivers()
        for heard in world.heard[known:]:
            known += 1
            if heard.post is None or heard.kind != "translation":
                continue
            record: dict[str, Any] = dict(heard.post.record)
            seen.answered.setdefault(heard.cause, loop.time())
            seen.posted[heard.room].append(heard.cause)
            seen.texts += len(record["texts"])
            # With a reason beside it, it is the small model that made nothing of the sentence, and it is said.
            seen.unavailable += [Flag.UNAVAILABLE] in record["flags"].values()
        await asyncio.sleep(_TURN)


def _said() -> Sequence[tuple[str, str]]:
    """Return what is said, each sentence once: its language and its text, the languages in turn."""
    pairs = sets.clean()
    english = [("en", text) for text, _ in pairs]
    portuguese = [("pt", text) for _, text in pairs]
    spanish = [("es", text) for _, text in messages.pairs(500)]
    said = [one for three in zip(english, portuguese, spanish, strict=False) for one in three]
    more = [("en", text) for text in messages.english(500) if ("en", text) not in said]
    return list(itertools.islice(itertools.chain(said, more), COUNT))


def world_user(language: str, number: int) -> Any:
    """Return the officer of *language* in the room of that number."""
    return _OFFICERS[language].format(number)


def _room(number: int) -> str:
    return f"!room{number}:example.org"
