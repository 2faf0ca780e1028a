"""Translation servers: segments in batches to the least busy that is well, then to the next.

Like the pool before its worker, it serves all callers in turn. A server that keeps failing is left alone for a while;
while none is left for a pair, that pair is not there, and the next engine or another route serves.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Collection, Coroutine, Sequence
from pathlib import Path

import aiohttp
import structlog

from bot.translation.engine import LIBRETRANSLATE, Output, Pair
from bot.translation.libretranslate import Failed, Server, Way
from bot.translation.pool import MAX_OF_ONE, MAX_WAITING, Job, TooMuch, Unavailable, Waiting, output, refuse, settle

log = structlog.get_logger()

MOST = 32
"""The most segments in one request: some 9,000 characters at the most."""

LEARN_SECONDS = 300.0
"""How often a server is asked which pairs it has."""

_WINDOW = 0.003
_PATIENCE = 2


class Servers:
    """The servers of a task force, and the queue before them."""

    def __init__(self, urls: Sequence[str] = (), key: str | None = None, timeout: float = 10.0) -> None:
        self.servers = tuple(Server(url, key, timeout) for url in dict.fromkeys(urls))
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._waiting: OrderedDict[Way, Waiting] = OrderedDict()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._masks: dict[Way, str] = {}
        self._ways: frozenset[Way] = frozenset()
        self._pairs: tuple[Pair, ...] = ()

    async def start(self) -> None:
        """Ask every server which pairs it has; one that does not answer is asked again later."""
        if not self.servers:
            return
        # No cookies, no proxy of the environment, no password of a .netrc: nothing but what is configured.
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        await asyncio.gather(*map(self._learn, self.servers))
        self._run(self._serve(), "translation servers")
        for server in self.servers:
            self._run(self._watch(server), "translation server")

    async def close(self) -> None:
        """End the connections; whatever still waits becomes unavailable."""
        for server in self.servers:
            server.ways = {}
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for waiting in self._waiting.values():
            refuse(waiting.drain(), "closed")
        if self._session:
            await self._session.close()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs that some server has now; the same tuple as long as they are the same."""
        ways = frozenset[Way]().union(*(server.ways for server in self.servers if server.breaker.admits))
        if ways != self._ways:
            self._ways = ways
            self._pairs = tuple(self._pair(way) for way in sorted(ways))
        return self._pairs

    def _pair(self, way: Way) -> Pair:
        return Pair(*way, LIBRETRANSLATE, LIBRETRANSLATE, "", Path(), self._masks.get(way, "letters"))

    def use(self, way: Way, style: str) -> None:
        """Mask what goes *way* in the *style* that survives it best."""
        self._masks[way] = style
        self._ways = frozenset()

    async def translate(self, caller: int, pair: Pair, text: str) -> Output:
        """Return what a server makes of the segment *text*; raises Unavailable."""
        way = (pair.source, pair.target)
        if not self._well(way):
            raise Unavailable("no server")
        waiting = self._waiting.setdefault(way, Waiting())
        if len(waiting.lines.get(caller, ())) >= MAX_OF_ONE or len(waiting) >= MAX_WAITING:
            raise TooMuch("too much is waiting")
        job = Job(caller, {"text": text}, asyncio.get_running_loop().create_future())
        waiting.add(job)
        self._wake.set()
        try:
            async with asyncio.timeout(_PATIENCE * self._timeout):
                return output(await job.reply)
        except TimeoutError:
            raise Unavailable("waited too long") from None

    def _run(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Which server

    def _well(self, way: Way, but: Collection[Server] = ()) -> list[Server]:
        """Return the servers that may be asked for *way*, the least busy first."""
        able = [one for one in self.servers if way in one.ways and one.breaker.admits and one not in but]
        return sorted(able, key=lambda server: server.busy)

    async def _learn(self, server: Server) -> bool:
        """Return whether *server* says which pairs it has; one that never did is left alone for a while."""
        assert self._session
        try:
            await server.learn(self._session)
        except Failed as error:
            pause = error.pause if server.ways else error.pause or 0.0
            self._note(server, error, server.breaker.failed(pause))
            return False
        log.info("translation.server_answers", server=server.url, pairs=len(server.ways))
        return True

    async def _watch(self, server: Server) -> None:
        """Ask *server* from time to time which pairs it has, and after each pause whether it is back."""
        shut = server.breaker.shut
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEARN_SECONDS):
                    await shut.wait()
            if not shut.is_set():
                await self._learn(server)
                continue
            await asyncio.sleep(server.breaker.pause)
            if await self._learn(server):
                server.breaker.half_open()
            else:
                server.breaker.lengthen()

    @property
    def waiting(self) -> int:
        """How many segments wait for a server."""
        return sum(map(len, self._waiting.values()))

    def _note(self, server: Server, error: Failed, shut: bool) -> None:
        server.failures += 1
        pause = server.breaker.pause if shut else 0.0
        log.warning("translation.server_failed", server=server.url, reason=str(error), pause_seconds=pause)

    # What waits

    async def _serve(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(_WINDOW)  # what arrives together travels together
            self._wake.clear()
            while any([self._send(way) for way in tuple(self._waiting)]):
                pass

    def _send(self, way: Way) -> bool:
        """Give a server the next batch for *way*; return whether there was one to give, and a server for it."""
        waiting = self._waiting[way]
        well = self._well(way)
        if not well:
            refuse(waiting.drain(), "no server")
        free = [server for server in well if server.busy < server.breaker.admits]
        jobs = [job for job in waiting.take(MOST) if not job.reply.done()] if free else []
        if not jobs:
            return bool(waiting) and bool(free)
        free[0].busy += 1
        self._waiting.move_to_end(way)  # whoever had no turn yet is the first when a server is free again
        self._run(self._deliver(way, jobs, free[0]), "translation batch")
        return True

    async def _deliver(self, way: Way, jobs: Sequence[Job], server: Server) -> None:
        """Have *jobs* translated by *server*, which is counted as busy with them, else by the next."""
        tried = [server]
        try:
            while (error := await self._ask(server, way, jobs)) is not None:
                jobs = [job for job in jobs if not job.reply.done()]  # those that somebody still waits for
                if not jobs or not (rest := self._well(way, tried)):
                    self._give_up(way, jobs, error)
                    return
                server = rest[0]
                server.busy += 1
                tried.append(server)
        except asyncio.CancelledError:
            refuse(jobs, "closed")
            raise
        finally:
            self._wake.set()

    async def _ask(self, server: Server, way: Way, jobs: Sequence[Job]) -> Failed | None:
        """Return why *server* did not translate *jobs*, or None."""
        assert self._session
        try:
            made = await server.translate(self._session, way, [job.request["text"] for job in jobs])
        except Failed as error:
            self._note(server, error, server.breaker.failed(error.pause, error.weight))
            return error
        finally:
            server.busy -= 1
            self._wake.set()
        server.breaker.succeeded()
        await settle(jobs, [(number, {"text": text}) for number, text in enumerate(made)])
        return None

    def _give_up(self, way: Way, jobs: Sequence[Job], error: Failed) -> None:
        """End *jobs*; where one of them may be the cause, let each be tried by itself once."""
        if not error.apart or len(jobs) == 1:
            refuse(jobs, f"no server: {error}")
            return
        self._waiting[way].failed.extend([job] for job in jobs)
