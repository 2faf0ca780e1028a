"""What happens by the clock. The only importer of APScheduler."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.clock import Clock
from bot.services.retention import RetentionService

log = structlog.get_logger(__name__)

PURGE_EVERY = timedelta(days=1)
PURGE_AGAIN = timedelta(minutes=10)


class Scheduler:
    """Wakes by plain date triggers: each job plans its next one when it ends."""

    def __init__(self, retention: RetentionService, clock: Clock) -> None:
        self._retention = retention
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    async def run(self) -> None:
        """Work until cancelled; what was missed while we were away is done at once."""
        self._scheduler.start()
        try:
            await self._purge()
            await asyncio.Event().wait()
        finally:
            self._scheduler.shutdown(wait=False)

    async def _purge(self) -> None:
        now = self._clock.now()
        again = PURGE_AGAIN
        try:
            rows = await self._retention.purge(now)
            if rows is not None:
                log.info("retention.purged", rows=rows)
                again = PURGE_EVERY
        # The edge of one job: what failed now (a database that is busy) may go well later.
        except Exception:
            log.exception("retention.failed")
        finally:
            self._scheduler.add_job(
                self._purge,
                DateTrigger(now + again),
                id="purge",
                replace_existing=True,
                misfire_grace_time=None,
            )
