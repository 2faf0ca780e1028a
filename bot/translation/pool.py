"""The bot's side of the worker process: micro-batches, time limits, restarts, one retry.

Every caller's segments wait in a line of their own; whenever the worker is free it is given one batch,
taken from the lines in turn, across rooms, messages and languages. Under load batches fill themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from bot.translation import child, wire
from bot.translation.engine import Output, Pair
from bot.translation.models import Fault

log = structlog.get_logger()

BATCH_SECONDS = 0.4
"""How much work the worker is given at once, by its pace so far: whoever comes next waits no longer than that."""

LEAST, MOST = 16, 256
"""The least and the most segments in a batch."""

USUAL = 100
"""Characters of a segment; a longer one counts for several: 18 of 280 in no language took more than the time limit."""

MAX_WAITING = 20_000
MAX_OF_ONE = 500
"""Segments that may wait, of all callers and of one; beyond it translation is unavailable at once."""

_WINDOW = 0.003
_LOADING = 2
"""How many times as long a batch may take whose model its worker has not used yet, and a worker until it greets."""
_TRIALS = 2
_PATIENCE = _TRIALS * _LOADING + 1
"""How many times the limit of a batch somebody waits: what hangs twice before them leaves them their turn."""
_FREE_FAILURES = 2
_LONGEST_PAUSE = 60.0
_STOP = 2.0

_FAILURES = (OSError, EOFError, TimeoutError, ValueError, asyncio.IncompleteReadError)


class Unavailable(Exception):
    """No translation can be had now: why, in English, for the log."""


class TooMuch(Unavailable):
    """More waits to be translated than can be."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Languages of a text with their probabilities, likeliest first.

    `turn` are two if it begins in one and ends in the other.
    """

    ranks: list[tuple[str, float]]
    turn: tuple[str, str] | None = None


@dataclass(slots=True, eq=False)
class Job:
    """One segment that waits for its translation."""

    caller: int
    request: dict[str, Any]
    reply: asyncio.Future[dict[str, Any]]
    trials: int = 0


@dataclass(slots=True)
class Waiting:
    """What waits: a line for each caller, served in turn; what failed once waits apart, caller by caller."""

    lines: OrderedDict[int, deque[Job]] = field(default_factory=OrderedDict)
    failed: deque[list[Job]] = field(default_factory=deque)

    def __len__(self) -> int:
        return sum(map(len, self.lines.values())) + sum(map(len, self.failed))

    def add(self, job: Job) -> None:
        """Let *job* wait, last in its caller's line."""
        self.lines.setdefault(job.caller, deque()).append(job)

    def add_failed(self, jobs: Sequence[Job]) -> None:
        """Let *jobs* wait once more, first of all."""
        by_caller: dict[int, list[Job]] = {}
        for job in jobs:
            by_caller.setdefault(job.caller, []).append(job)
        self.failed.extend(by_caller.values())  # never again beside others: one of them may be the cause

    def take(self, most: int) -> list[Job]:
        """Return the next jobs to be done together, *most* of a usual length at the most, of each caller in turn."""
        if self.failed:
            return self.failed.popleft()
        batch: list[Job] = []
        weight = 0
        while self.lines and weight < most:
            caller, line = self.lines.popitem(last=False)
            batch.append(line.popleft())
            weight += 1 + len(batch[-1].request["text"]) // USUAL
            if line:
                self.lines[caller] = line
        return batch

    def drain(self) -> list[Job]:
        """Return all that waits; nothing does any more."""
        jobs = [job for line in (*self.lines.values(), *self.failed) for job in line]
        self.lines.clear()
        self.failed.clear()
        return jobs


