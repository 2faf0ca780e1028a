"""Which mask survives the pairs of servers: measured once for the servers that are configured, and kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import structlog

from bot.translation import mask, models, trial
from bot.translation.engine import Pair
from bot.translation.libretranslate import Way
from bot.translation.pool import Unavailable
from bot.translation.servers import Servers
from bot.translation.sources import Sources

log = structlog.get_logger()


class Measured:
    """Measures pairs of servers, one at a time, and has the servers' pairs carry the winner."""

    def __init__(self, directory: Path, servers: Servers, sources: Sources) -> None:
        self._directory = directory
        self._servers = servers
        self._sources = sources
        self._done: set[Way] = set()
        urls = "\n".join(sorted(server.url for server in servers.servers))
        self._of = hashlib.sha256(urls.encode()).hexdigest()

    def remember(self, pair: Pair, style: str) -> None:
        """Use *style* for *pair* from now on, and after the next start."""
        self._keep(pair, style)
        self._done.add((pair.source, pair.target))
        self._servers.use((pair.source, pair.target), style)

    async def measure(self, pair: Pair) -> None:
        """Measure *pair* unless that was done, now or before the last start; what fails is tried at the next call."""
        way = (pair.source, pair.target)
        if way in self._done:
            return
        style = self._kept(pair)
        if style is None:
            try:
                found = await trial.run(self._sources, self._sources.caller(), pair)
            except LookupError:
                self._done.add(way)
                return
            except Unavailable as reason:
                log.info("translation.mask_not_measured", pair=str(pair), reason=str(reason))
                return
            log.info(
                "translation.mask_measured", pair=str(pair), mask=found.best, kept=dict(found.kept), tokens=found.tokens
            )
            self.remember(pair, found.best)
            return
        self._done.add(way)
        self._servers.use(way, style)

    def _kept(self, pair: Pair) -> str | None:
        """Return what was measured for *pair* with the same servers, or None."""
        try:
            record = models.read_record(models.record_path(self._directory, pair))
        except (OSError, ValueError):
            return None
        style = record.get("mask")
        return style if record.get("servers") == self._of and style in mask.STYLES else None

    def _keep(self, pair: Pair, style: str) -> None:
        path = models.record_path(self._directory, pair)
        try:
            models.write_record(path, {"mask": style, "servers": self._of})
        except OSError as error:
            log.warning("translation.mask_not_kept", pair=str(pair), reason=error.strerror)
