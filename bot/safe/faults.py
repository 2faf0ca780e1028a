"""What keeps the bot from starting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import Clock
from bot.config import Config, ConfigError, Current
from bot.i18n import Message, _
from bot.services.audit import AuditService, LogBroken
from bot.services.checklist import checklists
from bot.services.phrase import phrasebook
from bot.services.place import gazetteer
from bot.store import Store
from bot.store.database import Database
from bot.store.failing import RESERVE, Space
from bot.store.opening import DatabaseError, probe, storage_key
from bot.store.snapshot import snapshot

_FILE = _("A file that the configuration names cannot be used.")
_DATABASE = _("The database cannot be used.")
_DISK = _("The disk is full.")
_LOG = _("The audit log has lost its signing key.")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the bot does not start: `said` for people in rooms, `detail` for the operator, who sees paths as well."""

    said: Message
    detail: str


def refusing(config: Config) -> None:
    """Raise ConfigError for files of the configuration that cannot be used."""
    phrasebook(config)
    checklists(config)
    gazetteer(config)


async def find(config: Config, environment_key: str | None, clock: Clock) -> Fault | None:
    """Return what keeps the bot from starting, found on a copy of its database; None if nothing does.

    The data folder must be this process's own.
    """
    try:
        refusing(config)
    except ConfigError as error:
        return Fault(_FILE, str(error))
    if Space(config.storage.directory).full:
        return Fault(_DISK, f"the disk of {config.storage.directory} has less than {RESERVE // 1024**2} MiB free")
    path = config.storage.directory / "liaison.db"
    if not path.exists():
        return None
    try:
        key = storage_key(config.storage.key_file, path, environment_key)
        probe(path, key)
        with TemporaryDirectory(prefix="liaison-safe-") as folder:
            copy = Path(folder) / path.name
            snapshot(path, key, copy, quietly=True)
            async with Database.open(copy, key) as database:
                await AuditService(Current(config), Store(database)).begin(clock.now())
    except (DatabaseError, OSError) as error:
        return Fault(_DATABASE, str(error))
    except LogBroken as error:
        return Fault(_LOG, str(error))
    return None
