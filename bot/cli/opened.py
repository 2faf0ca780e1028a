"""The audit log of a configured bot, opened beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.cli.faults import configuration, fail
from bot.store.auditlog import AuditLog, LogUnreadable, open_log
from bot.store.opening import DatabaseError, storage_key

ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file (TOML).")]


@contextmanager
def opened(file: Path) -> Iterator[AuditLog]:
    """Open the log of the bot that is configured in *file*; exits with 2 if it cannot be read, 1 if it is damaged."""
    logs.configure()
    config = configuration(file)
    path = config.storage.directory / "liaison.db"
    if not path.exists():
        fail(f"there is no audit log yet: {path} does not exist.")
    try:
        with open_log(path, storage_key(config.storage.key_file, path, os.environ.get("LIAISON_STORAGE_KEY"))) as log:
            yield log
    except DatabaseError as error:
        fail(str(error))
    except LogUnreadable as error:
        fail(str(error), code=1)
