"""What a child process that imports argostranslate must be given."""

from __future__ import annotations

import mmap
import os
import platform
from pathlib import Path

_INDEX = "ARGOS_PACKAGE_INDEX"


def environment(directory: Path, *, index: bool = False) -> dict[str, str]:
    """Return the variables for a child that works on the models in *directory*.

    argostranslate makes folders and reads settings when it is imported: they are all led under
    *directory*, and what the operator's shell holds for Argos is left out, but for the address of
    the package index where *index* is wanted.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ARGOS_") or (index and k == _INDEX)}
    if index and kept.get(_INDEX):
        kept[_INDEX] = kept[_INDEX].rstrip("/") + "/"  # it appends `index.json` to whatever stands here
    home = directory / ".argos"  # not among the packages: their own API chokes on any other folder
    given = {
        "ARGOS_PACKAGES_DIR": str(directory / "argos"),
        "ARGOS_DEBUG": "0",
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "OMP_NUM_THREADS": "1",
    }
    return kept | given | _without_code_of_its_own()


def _without_code_of_its_own() -> dict[str, str]:
    """Return what CTranslate2 must be told where memory that is written may not be run, as a child inherits it.

    On all x86 processors but Intel's it takes oneDNN, which writes its machine code into memory and runs it. Where that
    is denied (`MemoryDenyWriteExecute=` of our unit) the code is missing, it tells nobody, and what comes out is no
    language. MKL does without, more slowly there.
    """
    if platform.machine() != "x86_64":
        return {}
    try:
        mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()
    except PermissionError:
        return {"CT2_USE_MKL": "1"}
    return {}
