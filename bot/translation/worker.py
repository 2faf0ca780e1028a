"""The worker process: models and the language detector, behind frames on its standard streams.

It may hang, crash or be killed at any time; the pool on the other side restarts it. It has one
thread, touches no network, and writes nothing but frames: what libraries print is thrown away,
because it can hold the text of a message.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Protocol

from bot.translation import loaded, models, wire
from bot.translation.engine import Engine, Model, Pair

_LIKELIEST = 5
"""Languages that are told of a text beside those that are asked about."""
NICENESS = 10
"""Decoding fills every core; the bot, which must answer within milliseconds, goes first (measured: lag p99 halved)."""

_FACTORIES = {
    "argos": ("bot.translation.argos", "Argos"),
    "bergamot": ("bot.translation.bergamot", "Bergamot"),
}
_C = ctypes.CDLL(None)
_DETECTOR = ("bot.translation.langid", "Langid")


class Detector(Protocol):
    """What tells languages apart (`bot.translation.langid.Langid`)."""

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return (language, probability), likeliest first."""
        ...

    def turn(self, text: str, among: Iterable[str] = ()) -> tuple[str, str] | None:
        """Return the two languages between which *text* turns, or None."""
        ...


class BrokenModel(Exception):
    """A model that cannot be loaded; its text names the pair and the reason."""


class Worker:
    """Answers one request after the other."""

    def __init__(self, directory: Path, engines: Sequence[str]) -> None:
        self._inventory = models.scan(directory, engines)
        self._pairs = {pair.key: pair for pair in self._inventory.pairs}
        self._engines: dict[str, Engine] = {}
        self._loaded = loaded.Loaded(self._load, loaded.room())
        self._detector: Detector | None = None

    def hello(self) -> dict[str, Any]:
        """Return what the other side must know: the usable pairs and the faulty models."""
        pairs = [{**asdict(pair), "path": str(pair.path)} for pair in self._inventory.pairs]
        return {"pairs": pairs, "faults": [asdict(fault) for fault in self._inventory.faults]}

    def answer(self, jobs: Sequence[dict[str, Any]], send: Callable[[list[Any]], None]) -> None:
        """Send `[index, result]` of every job, in groups: detection first, then pair by pair."""
        groups: dict[str, list[int]] = {}
        for i, job in enumerate(jobs):
            groups.setdefault(job.get("pair", ""), []).append(i)
        for key in sorted(groups):
            indices = groups[key]
            send([[i, result] for i, result in zip(indices, self._group(key, [jobs[i] for i in indices]), strict=True)])

    def _group(self, key: str, jobs: list[dict[str, Any]]) -> list[Any]:
        try:
            if not key:
                return [self._detect(job["text"], job.get("among", ())) for job in jobs]
            return [
                asdict(output) for output in self._loaded.get(self._pairs[key]).translate([job["text"] for job in jobs])
            ]
        except Exception as error:  # the worker's edge: one broken model must not take the others down
            if len(jobs) > 1 and not isinstance(error, BrokenModel):
                return [self._group(key, [job])[0] for job in jobs]  # nor one text its neighbours
            reason = str(error) if isinstance(error, BrokenModel) else type(error).__name__
            return [{"error": reason}] * len(jobs)

    def _load(self, pair: Pair) -> Model:
        try:
            if pair.engine not in self._engines:
                module, name = _FACTORIES[pair.engine]
                self._engines[pair.engine] = getattr(import_module(module), name)()
            model = self._engines[pair.engine].load(pair)
        except Exception as error:  # no text is in play yet, so the reason may be told
            raise BrokenModel(f"{pair.key}: {error or type(error).__name__}") from error
        _trim()
        return model

    def warm(self) -> None:
        """Load the detector: the first message needs it, whatever its language."""
        self._group("", [{"text": ""}])

    def _detect(self, text: str, among: Collection[str] = ()) -> dict[str, Any]:
        """Return how likely *text* is in each of *among*, and in the likeliest languages; and whether it turns."""
        if self._detector is None:
            module, name = _DETECTOR
            self._detector = getattr(import_module(module), name)()
            _trim()
        ranks = self._detector.rank(text)
        told = ranks[:_LIKELIEST] + [rank for rank in ranks[_LIKELIEST:] if rank[0] in among]
        return {"ranks": told, "turn": self._detector.turn(text, among)}


def serve(worker: Worker, requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer until *requests* ends."""
    _send(replies, worker.hello())
    worker.warm()
    while True:
        try:
            jobs = wire.read(requests)
        except EOFError:
            return
        worker.answer(jobs, lambda results: _send(replies, {"results": results}))
        _send(replies, {"done": True})


def main(argv: Sequence[str] | None = None) -> None:
    """Run the worker on the process's own standard streams."""
    parser = argparse.ArgumentParser(prog="bot.translation.worker")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--engines", default=",".join(_FACTORIES))
    options = parser.parse_args(argv)
    _die_with_parent()
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which closes us in order
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break the frames
    engines = [name for name in options.engines.split(",") if name in _FACTORIES]
    serve(Worker(options.models, engines), sys.stdin.buffer, replies)


def _send(stream: IO[bytes], message: Any) -> None:
    stream.write(wire.pack(message))
    stream.flush()


def _trim() -> None:
    """Give back what loading needed and running does not: 10 to 15 MiB."""
    if sys.platform == "linux" and hasattr(_C, "malloc_trim"):
        _C.malloc_trim(0)


def _die_with_parent() -> None:
    """Ask Linux to kill us with the bot: a native call that hangs never sees its input end."""
    if sys.platform == "linux":
        _C.prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    main()
