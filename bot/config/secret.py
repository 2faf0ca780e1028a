"""Secrets: from files or the environment, never from the configuration file itself."""

from __future__ import annotations

import os
from pathlib import Path


def secret(file: Path | None, variable: str) -> str | None:
    """Return the secret in the environment's *variable*, else the first line of *file*, else None."""
    if value := os.environ.get(variable):
        return value
    if file is None or not file.is_file():
        return None
    return file.read_text(encoding="utf-8").partition("\n")[0].strip() or None


def keep_secret(file: Path, text: str) -> None:
    """Write a secret to *file*, which nobody else may read and which must not exist; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
        new.write(text + "\n")
        new.flush()
        os.fsync(new.fileno())
