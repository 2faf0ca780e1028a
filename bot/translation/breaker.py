"""Which server is asked, and which is left alone for a while: a circuit breaker."""

from __future__ import annotations

import asyncio

FAILURES = 3
"""Failures in a row after which a server is left alone."""

AT_ONCE = 2
"""Requests under way to one server: it computes one while the other travels."""

_LONGEST_PAUSE = 60.0
_FIRST_PAUSE = 2.0


class Breaker:
    """Shuts after failures in a row, or at once; half open, it lets one request through until one succeeds."""

    def __init__(self) -> None:
        self.shut = asyncio.Event()
        """Set while nothing may be asked; whoever set out to ask again after `pause` opens it."""
        self.pause = 0.0
        self._failures = 0.0
        self._pauses = 0

    @property
    def admits(self) -> int:
        """How many requests may be under way."""
        if self.shut.is_set():
            return 0
        return 1 if self._pauses else AT_ONCE

    def succeeded(self) -> None:
        """Note that a request was answered as it should be."""
        if not self.shut.is_set():  # else the answer to an older request: whether it is back is still to be seen
            self._failures, self._pauses = 0.0, 0

    def failed(self, pause: float | None = None, weight: float = 1.0) -> bool:
        """Note a failure; with a *pause* (seconds, 0 for its own) it is the last. Return whether that shut it.

        *weight* is how much of a failure it is.
        """
        if self.shut.is_set():  # it was under way together with the one that did
            return False
        self._failures = self._failures + weight if pause is None else FAILURES
        if self._failures < FAILURES:
            return False
        self.lengthen(pause)
        self.shut.set()
        return True

    def lengthen(self, pause: float | None = None) -> None:
        """Let the pause be *pause* seconds or, without, twice as long as the last time."""
        self.pause = pause or min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(self._pauses, 16))
        self._pauses += 1

    def half_open(self) -> None:
        """Let one request through at a time."""
        self.shut.clear()
