"""What a piece of work costs: processor time, the least of several runs, because other programs share the machine."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 8


def takes_under(seconds: float, work: Callable[[], object]) -> bool:
    """Return whether *work* takes less processor time than that, at its best."""
    return any(_once(work) < seconds for _ in range(TRIES))


def _once(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start
