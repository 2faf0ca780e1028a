"""What happens by the clock. The only importer of APScheduler."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.clock import Clock
from bot.services.audit import AuditService
from bot.services.checkin import DuressService
from bot.services.due import DueService
from bot.services.exercise import ExerciseService
from bot.services.retention import RetentionService
from bot.services.sir import SirService
from bot.services.switch import SwitchService
from bot.services.witness import WitnessService

log = structlog.get_logger(__name__)

PAUSES_EVERY = timedelta(seconds=20)
"""How late it may be said that a pause is over; it ends in time."""
CHECKPOINT_EVERY = timedelta(minutes=10)
"""How old an entry of the audit log is at most before a signed checkpoint stands for it."""
LOOK_EVERY = timedelta(seconds=20)
"""How long a jump of the machine's clock can go unnoticed: what is due is looked for at least so often."""
EXERCISES_EVERY = timedelta(seconds=20)
"""How late it may be said that an exercise has ended by itself; it ends in time."""
PURSUED_EVERY = timedelta(minutes=15)
"""After how long a report that did not reach a rights monitor is sent once more."""
PURGE_EVERY = timedelta(days=1)
PURGE_AGAIN = timedelta(minutes=10)


class Scheduler:
    """Wakes by plain date triggers: each job plans its next one when it ends."""

    def __init__(
        self,
        retention: RetentionService,
        switch: SwitchService,
        audit: AuditService,
        due: DueService,
        sir: SirService,
        duress: DuressService,
        exercise: ExerciseService,
        witness: WitnessService,
        clock: Clock,
    ) -> None:
        self._witness = witness
        self._sir = sir
        self._duress = duress
        self._exercise = exercise
        self._audit = audit
        self._due = due
        self._next: datetime | None = None
        self._waking = asyncio.Lock()
        self._retention = retention
        self._switch = switch
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    async def run(self) -> None:
        """Work until cancelled; what was missed while we were away is done at once."""
        self._scheduler.start()
        try:
            await self._purge()
            await self._end_pauses()
            await self._cut_checkpoint()
            await self._wake_due()
            await self._pursue_reports()
            await self._prepare_alerts()
            await self._end_exercises()
            await self._watch()
        finally:
            self._scheduler.shutdown(wait=False)

    async def _watch(self) -> None:
        """Look anew whenever the machine's clock was set back: what was planned by it lies too far ahead."""
        before = self._clock.now()
        while True:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            now = self._clock.now()
            if now < before:
                log.warning("clock.set_back", seconds=(before - now).total_seconds())
                for look in (self._wake_due, self._end_pauses, self._cut_checkpoint, self._end_exercises):
                    await look()
                await self._pursue_reports()
                await self._prepare_alerts()
                await self._purge()
            before = now

    def planned(self, at: datetime) -> None:
        """Wake at *at* if that is earlier than what is next."""
        if self._next is not None and at < self._next:
            self._next = at
            self._again(self._wake_due, "due", at)

    async def _wake_due(self) -> None:
        # What is planned meanwhile for now may wake us again before we are done: that look waits, and is not left out.
        async with self._waking:
            await self._look_for_due()

    async def _look_for_due(self) -> None:
        now = self._clock.now()
        self._next = again = now + LOOK_EVERY
        try:
            following = await self._due.wake(now)
            # What has failed is still due; it waits for the next look.
            again = min(again, following) if following and following > now else again
        # The edge of one job, as below: what is due is done at the next look.
        except Exception:
            log.exception("due.failed")
        finally:
            # What was planned meanwhile may be earlier still.
            self._next = min(again, self._next)
            self._again(self._wake_due, "due", self._next)

    async def _end_pauses(self) -> None:
        now = self._clock.now()
        try:
            await self._switch.end_pauses(now)
        # The edge of one job, as below: translation goes on without it, only the word is late.
        except Exception:
            log.exception("pauses.failed")
        finally:
            self._again(self._end_pauses, "pauses", now + PAUSES_EVERY)

    async def _cut_checkpoint(self) -> None:
        now = self._clock.now()
        try:
            await self._audit.cut(now)
            await self._witness.hand_out(now)
        # The edge of one job, as below: a log that is broken is said each time, until somebody has seen to it.
        except Exception:
            log.exception("audit.failed")
        finally:
            self._again(self._cut_checkpoint, "checkpoint", now + CHECKPOINT_EVERY)

    async def _pursue_reports(self) -> None:
        now = self._clock.now()
        try:
            await self._sir.pursue(now)
        # The edge of one job, as below.
        except Exception:
            log.exception("pursuing.failed")
        finally:
            self._again(self._pursue_reports, "pursuing", now + PURSUED_EVERY)

    async def _prepare_alerts(self) -> None:
        now = self._clock.now()
        try:
            await self._duress.prepare(now)
        # The edge of one job, as below.
        except Exception:
            log.exception("preparing.failed")
        finally:
            self._again(self._prepare_alerts, "preparing", now + PURSUED_EVERY)

    async def _end_exercises(self) -> None:
        now = self._clock.now()
        try:
            await self._exercise.end_over(now)
        # The edge of one job, as below.
        except Exception:
            log.exception("exercises.failed")
        finally:
            self._again(self._end_exercises, "exercises", now + EXERCISES_EVERY)

    def _again(self, job: Callable[[], Awaitable[None]], id: str, at: datetime) -> None:
        # One at work and one that waits for it: APScheduler drops what it may not start, and would never come again.
        self._scheduler.add_job(
            job, DateTrigger(at), id=id, replace_existing=True, misfire_grace_time=None, max_instances=2
        )

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
            self._again(self._purge, "purge", now + again)
