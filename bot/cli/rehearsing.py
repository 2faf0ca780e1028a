"""`liaison run --dry-run`: a start rehearsed, and what it would do, without a text and without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli import check
from bot.cli.faults import fail
from bot.clock import SystemClock
from bot.config import Config
from bot.matrix.errors import StartRefused
from bot.rehearsal import Rehearsed, rehearse

NOT_SHOWN = (
    "Not tried, because it needs the bot's own session: who is in the rooms, whether what waits can be decrypted, what"
    " is said in answer, and what becomes of what is due."
)


async def dry_run(config: Config, file: Path, environment_key: str | None) -> None:
    """Check what `liaison check` does, rehearse the start, and say what it would do; exits with 2 at a fault."""
    if faults := await check.check(config, file):
        fail(*faults)
    try:
        found = await rehearse(config, environment_key, SystemClock())
    except StartRefused as error:
        fail(str(error))
    for line in _lines(found):
        typer.echo(line)


def _lines(found: Rehearsed) -> Iterator[str]:
    if not found.schema:
        yield "database: none yet, made at the first start"
    elif found.schema == found.to:
        yield f"database: a copy opens, schema {found.to} as it is"
    else:
        yield f"database: a copy opens and is brought from schema {found.schema} to {found.to}"
    waiting = found.waiting
    for (room, kind), number in waiting.outbox.items():
        yield f"would be sent: {number} × {kind} to {room}"
    for room, number in waiting.inbox.items():
        yield f"would be read: {number} from {room}"
    for kind, number in waiting.due.items():
        yield f"due by this time tomorrow: {number} × {kind}"
    yield NOT_SHOWN
    yield "Nothing was sent, and nothing was changed."
