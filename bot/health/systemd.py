"""What the service manager is told: sd_notify(3), one datagram a word."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping

import structlog

from bot.services.pulse import Pulse

log = structlog.get_logger(__name__)

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
STALLED_SECONDS = 180.0
"""How long one round of the sync may take: its request ends by itself well before, answered or not."""


class Manager:
    """The service manager that NOTIFY_SOCKET of *environment* names; where there is none, nobody is told."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        # A leading @ is an address without a file, which the kernel writes with a null.
        self._address = environment.get("NOTIFY_SOCKET", "").replace("@", "\0", 1)
        period = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        self.beat_seconds = int(period) / 2e6 if period.isdecimal() and int(period) and ours else None
        """How often it wants to hear that we live (twice in its period), or None."""

    @property
    def listens(self) -> bool:
        """Whether there is one."""
        return self._address[:1] in ("/", "\0")

    def tell(self, state: str) -> None:
        """Tell it *state*. It may have gone: that is in the log, and no fault of ours."""
        if not self.listens:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaking:
                speaking.setblocking(False)
                speaking.sendto(state.encode(), self._address)
        except OSError as error:
            log.warning("manager.not_told", state=state, error=error.strerror)


async def watch(manager: Manager, pulse: Pulse, stalled_seconds: float = STALLED_SECONDS) -> None:
    """Tell *manager* that the bot is ready, and from then on that it lives, while its sync goes round.

    A homeserver that is away stops nothing: the sync tries again and again, which is all that a restart could do.
    """
    manager.tell(READY)
    if manager.beat_seconds is None:
        return
    loop = asyncio.get_running_loop()
    rounds, at, stalled = pulse.rounds, loop.time(), False
    while True:
        if pulse.rounds != rounds:
            rounds, at = pulse.rounds, loop.time()
        before, stalled = stalled, loop.time() - at > stalled_seconds
        if not stalled:
            manager.tell(ALIVE)
        elif not before:
            log.error("sync.stalled", seconds=stalled_seconds)
        await asyncio.sleep(manager.beat_seconds)
