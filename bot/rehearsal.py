"""A start rehearsed on a copy of the database: nobody notices, and nothing real changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from bot.clock import Clock
from bot.config import Config, ConfigError, Current
from bot.matrix.errors import StartRefused
from bot.safe import refusing
from bot.services.audit import AuditService, LogBroken
from bot.store import Store
from bot.store.database import Database
from bot.store.opening import DatabaseError, storage_key
from bot.store.schema import MIGRATIONS
from bot.store.snapshot import snapshot
from bot.store.tally import Tally, tally

AHEAD = timedelta(days=1)
"""How far ahead what is due is counted."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a start would do: from which `schema` to this program's, and what it would find waiting."""

    schema: int
    to: int
    waiting: Tally


async def rehearse(config: Config, environment_key: str | None, clock: Clock) -> Rehearsed:
    """Do on a copy what a start does with the database; return what there would be to do.

    The copy has no device and no token, and nothing here speaks to the homeserver: its sync would take away room keys
    that come once only. It lies in a temporary folder that is removed; neither the lock of the data folder nor a file
    beside the database is made, so that a bot that runs, or starts meanwhile, is not disturbed. Raises StartRefused
    with what would keep the bot from starting.
    """
    path = config.storage.directory / "liaison.db"
    try:
        refusing(config)
        with TemporaryDirectory(prefix="liaison-dry-run-") as folder:
            copy, key, schema = Path(folder) / path.name, token_hex(32), 0
            if path.exists():
                key = storage_key(config.storage.key_file, path, environment_key)
                schema = snapshot(path, key, copy, quietly=True).schema
            async with Database.open(copy, key) as database:
                # Counted before the log is begun, which may plan something itself.
                waiting = await tally(database, clock.now() + AHEAD)
                await AuditService(Current(config), Store(database)).begin(clock.now())
    except (ConfigError, DatabaseError, LogBroken) as error:
        raise StartRefused(str(error)) from error
    except OSError as error:
        raise StartRefused(f"the copy cannot be made: {error.filename or path}: {error.strerror}") from error
    return Rehearsed(schema, len(MIGRATIONS), waiting)