class Pool:
    """One worker process and the queue before it."""

    def __init__(
        self,
        models: Path,
        engines: Sequence[str],
        timeout: float = 20.0,
        command: Sequence[str] | None = None,
    ) -> None:
        worker = [sys.executable, "-m", "bot.translation.worker"]
        self._command = [*(command or worker), "--models", str(models), "--engines", ",".join(engines)]
        self._environment = child.environment(models)
        self._timeout = timeout
        self._callers = itertools.count()
        self._waiting = Waiting()
        self._current: list[Job] = []
        self._wake = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._failures = 0
        self._closed_until = 0.0
        self._loaded: set[str | None] = set()
        self._batch = LEAST
        self._settling: set[asyncio.Task[None]] = set()
        self.greeted = False
        """Whether a worker has ever said which models it has."""
        self.pairs: tuple[Pair, ...] = ()
        self.faults: tuple[Fault, ...] = ()
        self.batches = 0
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The worker's process id while one runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def waiting(self) -> int:
        """How many segments wait for the worker."""
        return len(self._waiting)

    async def start(self) -> None:
        """Start the worker and learn its pairs; what fails is logged and tried again later."""
        try:
            await self._ensure()
        except _FAILURES as error:
            await self._failed(error)
        self._task = asyncio.create_task(self._serve(), name="translation pool")

    async def close(self) -> None:
        """Stop the worker; whatever still waits becomes unavailable."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await asyncio.gather(*self._settling)
        refuse([*self._current, *self._waiting.drain()], "closed")
        if self._process and self._process.stdin and self._process.returncode is None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _STOP)
        await self._kill()

    def caller(self) -> int:
        """Return the number of a new line in the queue: one for each text or message."""
        return next(self._callers)

    async def translate(self, caller: int, pair: Pair, text: str) -> Output:
        """Return what the model of *pair* makes of the segment *text*; raises Unavailable."""
        return output(await self._submit(caller, {"pair": pair.key, "text": text}))

    async def rank(self, text: str, among: Iterable[str] = ()) -> Ranked:
        """Return how likely *text* is in each of *among* and in the likeliest few; raises Unavailable."""
        reply = await self._submit(self.caller(), {"text": text, "among": list(among)})
        turn = reply.get("turn")
        return Ranked([(code, value) for code, value in reply["ranks"]], (turn[0], turn[1]) if turn else None)

    async def _submit(self, caller: int, request: dict[str, Any]) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done():
            raise Unavailable("not started")
        if loop.time() < self._closed_until:
            raise Unavailable("the worker keeps failing")
        line = self._waiting.lines.get(caller, ())
        if len(line) >= MAX_OF_ONE or len(self._waiting) >= MAX_WAITING:
            raise TooMuch("too much is waiting")
        job = Job(caller, request, loop.create_future())
        self._waiting.add(job)
        self._wake.set()
        try:
            async with asyncio.timeout(_PATIENCE * self._timeout):
                return await job.reply
        except TimeoutError:
            raise Unavailable("waited too long") from None

    async def _serve(self) -> None:
        while not self.greeted:  # it failed at the start: nobody knows a pair yet, so nobody will ask
            await asyncio.sleep(max(_WINDOW, self._closed_until - asyncio.get_running_loop().time()))
            try:
                await self._ensure()
            # The edge of the worker: whatever it answered, it is replaced.
            except Exception as error:
                await self._failed(error)
        while True:
            await self._wake.wait()
            await asyncio.sleep(_WINDOW)  # what arrives together travels together
            while self._waiting:
                await self._one_batch()
            self._wake.clear()

    async def _one_batch(self) -> None:
        jobs = self._current = [job for job in self._waiting.take(self._batch) if not job.reply.done()]
        if not jobs:
            return
        try:
            await self._ensure()
            async with asyncio.timeout(self._limit(jobs)):
                await self._exchange(jobs)
        # The edge of the worker: whatever it answered, it is replaced.
        except Exception as error:
            await self._failed(error)
            await self._retry(jobs)
        else:
            self._failures = 0
            self._loaded.update(job.request.get("pair") for job in jobs)

    def _limit(self, jobs: Sequence[Job]) -> float:
        """Return the seconds in which a batch must be answered: more while its worker has a model of it to load."""
        return self._timeout * (1 if {job.request.get("pair") for job in jobs} <= self._loaded else _LOADING)

    async def _exchange(self, jobs: Sequence[Job]) -> None:
        assert self._process and self._process.stdin and self._process.stdout
        self.batches += 1
        began = asyncio.get_running_loop().time()
        self._process.stdin.write(wire.pack([job.request for job in jobs]))
        await self._process.stdin.drain()
        results: list[tuple[int, dict[str, Any]]] = []
        try:
            while "done" not in (message := await wire.receive(self._process.stdout)):
                results += _results(message, len(jobs))
            took = max(asyncio.get_running_loop().time() - began, 0.001)
            # Half way towards what its pace allows: one slow batch (a model that loads) is no rule.
            self._batch = max(LEAST, min(MOST, (self._batch + int(len(jobs) * BATCH_SECONDS / took)) // 2))
        finally:
            # Beside us, so that the worker has its next batch while the callers look at this one.
            settling = asyncio.create_task(settle(jobs, results), name="translation replies")
            self._settling.add(settling)
            settling.add_done_callback(self._settling.discard)

    async def _retry(self, jobs: Sequence[Job]) -> None:
        """Give *jobs* their second trial, or end them; a worker that keeps failing gets no more for now."""
        await asyncio.gather(*self._settling)
        left = [job for job in jobs if not job.reply.done()]
        for job in left:
            job.trials += 1
        refuse([job for job in left if job.trials >= _TRIALS], "the worker failed twice")
        self._waiting.add_failed([job for job in left if job.trials < _TRIALS])
        if asyncio.get_running_loop().time() < self._closed_until:
            refuse(self._waiting.drain(), "the worker keeps failing")

    async def _ensure(self) -> None:
        """Have a worker that has said hello; raises one of `_FAILURES`."""
        if self.pid is not None:
            return
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a native panic prints pieces of the text
            env=self._environment,
        )
        assert self._process.stdout
        self._loaded.clear()
        async with asyncio.timeout(_LOADING * self._timeout):
            hello = await wire.receive(self._process.stdout)
        self.greeted = True
        self.pairs = tuple(Pair(**{**pair, "path": Path(pair["path"])}) for pair in hello["pairs"])
        self.faults = tuple(Fault(**fault) for fault in hello["faults"])
        for fault in self.faults:
            log.warning("translation.model_unusable", model=fault.name, reason=fault.reason)
        log.info("translation.worker_started", pid=self._process.pid, pairs=len(self.pairs))

    async def _failed(self, error: BaseException) -> None:
        """Put the worker away; after `_FREE_FAILURES` in a row, pause longer each time."""
        await self._kill()
        self.restarts += 1
        self._failures += 1
        code = self._process.returncode if self._process else None
        pause = 0.0
        if self._failures > _FREE_FAILURES:
            pause = min(_LONGEST_PAUSE, 2.0 ** (self._failures - _FREE_FAILURES))
            self._closed_until = asyncio.get_running_loop().time() + pause
        log.error("translation.worker_failed", error=type(error).__name__, exit=code, pause_seconds=pause)

    async def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


def refuse(jobs: Sequence[Job], reason: str) -> None:
    """Tell those who still wait for *jobs* that there is no translation, and why."""
    for job in jobs:
        if not job.reply.done():
            job.reply.set_exception(Unavailable(reason))


def _results(message: Any, jobs: int) -> list[tuple[int, dict[str, Any]]]:
    """Return the results in *message*, each with the number of its job; raises ValueError for what is none."""
    found = message["results"]
    for index, result in found:
        if not isinstance(result, dict) or not isinstance(index, int) or not 0 <= index < jobs:
            raise ValueError("no result")
    return [(index, result) for index, result in found]


def output(reply: dict[str, Any]) -> Output:
    """Return what a model made of a segment; raises Unavailable for what no model makes."""
    text, unknown, score = reply.get("text"), reply.get("unknown", 0.0), reply.get("score", 0.0)
    if not isinstance(text, str) or not isinstance(unknown, int | float) or not isinstance(score, int | float):
        raise Unavailable("the worker answers garbage")
    # Half a surrogate pair is no character: it could be neither stored nor sent.
    return Output(text.encode("utf-8", "replace").decode(), unknown, score)


async def settle(jobs: Sequence[Job], results: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Give each of *results* to the job whose number it has."""
    for index, result in results:
        reply = jobs[index].reply
        if reply.done():
            continue
        if "error" in result:
            reply.set_exception(Unavailable(result["error"]))
        else:
            reply.set_result(result)
        # Each reply wakes a caller that checks its text; others must get their turn in between.
        await asyncio.sleep(0)
