"""The models that the working languages need, loaded beside all else."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

import structlog

from bot.services.pulse import Pulse

log = structlog.get_logger(__name__)

LOAD_AGAIN_SECONDS = 60.0
"""How long a model that cannot be used is left before it is tried again."""


class Loads(Protocol):
    """What loading needs of the translator."""

    @property
    def works(self) -> bool:
        """Whether the worker has started."""
        ...

    async def start(self) -> None:
        """Start the worker."""
        ...

    async def ready(self, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Load the models of *pairs*; return why some cannot be used, by name."""
        ...

    def ways(self, pairs: Iterable[tuple[str, str]], without: Collection[str]) -> dict[str, str]:
        """Return by which engines each of *pairs* is translated without those models: "" where it cannot be."""
        ...

    async def measure(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Find out which masks survive those of *pairs* that servers have."""
        ...


class Loading:
    """Has the models loaded that the working languages need; until that is done, the bot is not ready."""

    def __init__(self, translator: Loads, languages: Sequence[str], pulse: Pulse) -> None:
        self._translator = translator
        self._pairs = [(source, target) for source in languages for target in languages]
        self._pulse = pulse
        self._unusable: dict[str, str] = {}
        self._ways: dict[str, str] | None = None

    async def start(self) -> None:
        """Start the worker and load them once, so that the first message need not wait."""
        await self._translator.start()
        await self._load()

    async def run(self) -> None:
        """Try again until all of them are loaded; measure what servers have when they have it."""
        while True:
            await self._translator.measure(self._pairs)
            await asyncio.sleep(LOAD_AGAIN_SECONDS)
            if not self._pulse.models_loaded:
                await self._load()

    async def _load(self) -> None:
        before, self._unusable = self._unusable, await self._translator.ready(self._pairs)
        for name, reason in self._unusable.items() - before.items():
            log.error("translation.model_unusable", pair=name, reason=reason)
        self._pulse.models_loaded = self._translator.works and not self._unusable
        self._tell()

    def _tell(self) -> None:
        """Log which pairs of the working languages there are, by which engines, and what is missing: when it is new."""
        ways = self._translator.ways(self._pairs, self._unusable)
        if ways != self._ways:
            self._ways = ways
            available = {way: engines for way, engines in ways.items() if engines}
            log.info("translation.pairs", available=available, missing=sorted(ways.keys() - available.keys()))
