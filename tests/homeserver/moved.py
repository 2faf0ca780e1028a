"""The program on another clock: `python moved.py FILE run …`; FILE says by how many seconds it is ahead.

The file is read each time, so the clock jumps while the program runs, as machines' clocks do. APScheduler goes by the
true clock, so it is told true moments; what is due is looked for each second, because nobody wants to wait longer.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from apscheduler.triggers.date import DateTrigger

import bot.app
import bot.scheduler
from bot.cli import main
from bot.clock import SystemClock

AHEAD = Path(sys.argv.pop(1))


def ahead() -> timedelta:
    """Return by how much the clock is ahead now."""
    return timedelta(seconds=float(AHEAD.read_text()))


class MovedClock(SystemClock):
    """The machine's clock, ahead."""

    def now(self) -> datetime:
        """Return the present moment there."""
        return super().now() + ahead()


def at(moment: datetime) -> DateTrigger:
    """Return what wakes when the moved clock shows *moment*, if it is not moved again."""
    return DateTrigger(moment - ahead())


bot.app.SystemClock = MovedClock
bot.scheduler.DateTrigger = at
bot.scheduler.LOOK_EVERY = timedelta(seconds=1)
main()
