"""The machine that was measured on: enough to compare, nothing that identifies it."""

from __future__ import annotations

import os
import platform
import resource
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


def load() -> float:
    """Return how many processes wanted to run during the last minute, on average."""
    return os.getloadavg()[0]


def _cpu() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text("utf-8", "replace").splitlines() if file.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown CPU"
