"""Where outputs come from: the worker on this machine, or the servers elsewhere."""

from __future__ import annotations

from bot.translation.engine import LIBRETRANSLATE, Output, Pair
from bot.translation.pool import Pool
from bot.translation.servers import Servers


class Sources:
    """Gives each segment to where the engine of its pair is."""

    def __init__(self, pool: Pool, servers: Servers) -> None:
        self._pool = pool
        self._servers = servers

    @property
    def pairs(self) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """The installed pairs, and those that servers have now."""
        return self._pool.pairs, self._servers.pairs

    def caller(self) -> int:
        """Return the number of a new line in the queues: one for each text or message."""
        return self._pool.caller()

    async def translate(self, caller: int, pair: Pair, text: str) -> Output:
        """Return what the engine of *pair* makes of the segment *text*; raises Unavailable."""
        source = self._servers if pair.engine == LIBRETRANSLATE else self._pool
        return await source.translate(caller, pair, text)
