"""Several LibreTranslate servers behind the bot against the one worker of this machine, and one of them killed.

The servers are real ones, on this machine too: what a second one brings is bounded by its cores, so the
processor time that a message costs the bot itself is what tells how far servers elsewhere carry.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench import messages
from bench.memory import resident
from bench.row import Row, milliseconds, percentile
from bot.translation import Translator
from bot.translation.engine import LIBRETRANSLATE
from tests.libretranslate.load import Burst, burst, failover, translating
from tests.libretranslate.server import PYTHON, Server, libretranslate

COUNT = 400
TURNS = 3
PACE = 20
"""Messages a second while one of two servers goes and comes back: much less than one server can do."""
PACED = 60 * PACE
GOES, BACK = 10.0, 15.0
"""Seconds after the first message at which one server is killed, and at which its successor is started."""
LONGEST_PAUSE = 4.0
CODES = ("it", "fr", "de", "nl", "sv", "da")
"""Under which the one small model is installed again and again: what each pair more takes of memory."""
MISSING = "environment missing: make .venv-libretranslate/.ready"
ARGOS = "argos"
NOWHERE = Path("/nonexistent")
_EACH = "real LibreTranslate on the same two cores"


@dataclass(slots=True)
class _Tally:
    """All bursts of one side."""

    bursts: list[Burst] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Messages a second."""
        return COUNT * len(self.bursts) / sum(max(seen.done) for seen in self.bursts)

    @property
    def processor(self) -> float:
        """Seconds that our process computed for one message."""
        return sum(seen.processor for seen in self.bursts) / (COUNT * len(self.bursts))


async def measure() -> list[Row]:
    """Return the rows of throughput, of what is left for the bot, of failover, and of memory."""
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as name:
        folder = Path(name)
        rows = [await _memory(folder / "pairs")]
        if not PYTHON.exists():
            return [*rows, Row("LibreTranslate servers behind the bot", MISSING)]
        models = messages.install_spanish(folder / "models")
        async with AsyncExitStack() as stack:
            # One after the other: two that load at once starve each other.
            one, other = [await stack.enter_async_context(_server(folder / each)) for each in ("one", "other")]
            rows += await _throughput(models, [one, other])
            rows += [await _killed([one, other]), await _paced(stack, folder, one, other)]
    return rows


def _server(folder: Path, port: int = 0) -> AbstractAsyncContextManager[Server]:
    return libretranslate(folder, [messages.SPANISH], port=port)


def _texts(count: int) -> list[str]:
    """Return *count* messages; a second round of them differs, so that nothing is remembered."""
    return list(
        itertools.islice((f"{text} ({turn})" for turn in itertools.count() for text in messages.english(300)), count)
    )


async def _throughput(models: Path, servers: Sequence[Server]) -> list[Row]:
    """Return the rows of one server and of both against the worker, in turns."""
    urls = [server.url for server in servers]
    sides = {"worker": _Tally(), "one": _Tally(), "two": _Tally()}
    async with (
        translating((), models, [ARGOS]) as worker,
        translating(urls[:1], NOWHERE) as one,
        translating(urls, NOWHERE) as two,
    ):
        await worker.ready()
        for _turn in range(TURNS):
            for (name, tally), translator in zip(sides.items(), (worker, one, two), strict=True):
                seen = await burst(translator, _texts(COUNT))
                wanted = ARGOS if name == "worker" else LIBRETRANSLATE
                if missing := [made for made in seen.made if made.engine != wanted]:
                    raise RuntimeError(f"{len(missing)} not translated by {wanted}")
                tally.bursts.append(seen)
    local = sides["worker"]
    return [
        *(_rate(what, sides[name], local) for name, what in (("one", "one server"), ("two", "two servers"))),
        Row(
            what=f"What a message costs the bot's own process while servers translate it ({COUNT} at once, en→es);"
            " peer: while the worker does",
            ours=f"{milliseconds(sides['one'].processor)} of one core, so {1 / sides['one'].processor:.0f} messages/s"
            " at the most",
            peer=milliseconds(local.processor),
            ratio=f"{sides['one'].processor / local.processor:.2f} ×",
            threads="the bot's pipeline 1",
        ),
    ]


