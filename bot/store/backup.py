"""How long backups are kept: one that outlives a purge still holds what was purged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.config import Config
from bot.store.scratch import sweep

log = structlog.get_logger(__name__)

MAGIC = b"age-encryption.org/v1\n"
"""How every backup begins. Source: the age file format, C2SP."""

PARTIAL = ".partial"
"""What the name of a backup ends with that is being written, or was being written when that was killed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that lies in `retention.backups`, and when it was written (UTC), as the disk says."""

    path: Path
    at: datetime


def kept(config: Config) -> list[Kept]:
    """Return the backups in `retention.backups`, the oldest first; none where no folder is named, or it is not there.

    Only files directly in it that begin as a backup does: nothing else is ever looked at, or deleted.
    """
    folder = config.retention.backups
    if folder is None or not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                found.append(Kept(path, datetime.fromtimestamp(path.stat().st_mtime, UTC)))
    return sorted(found, key=lambda one: (one.at, one.path))


def expired(config: Config, now: datetime) -> list[Kept]:
    """Return the backups that are older than `retention.backup_days` at *now*, but the last whole one that there is."""
    before = now - timedelta(days=config.retention.backup_days)
    found = kept(config)
    last = [one for one in found if not one.path.name.endswith(PARTIAL)][-1:]
    return [one for one in found if one.at < before and one not in last]


def expire(config: Config, now: datetime) -> int:
    """Delete the backups that are too old; return how many. One that cannot be deleted is told in the log."""
    sweep(config.storage.directory)
    deleted = 0
    for one in expired(config, now):
        try:
            one.path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("backup.stays", file=str(one.path), error=error.strerror)
            continue
        log.info("backup.expired", file=str(one.path), written=one.at.isoformat())
        deleted += 1
    return deleted
