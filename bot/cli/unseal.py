"""`liaison unseal`: what a rights monitor reads of a report."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from bot.backup import BackupRefused, read_key
from bot.cli.faults import fail
from bot.model.sealed import NotOpened
from bot.model.sealed import unseal as opened

MOST_BYTES = 1 << 20
"""A report is a message: what is larger is none."""


def unseal(
    key: Annotated[Path, typer.Option("--key", help="The private key that opens it (AGE-SECRET-KEY-1…).")],
    sealed: Annotated[
        Path | None, typer.Argument(help="The sealed report, such as BRAVO-7K3Q0.age; standard input without it.")
    ] = None,
) -> None:
    """Print a report to the rights monitors. Exits with 0, or 2 if it cannot be opened."""
    where = sealed or "standard input"
    try:
        identity = read_key(key)
        data = _read(sealed)
        if not data:
            fail(f"{where} is empty")
        if len(data) > MOST_BYTES:
            fail(f"{where} is larger than any report")
        text = opened(data, identity)
    except BackupRefused as error:
        fail(str(error))
    except OSError as error:
        fail(f"{where} cannot be read: {error.strerror}")
    except NotOpened as error:
        fail(f"{where} cannot be opened: {error}")
    typer.echo(_harmless(text), nl=False)


def _read(file: Path | None) -> bytes:
    if file is None:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with file.open("rb") as opened_file:
        return opened_file.read(MOST_BYTES + 1)


def _harmless(text: str) -> str:
    """Return *text* without what a terminal would obey: somebody else wrote it."""
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" else c for c in text)
