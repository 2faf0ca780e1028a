"""The machine that was measured on: enough to compare, nothing that identifies it."""

from __future__ import annotations

import os
import platform
import resource
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """CPU, cores, memory, system and the versions that matter."""

    cpu: str
    cores: int
    memory_gib: float
    system: str
    python: str
    libraries: str

    def __str__(self) -> str:
        """Return one line."""
        return (
            f"{self.cpu}, {self.cores} cores, {self.memory_gib:.0f} GiB; {self.system};"
            f" Python {self.python}; {self.libraries}"
        )


def describe() -> Machine:
    """Return this machine."""
    names = ("matrix-nio", "argos-translate-lt", "ctranslate2", "fxtranslate")
    memory = os.sysconf("SC_PHYS_PAGES") * resource.getpagesize() / 2**30
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gib=memory,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        libraries=", ".join(f"{name} {version(name)}" for name in names),
    )


class Others:
    """How busy everybody else kept the machine since this was made: what makes a run worth little."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._before = _busy() - _ours()

    def cores(self) -> float:
        """Return the cores that others used on average; only children that have ended count as ours."""
        return max(0.0, (_busy() - _ours() - self._before) / (time.monotonic() - self._began))


def _busy() -> float:
    """Return the seconds that all processors worked since the machine started; 0 where it is not told."""
    file = Path("/proc/stat")
    if not file.exists():
        return 0.0
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, file.read_text("ascii").split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _ours() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _cpu() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text("utf-8", "replace").splitlines() if file.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown CPU"
