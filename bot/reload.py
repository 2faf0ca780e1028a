"""Reads the configuration file again while the bot runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path

import structlog

from bot.config import Config, ConfigError, Current, load
from bot.services.place import gazetteer

log = structlog.get_logger(__name__)


def _checked(path: Path) -> Config:
    config = load(path)
    gazetteer(config)
    return config


class Reload:
    """Takes over what is safe of the file at *path* each time it is asked to; a file with a fault changes nothing."""

    def __init__(self, path: Path, current: Current) -> None:
        self._path = path
        self._current = current
        self._asked = asyncio.Event()
        self.on_taken: Callable[[Collection[str]], None] = lambda keys: None
        """Told the keys that have another value now."""

    def ask(self) -> None:
        """Have the file read again."""
        self._asked.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            if config := await self._read():
                self._take(config)

    async def _read(self) -> Config | None:
        try:
            return await asyncio.to_thread(_checked, self._path)
        except ConfigError as error:
            log.error("config.faulty", faults=error.faults)
        # The edge of one reading: whatever is wrong with a file, the bot goes on with what it has.
        except Exception:
            log.exception("config.unreadable")
        return None

    def _take(self, config: Config) -> None:
        changes = self._current.renew(config)
        log.info("config.reloaded", changed=changes.taken)
        if changes.waiting:
            log.warning("config.needs_restart", keys=changes.waiting)
        self.on_taken(changes.taken)
