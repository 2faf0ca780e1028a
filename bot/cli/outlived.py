"""Backups that still hold what was purged since they were written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

from bot.config import Config
from bot.store.auditlog import LogUnreadable, open_log
from bot.store.backup import kept
from bot.store.opening import DatabaseError, storage_key


def outlived(config: Config) -> Iterator[str]:
    """Yield a sentence if backups in `retention.backups` are older than the last purge, and until when they are."""
    try:
        backups = kept(config)
    except OSError as error:
        yield f"retention.backups: {error.filename} cannot be read: {error.strerror}"
        return
    path = config.storage.directory / "liaison.db"
    if not backups or not path.exists():
        return
    try:
        with open_log(path, storage_key(config.storage.key_file, path, os.environ.get("LIAISON_STORAGE_KEY"))) as log:
            last = log.last_purge()
    except (DatabaseError, LogUnreadable):
        # Said elsewhere: nothing can be said of purges then.
        return
    older = [one for one in backups if last and one.at <= last]
    if not older:
        return
    gone = older[-1].at + timedelta(days=config.retention.backup_days)
    count = "1 backup there still holds" if len(older) == 1 else f"{len(older)} backups there still hold"
    alone = "" if older[-1] is not backups[-1] else " The last of them stays until a newer one is made."
    yield (
        f"retention.backups: {count} what was purged on {last:%Y-%m-%d} or before; they are deleted by"
        f" {gone:%Y-%m-%d}.{alone}"
    )
