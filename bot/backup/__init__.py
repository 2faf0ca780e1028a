"""Backup and restore: everything that cannot be made again, in one file that only a key kept elsewhere opens."""

from __future__ import annotations

from bot.backup.archive import BackupRefused
from bot.backup.keys import make_key, read_key
from bot.backup.restoring import restore
from bot.backup.taking import backup

__all__ = ["BackupRefused", "backup", "make_key", "read_key", "restore"]
