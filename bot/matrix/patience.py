"""Trying again: what the homeserver does not answer now, it may answer later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from bot.matrix.api import HomeserverAway, HomeserverError, backoff
from bot.matrix.errors import SessionEnded, StartRefused
from bot.services.pulse import Pulse

log = structlog.get_logger(__name__)


class Patience:
    """Does steps until they succeed, and keeps in the pulse how that goes."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    async def until_done(self, step: Callable[[], Any]) -> None:
        """Do *step* until it succeeds, waiting longer after each failure, up to a limit."""
        failures = 0
        while True:
            self._pulse.rounds += 1
            try:
                await step()
            except HomeserverError as error:
                if error.ends_session:
                    raise SessionEnded(str(error)) from error
                if not error.passing and not self._pulse.connected:
                    raise StartRefused(f"the homeserver refuses: {error}") from error
                await self._pause(failures, error, error.retry_after)
            except HomeserverAway as error:
                await self._pause(failures, error, None)
            except (StartRefused, SessionEnded):
                raise
            # The edge: an answer that nobody foresaw must not end the bot; the token has not moved, so nothing is lost.
            except Exception as error:
                log.exception("matrix.fault")
                await self._pause(failures, error, None)
            else:
                if failures:
                    log.info("matrix.back", failures=failures)
                self._pulse.failures = 0
                return
            failures += 1

    async def _pause(self, failures: int, error: Exception, asked: float | None) -> None:
        wait = backoff(failures, asked)
        self._pulse.failures = failures + 1
        if failures in (0, 10) or failures % 100 == 0:
            # The words of an error that nobody foresaw may quote a message.
            foreseen = isinstance(error, HomeserverError | HomeserverAway)
            said = str(error) if foreseen else type(error).__name__
            log.warning("matrix.away", error=said, failures=failures + 1, wait=round(wait, 2))
        await asyncio.sleep(wait)