def _rate(what: str, tally: _Tally, local: _Tally) -> Row:
    return Row(
        what=f"{COUNT} chat messages at once en→es by {what} ({_EACH}); peer: the one worker of the bot, same model,"
        " same cores",
        ours=f"{tally.rate:.0f} messages/s",
        peer=f"{local.rate:.0f} messages/s",
        ratio=f"{tally.rate / local.rate:.2f} ×",
        threads="1 a server; worker 2 × 1",
    )


async def _killed(servers: Sequence[Server]) -> Row:
    """Return the row of a burst during which the second server is killed; it stays so."""
    async with translating([server.url for server in servers], NOWHERE) as translator:
        seen = await failover(translator, _texts(COUNT), servers[1])
    lost, silence = seen.burst.lost, seen.burst.silence(seen.killed)
    return Row(
        what=f"One of two LibreTranslate servers killed (SIGKILL) in the midst of {COUNT} messages",
        ours=f"{seen.under_way} under way, {lost} lost; longest silence {silence:.2f} s",
        must=f"none lost, ≤ {LONGEST_PAUSE:.0f} s",
        reached=not lost and silence <= LONGEST_PAUSE,
        threads="1 a server",
    )


async def _paced(stack: AsyncExitStack, folder: Path, one: Server, other: Server) -> Row:
    """Return the row of a steady stream, during which the first of two servers goes, and comes back at its address."""
    port = urlsplit(other.url).port or 0
    await stack.enter_async_context(_server(folder / "again", port))
    back = 0.0

    async with translating([one.url, other.url], NOWHERE) as translator:

        async def away(_seen: Burst) -> None:
            nonlocal back
            await asyncio.sleep(GOES)
            await one.kill()
            await asyncio.sleep(BACK - GOES)
            await stack.enter_async_context(_server(folder / "returned", urlsplit(one.url).port or 0))
            began, before = time.perf_counter(), _requests(translator)
            while _requests(translator) == before:
                await asyncio.sleep(0.05)
            back = time.perf_counter() - began

        seen = await burst(translator, _texts(PACED), 1 / PACE, away)
    waits = f"p50 {milliseconds(percentile(seen.waits, 0.5))}, p95 {milliseconds(percentile(seen.waits, 0.95))}"
    return Row(
        what=f"{PACED:,} messages at {PACE} a second through two LibreTranslate servers, one killed after {GOES:.0f} s"
        f" and started again {BACK - GOES:.0f} s later: how long each message waited",
        ours=f"{seen.lost} lost; {waits}, longest {max(seen.waits):.2f} s; used again {back:.1f} s after it was ready",
        must=f"none lost, ≤ {LONGEST_PAUSE:.0f} s",
        reached=not seen.lost and max(seen.waits) <= LONGEST_PAUSE,
        threads="1 a server",
    )


def _requests(translator: Translator) -> int:
    """Return how many batches the first server has been given so far."""
    return translator.servers[0].requests


async def _memory(folder: Path) -> Row:
    """Return the row of the worker's memory with one pair, and with more of the same size."""
    held: list[float] = []
    for codes in ((), CODES):
        models = messages.install_spanish(folder / str(len(codes)))
        for code in codes:
            messages.install_again(models, code)
        async with translating((), models, [ARGOS]) as worker:
            await worker.ready()
            await worker.detect("This loads the detector.", ("en", "es"), "en")
            for code in ("es", *codes):
                [made] = (await worker.translate("The road is open.", "en", [code])).values()
                if made.engine != ARGOS:
                    raise RuntimeError(f"not translated: {made.flags}")
            assert worker.pool.pid is not None
            held.append(resident(worker.pool.pid))
    size = messages.SPANISH.stat().st_size / 2**20
    return Row(
        what=f"{1 + len(CODES)} pairs loaded in the worker, each a package of {size:.1f} MiB: its memory (RSS);"
        " peer: with one",
        ours=f"{held[1]:.0f} MiB, {(held[1] - held[0]) / len(CODES):.1f} MiB for each pair more",
        peer=f"{held[0]:.0f} MiB",
        ratio=f"{held[1] / held[0]:.2f} ×",
    )
