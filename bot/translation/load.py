"""How much translation has to do, and how its servers fare: for metrics and `status`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerLoad:
    """One translation server: how often it was asked, how often in vain, and whether it is left alone for now."""

    url: str
    requests: int
    failures: int
    down: bool


@dataclass(frozen=True, slots=True)
class Load:
    """Segments that wait, masks that had to be tried again since the start, and the servers."""

    waiting: int = 0
    retried: int = 0
    servers: tuple[ServerLoad, ...] = ()
