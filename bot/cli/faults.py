"""How the program says that it cannot go on."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer

from bot.config import Config, ConfigError, load


def fail(*faults: str, code: int = 2) -> NoReturn:
    """Say *faults* on standard error and exit with *code*."""
    for fault in faults:
        typer.echo(f"liaison: {fault}", err=True)
    raise typer.Exit(code)


def configuration(path: Path) -> Config:
    """Return the configuration at *path*; exits with 2, every fault said, if it cannot be used."""
    try:
        return load(path)
    except ConfigError as error:
        fail(*error.faults)
