"""The models that the worker has loaded: as many as this machine has memory for, those unused for longest go first.

Where more pairs are in use than stay loaded, each batch loads models anew: with 22 pairs that took all of its time.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from bot.translation.engine import Model, Pair

ALWAYS = 8
"""Models that stay loaded whatever their size."""

SHARE = 6
"""What part of the memory the files of loaded models may have, one in so many; loaded they take half as much again."""

_CGROUPS, _OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
_ALLOWED = ("memory.max", "memory.high", "memory.limit_in_bytes")
"""What control groups say, the last those of version 1: beyond it a process is ended, or hardly goes on."""


class Loaded:
    """The loaded models by the keys of their pairs; *load* makes one, *room* is how many bytes their files may have."""

    def __init__(self, load: Callable[[Pair], Model], room: int) -> None:
        self._load = load
        self._room = room
        self._models: OrderedDict[str, tuple[Model, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._models)

    def get(self, pair: Pair) -> Model:
        """Return the model of *pair*, loaded now if it is not; raises what *load* does."""
        if pair.key not in self._models:
            size = _size(pair.path)
            while len(self._models) >= ALWAYS and self._bytes + size > self._room:
                self._models.popitem(last=False)
            self._models[pair.key] = self._load(pair), size
        self._models.move_to_end(pair.key)
        return self._models[pair.key][0]

    @property
    def _bytes(self) -> int:
        return sum(size for _model, size in self._models.values())


def room() -> int:
    """Return how many bytes the files of loaded models may have on this machine, or in this service or container."""
    return min([_memory(), *_limits()]) // SHARE


def _memory() -> int:
    """Return how many bytes this machine has; 0 if it does not say that."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _limits() -> list[int]:
    """Return what the control groups of this process allow it, and those above them, where they limit its memory."""
    found = []
    for folder in _groups():
        for name in _ALLOWED:
            try:
                found.append(int((folder / name).read_text("ascii")))
            except (OSError, ValueError):  # not there, or "max"
                continue
    return found


def _groups() -> set[Path]:
    """Return the folders of the control groups, of version 2 and 1: in a container the last ones alone are there."""
    older = _CGROUPS / "memory"
    own = [_CGROUPS, older]
    try:
        lines = _OWN.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        lines = []
    for line in lines:
        _number, kinds, name = line.split(":", 2)
        if not kinds or "memory" in kinds.split(","):
            own.append((older if kinds else _CGROUPS) / name.lstrip("/"))
    return {folder for one in own for folder in (one, *one.parents)}


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
