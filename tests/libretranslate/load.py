"""Messages through real LibreTranslate servers, all at once, and one of the servers killed meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.translation import Flag, Translation
from bot.translation import Translator
from bot.translation.engine import LIBRETRANSLATE
from bot.translation.servers import Servers

from .server import Server

TIMEOUT = 10.0
"""Seconds in which a server must answer, as the configuration has it by default."""


@asynccontextmanager
async def translating(
    urls: Sequence[str], models: Path, engines: Sequence[str] = (LIBRETRANSLATE,), key: str | None = None
) -> AsyncIterator[Translator]:
    """Give the bot's pipeline with the servers at *urls* behind it, and whatever *models* holds."""
    made = Translator(models, engines, servers=Servers(urls, key, TIMEOUT))
    await made.start()
    try:
        yield made
    finally:
        await made.close()


async def spanish(translator: Translator, text: str) -> Translation:
    """Return what becomes of the English *text*."""
    return (await translator.translate(text, "en", ["es"]))["es"]


@dataclass(slots=True)
class Burst:
    """What became of messages: each as it came out, when (seconds since the first was sent), how long it waited."""

    made: list[Translation] = field(default_factory=list)
    done: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    processor: float = 0.0
    """Seconds that our own process computed meanwhile."""

    @property
    def rate(self) -> float:
        """Messages a second."""
        return len(self.made) / max(self.done)

    @property
    def lost(self) -> int:
        """Messages that came out untranslated because there was no engine."""
        return sum(Flag.UNAVAILABLE in one.flags or not one.engine for one in self.made)

    def silence(self, since: float) -> float:
        """Return the longest time after *since* in which nothing came out."""
        after = [moment for moment in self.done if moment > since]
        return max(later - earlier for earlier, later in zip([since, *after], after, strict=False))


async def burst(
    translator: Translator,
    texts: Sequence[str],
    pause: float = 0.0,
    meanwhile: Callable[[Burst], Awaitable[None]] | None = None,
) -> Burst:
    """Have all *texts* translated, one sent every *pause* seconds, without waiting for any, and *meanwhile* done."""
    seen = Burst()
    began, worked = time.perf_counter(), time.process_time()

    async def one(number: int, text: str) -> Translation:
        sent = began + number * pause
        await asyncio.sleep(sent - time.perf_counter())
        made = await spanish(translator, text)
        now = time.perf_counter()
        seen.done.append(now - began)
        seen.waits.append(now - sent)
        return made

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(number, text)) for number, text in enumerate(texts)]
        if meanwhile:
            group.create_task(_done(meanwhile, seen))
    seen.made = [task.result() for task in tasks]
    seen.processor = time.process_time() - worked
    return seen


async def _done(what: Callable[[Burst], Awaitable[None]], seen: Burst) -> None:
    await what(seen)


@dataclass(frozen=True, slots=True)
class Failover:
    """A burst during which one of two servers was killed: when, and how many messages were under way then."""

    burst: Burst
    killed: float
    under_way: int


async def failover(translator: Translator, texts: Sequence[str], victim: Server) -> Failover:
    """Send *texts* at once and kill *victim* as soon as a quarter of them is translated."""
    killed = under_way = 0.0

    async def kill(seen: Burst) -> None:
        nonlocal killed, under_way
        began = time.perf_counter()
        while len(seen.done) < len(texts) // 4:
            await asyncio.sleep(0.01)
        under_way = len(texts) - len(seen.done)
        await victim.kill()
        killed = time.perf_counter() - began

    return Failover(await burst(translator, texts, meanwhile=kill), killed, int(under_way))
