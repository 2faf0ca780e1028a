"""Folders for work that is under way in the data folder: gone when it ends, and at the next look if it was killed.

What a killed backup leaves is a copy of the whole database: it would outlive every purge.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

log = structlog.get_logger(__name__)

BACKUP, RESTORE = ".backup-", ".restore-"
MARK = ".scratch"
"""The file in such a folder by which it is known: what somebody has put there under such a name stays."""


@contextmanager
def scratch(folder: Path, prefix: str) -> Iterator[Path]:
    """Make a folder in *folder* that is ours as long as we live; raises OSError."""
    sweep(folder)
    with TemporaryDirectory(prefix=prefix, dir=folder) as made:
        handle = os.open(made, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            (Path(made) / MARK).touch()
            yield Path(made)
        finally:
            os.close(handle)


def sweep(folder: Path) -> None:
    """Delete what those have left in *folder* who were killed at such work."""
    for prefix in (BACKUP, RESTORE):
        for left in folder.glob(f"{prefix}*"):
            if not left.is_symlink() and left.is_dir() and _nobodys(left):
                shutil.rmtree(left, ignore_errors=True)
                log.warning("scratch.swept", folder=str(left))


def _nobodys(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return (folder / MARK).exists()
    except OSError:
        return False
    finally:
        os.close(handle)
